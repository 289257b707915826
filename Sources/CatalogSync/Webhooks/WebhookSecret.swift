import Crypto
import Foundation

/// What messages to receivers of notifications are signed with, as the Standard Webhooks specification
/// (https://www.standardwebhooks.com) says. It is never shown.
public struct WebhookSecret: Sendable, CustomStringConvertible {
  private let key: SymmetricKey

  /// What a secret in base64 begins with.
  private static let prefix = "whsec_"
  private static let textLengths = 24...256
  private static let keyLengths = 24...64

  /// A secret from its text: `whsec_` and 24 to 64 bytes in base64, or any other 24 to 256 printable ASCII characters, which
  /// are then the key as they are.
  ///
  /// - Throws: ``WebhookSettingError``, which does not repeat the text.
  public init(_ text: String) throws(WebhookSettingError) {
    guard text.hasPrefix(Self.prefix) else {
      guard Self.textLengths.contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw WebhookSettingError(
          "must have \(Self.textLengths.lowerBound) to \(Self.textLengths.upperBound) printable ASCII characters without "
            + "blanks; \"openssl rand -hex 32\" makes one")
      }
      key = SymmetricKey(data: Data(text.utf8))
      return
    }
    guard let data = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
      Self.keyLengths.contains(data.count)
    else {
      throw WebhookSettingError(
        "must have \(Self.keyLengths.lowerBound) to \(Self.keyLengths.upperBound) bytes in base64 after \"\(Self.prefix)\""
      )
    }
    key = SymmetricKey(data: data)
  }

  /// The signature of a message: `v1,` and the HMAC-SHA256 of id, time and body, with points between them, in base64.
  ///
  /// - Parameter timestamp: the time of the attempt, in seconds since 1970.
  func signature(id: String, timestamp: Int, body: [UInt8]) -> String {
    var hmac = HMAC<SHA256>(key: key)
    hmac.update(data: Array("\(id).\(timestamp).".utf8))
    hmac.update(data: body)
    return "v1,\(Data(hmac.finalize()).base64EncodedString())"
  }

  /// Nothing of the secret.
  public var description: String { "a secret" }
}

/// What is configured about notifications cannot be used. No text of it repeats an address or a secret.
public struct WebhookSettingError: Error, CustomStringConvertible {
  /// What is wrong and what to do, for a person.
  public let description: String

  init(_ description: String) { self.description = description }
}
