import Crypto
import Foundation
import HTTPTypes

/// A browser in which an operator has typed an admin key.
struct ConsoleSession: Sendable {
  /// What the browser keeps.
  let token: String
  /// What every form of the session carries, so that no other site can have one sent.
  let formToken: String
}

/// Begins sessions of operators and recognises them.
///
/// A session is a signed text and nothing that a worker remembers, so every worker with the same keys recognises it. It
/// is signed with a key that is derived from the admin key which was typed: it ends when that key is taken away.
struct ConsoleSessions: Sendable, CustomStringConvertible {
  /// The name of the cookie.
  static let cookie = "modelcatalog_session"
  /// How long a session lasts, in seconds.
  static let lifetime = 8 * 3_600
  /// The random bytes of a session.
  private static let nonceLength = 16
  private static let purpose = Array("modelcatalog console sessions".utf8)

  private let access: AdminGuard
  private let keys: [SymmetricKey]
  private let now: @Sendable () -> Int

  /// Sessions for those who know an admin key.
  ///
  /// - Parameters:
  ///   - adminKeys: the admin keys; without one nobody can begin a session.
  ///   - now: the time in seconds since 1970.
  init(adminKeys: [String], now: @escaping @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }) {
    access = AdminGuard(keys: adminKeys)
    keys = adminKeys.filter { !$0.isEmpty }.map(Self.derivedKey)
    self.now = now
  }

  /// How many keys there are; what is described in debug logs must not hold them.
  var description: String { "\(keys.count) keys, not shown" }

  /// Whether anybody can begin a session.
  var isEnabled: Bool { !keys.isEmpty }

  /// Begins a session.
  ///
  /// - Parameter key: the admin key that was typed.
  /// - Throws: ``Problem`` when it is none.
  func begin(key: String) throws(Problem) -> ConsoleSession {
    guard access.accepts(key) else {
      throw Problem(status: .forbidden, kind: "wrong-key", detail: "this is no admin key")
    }
    var generator = SystemRandomNumberGenerator()
    let nonce = (0..<Self.nonceLength).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let claim = "\(now() + Self.lifetime).\(Hexadecimal.text(of: nonce))"
    let signingKey = Self.derivedKey(key)
    let signature = HMAC<SHA256>.authenticationCode(for: Self.message("session", claim), using: signingKey)
    return ConsoleSession(
      token: "\(claim).\(Hexadecimal.text(of: signature))", formToken: Self.formToken(of: claim, signingKey))
  }

  /// The session of a request; nil when it has none that is good.
  ///
  /// - Parameter cookies: the value of its `Cookie` field.
  func session(cookies: String?) -> ConsoleSession? {
    guard let token = cookies.flatMap(Self.token) else { return nil }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let expiry = Int(parts[0]), let signature = Hexadecimal.bytes(of: parts[2]) else {
      return nil
    }
    let claim = "\(parts[0]).\(parts[1])"
    let key = keys.first {
      HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: Self.message("session", claim), using: $0)
    }
    guard let key, now() < expiry else { return nil }
    return ConsoleSession(token: token, formToken: Self.formToken(of: claim, key))
  }

  /// Whether a form was made for a session.
  static func isForm(_ token: String, of session: ConsoleSession) -> Bool {
    // Both are compared under a key that nobody knows, so that the time tells nothing.
    let key = SymmetricKey(size: .bits256)
    let expected = HMAC<SHA256>.authenticationCode(for: Array(session.formToken.utf8), using: key)
    return HMAC<SHA256>.isValidAuthenticationCode(expected, authenticating: Array(token.utf8), using: key)
  }

  /// The `Set-Cookie` field that keeps a session, or with nil ends it.
  static func cookie(of session: ConsoleSession?, isSecure: Bool) -> String {
    let value = "\(cookie)=\(session?.token ?? ""); Path=\(ConsoleAddress.root)"
    let age = session == nil ? 0 : lifetime
    return "\(value); Max-Age=\(age); HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
  }

  private static func derivedKey(_ adminKey: String) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: Array(adminKey.utf8)), info: purpose, outputByteCount: 32)
  }

  private static func formToken(of claim: String, _ key: SymmetricKey) -> String {
    Hexadecimal.text(of: HMAC<SHA256>.authenticationCode(for: message("form", claim), using: key))
  }

  /// What is signed; the purpose stands in front, so that no signature is good for anything else.
  private static func message(_ purpose: String, _ claim: String) -> [UInt8] { Array("\(purpose)\n\(claim)".utf8) }

  private static func token(in cookies: String) -> String? {
    for pair in cookies.split(separator: ";") {
      let pair = pair.drop { $0 == " " }
      if pair.hasPrefix("\(cookie)=") { return String(pair.dropFirst(cookie.count + 1)) }
    }
    return nil
  }
}

/// Bytes as hexadecimal digits.
private enum Hexadecimal {
  static func text(of bytes: some Sequence<UInt8>) -> String {
    bytes.map { $0 < 16 ? "0\(String($0, radix: 16))" : String($0, radix: 16) }.joined()
  }

  static func bytes(of text: String) -> [UInt8]? {
    let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count % 2 == 0, digits.count <= 256 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[index], let low = digits[index + 1] else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }
}
