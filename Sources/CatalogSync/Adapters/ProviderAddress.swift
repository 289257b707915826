/// An address in a configuration, checked before anything is ever sent to it.
struct ProviderAddress {
  /// The whole address.
  let text: String
  /// Scheme, host and port, such as `https://api.example.com`.
  let origin: String

  /// The longest address, in bytes.
  static let maximumLength = 2_048

  /// Why a text is no usable address, for a person.
  struct Flaw: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  /// Checks an address: `https` to any host, `http` only to this machine.
  ///
  /// - Parameter allowsVariables: whether `{NAME}` may stand for an environment variable in path and query.
  init(_ text: String, allowsVariables: Bool) throws(Flaw) {
    guard text.utf8.count <= Self.maximumLength else { throw Flaw("is longer than \(Self.maximumLength) bytes") }
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !Self.excluded.contains($0) }) else {
      throw Flaw("has characters that an address must not have; write them as %XX")
    }
    let parts = text.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, parts[1].hasPrefix("//") else { throw Flaw("expected https://…") }
    let scheme = String(parts[0])
    let rest = parts[1].dropFirst(2)
    let authority = String(rest.prefix { $0 != "/" && $0 != "?" })
    let host = try Self.host(ofAuthority: authority)
    guard scheme == "https" || (scheme == "http" && Loopback.contains(host)) else {
      throw Flaw("expected https://…; only addresses of this machine may begin with http://")
    }
    try Self.checkVariables(in: rest.dropFirst(authority.count), allowed: allowsVariables)
    self.text = text
    origin = "\(scheme)://\(authority)"
  }

  /// What RFC 3986 does not allow to stand for itself, but for the braces of variables; and the fragment, which is never sent.
  private static let excluded = Set("\"<>\\^`|#".utf8)

  private static func host(ofAuthority authority: String) throws(Flaw) -> String {
    guard !authority.contains("@") else {
      throw Flaw("has a user name; name the variable of the key in key_variable instead")
    }
    let end = authority.lastIndex(of: "]").map(authority.index(after:)) ?? authority.startIndex
    let colon = authority[end...].firstIndex(of: ":")
    let host = String(authority[..<(colon ?? authority.endIndex)])
    if let colon {
      let port = authority[authority.index(after: colon)...]
      guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), (1...65_535).contains(Int(port) ?? 0) else {
        throw Flaw("has no valid port")
      }
    }
    let isLiteral = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
    let letters = isLiteral ? host.dropFirst().dropLast() : host[...]
    let isPart = { (byte: UInt8) in
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2E
        || (isLiteral ? byte == 0x3A : byte == 0x2D)
    }
    guard !letters.isEmpty, letters.utf8.allSatisfy(isPart) else {
      throw Flaw("has no valid host; write it in lower case")
    }
    return host
  }

  private static func checkVariables(in text: Substring, allowed: Bool) throws(Flaw) {
    var rest = text
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard allowed, rest[brace] == "{", let end = rest[brace...].firstIndex(of: "}"),
        isVariable(rest[rest.index(after: brace)..<end])
      else { throw Flaw(allowed ? "expected the name of an environment variable in {…}" : "must not have {…}") }
      rest = rest[rest.index(after: end)...]
    }
  }

  /// Whether a text may be the name of an environment variable: words of capital letters and digits with `_` between them, as
  /// variables are looked up by their words.
  static func isVariable(_ name: some StringProtocol) -> Bool {
    let isLetter = { (byte: UInt8) in (0x41...0x5A).contains(byte) }
    guard (1...128).contains(name.utf8.count), let first = name.utf8.first, isLetter(first) else { return false }
    return name.utf8.split(separator: 0x5F, omittingEmptySubsequences: false).allSatisfy { word in
      !word.isEmpty && word.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
    }
  }
}

/// An address that stands for those of providers, such as that of a proxy.
public enum BaseAddress {
  /// Why a text is no such address, for a person; nil where it is one. The text is not repeated, as it may hold a password.
  public static func flaw(in text: String) -> String? {
    do {
      _ = try checked(text)
      return nil
    } catch {
      return error.reason
    }
  }

  static func checked(_ text: String) throws(ProviderAddress.Flaw) -> String {
    let address = try ProviderAddress(text, allowsVariables: false).text
    guard !address.contains("?") else { throw ProviderAddress.Flaw("must not have a query") }
    return address
  }
}
