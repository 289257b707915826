import Crypto
import Foundation

/// Who is told of changes. Its address may be a secret in itself, so that only its host is ever shown.
public struct WebhookReceiver: Sendable, Hashable, CustomStringConvertible {
  /// The whole address.
  let url: String
  /// The host, and the port where the address names one.
  public let host: String
  /// What its record is called: the host and a digest of the address, which tells receivers at one host apart.
  public let name: String

  /// The most receivers.
  public static let maximumCount = 16
  private static let maximumLength = 2_000

  /// A receiver by its address: `https://…`, or `http://…` on this machine.
  ///
  /// - Throws: ``WebhookSettingError``, which does not repeat the address.
  public init(_ address: String) throws(WebhookSettingError) {
    guard address.utf8.count <= Self.maximumLength, address.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      let url = URL(string: address), let host = url.host(), !host.isEmpty
    else {
      throw WebhookSettingError(
        "is no address such as https://hooks.example.com/catalog, of at most \(Self.maximumLength) bytes")
    }
    guard url.scheme == "https" || (url.scheme == "http" && Loopback.contains(host)) else {
      throw WebhookSettingError("must begin with https://; http:// only reaches this machine")
    }
    guard url.user() == nil, url.password() == nil, url.fragment() == nil else {
      throw WebhookSettingError("has a user, a password or a fragment, which are not sent; the path may hold a token")
    }
    self.url = address
    self.host = url.port.map { "\(host):\($0)" } ?? host
    let digest = SHA256.hash(data: Data(address.utf8)).prefix(6).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0\(digits)" : digits
    }
    name = "\(self.host) \(digest.joined())"
  }

  /// The receivers of a list of addresses with commas in between.
  ///
  /// - Throws: ``WebhookSettingError``, which counts the addresses and does not repeat them.
  public static func list(_ text: String) throws(WebhookSettingError) -> [WebhookReceiver] {
    var receivers: [WebhookReceiver] = []
    for part in text.split(separator: ",") {
      let number = receivers.count + 1
      let receiver: WebhookReceiver
      do {
        receiver = try WebhookReceiver(part.trimmingCharacters(in: .whitespaces))
      } catch {
        throw WebhookSettingError("address \(number) \(error.description)")
      }
      guard !receivers.contains(receiver) else { throw WebhookSettingError("address \(number) is there twice") }
      receivers.append(receiver)
    }
    guard receivers.count <= maximumCount else {
      throw WebhookSettingError("has \(receivers.count) addresses, at most \(maximumCount) are allowed")
    }
    return receivers
  }

  /// The host.
  public var description: String { host }
}
