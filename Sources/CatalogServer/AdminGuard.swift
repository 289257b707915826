import HTTPTypes

/// Lets requests pass that carry one of the admin keys as a bearer token (RFC 6750).
struct AdminGuard: Sendable, CustomStringConvertible {
  /// A text in a frame of fixed size, so that comparing two takes the same time whatever they hold and however long they
  /// are.
  private struct Framed {
    let bytes: [UInt8]
    let count: Int

    init(_ text: some StringProtocol, size: Int) {
      let text = Array(text.utf8.prefix(size))
      bytes = text + [UInt8](repeating: 0, count: size - text.count)
      count = text.count
    }

    func isEqual(to other: Framed) -> Bool {
      var difference = count ^ other.count
      for index in bytes.indices { difference |= Int(bytes[index] ^ other.bytes[index]) }
      return difference == 0
    }
  }

  /// The size of the frame, in bytes, unless a key needs a larger one.
  private static let usualSize = 256

  private let keys: [Framed]
  private let size: Int

  /// A guard with these keys; empty ones are no keys.
  init(keys: [String]) {
    // One byte more than any key has, so that no token is cut to something that equals a key.
    let size = max(Self.usualSize, (keys.map(\.utf8.count).max() ?? 0) + 1)
    self.keys = keys.filter { !$0.isEmpty }.map { Framed($0, size: size) }
    self.size = size
  }

  /// How many keys there are; what is described in debug logs must not hold them.
  var description: String { "\(keys.count) keys, not shown" }

  /// Checks the value of a request's `Authorization` field.
  ///
  /// - Throws: ``Problem`` when the request may not pass.
  func check(authorization: String?) throws(Problem) {
    guard !keys.isEmpty else {
      throw Problem(
        status: .forbidden, kind: "admin-disabled",
        detail: "the admin routes are off: set ADMIN_API_KEY and start the server again")
    }
    guard let authorization, let token = Self.bearerToken(in: authorization) else {
      throw Self.unauthorized("send one of the keys in ADMIN_API_KEY as \"Authorization: Bearer KEY\"", error: nil)
    }
    guard accepts(token) else { throw Self.unauthorized("this is no admin key", error: "invalid_token") }
  }

  /// Whether a text is one of the keys.
  func accepts(_ text: some StringProtocol) -> Bool {
    let given = Framed(text, size: size)
    // Every key is compared, so that the time does not tell which one it was.
    return keys.reduce(0) { $0 + ($1.isEqual(to: given) ? 1 : 0) } > 0
  }

  private static func bearerToken(in field: String) -> Substring? {
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    let token = parts[1].drop { $0 == " " }
    return token.isEmpty ? nil : token
  }

  private static func unauthorized(_ detail: String, error: String?) -> Problem {
    let challenge = "Bearer realm=\"modelcatalog\"" + (error.map { ", error=\"\($0)\"" } ?? "")
    return Problem(
      status: .unauthorized, kind: "unauthorized", detail: detail, headers: [(.wwwAuthenticate, challenge)])
  }
}
