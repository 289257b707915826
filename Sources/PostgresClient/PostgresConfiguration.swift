import CLibpq

/// Where a database is and how to get into it: a URL as libpq understands it (PostgreSQL manual, section 34.1.1.2).
public struct PostgresConfiguration: Sendable, Hashable, CustomStringConvertible {
  /// A text is no URL of a PostgreSQL database.
  public struct Invalid: Error, CustomStringConvertible {
    /// Why, without any part of the URL that may be secret.
    public let description: String
  }

  /// The most bytes that a URL may have.
  public static let maximumLength = 4_096

  /// libpq's keywords and what the URL, or a default of ours, says for them.
  let parameters: [String: String]
  /// How many connections are kept at most.
  public var poolSize: Int
  /// How many transactions are begun per second at most; nil for no limit.
  public var maximumTransactionsPerSecond: Int?

  /// Reads a URL such as `postgres://user:password@host:5432/name?sslmode=verify-full`.
  ///
  /// - Parameters:
  ///   - url: the URL.
  ///   - poolSize: how many connections are kept at most.
  ///   - maximumTransactionsPerSecond: how many transactions are begun per second at most; nil for no limit.
  /// - Throws: ``Invalid``.
  public init(url: String, poolSize: Int = 4, maximumTransactionsPerSecond: Int? = nil) throws(Invalid) {
    guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
      throw Invalid(description: "must begin with postgres:// or postgresql://")
    }
    guard url.utf8.count <= Self.maximumLength, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Invalid(
        description: "must have at most \(Self.maximumLength) printable ASCII characters, no blanks; "
          + "write others as %XX")
    }
    parameters = Self.defaults.merging(try Self.parse(url)) { $1 }
    self.poolSize = poolSize
    self.maximumTransactionsPerSecond = maximumTransactionsPerSecond
  }

  /// The hosts that are connected to: names, addresses or directories of sockets. An address goes before a name, which is
  /// then only what a certificate is checked against.
  public var hosts: [String] {
    let hosts = parameters["hostaddr"] ?? parameters["host"] ?? "localhost"
    return hosts.split(separator: ",").map(String.init)
  }

  /// Whether a connection is encrypted, and only made to a server whose certificate an authority has signed.
  public var isVerified: Bool { ["verify-full", "verify-ca"].contains(parameters["sslmode"] ?? "prefer") }

  /// What is said where the URL says nothing. A dead peer is found out within seconds, and Kerberos is not tried.
  private static let defaults = [
    "application_name": "modelcatalog", "gssencmode": "disable", "keepalives_idle": "5", "keepalives_interval": "2",
    "keepalives_count": "3", "tcp_user_timeout": "10000",
  ]

  private static func parse(_ url: String) throws(Invalid) -> [String: String] {
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(url, &message) else {
      defer { PQfreemem(message) }
      throw Invalid(description: "is no URL of a database: \(unquoted(message.map { String(cString: $0) } ?? ""))")
    }
    defer { PQconninfoFree(options) }
    var parsed: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { parsed[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    // A "/" or "@" in a password that is not written as %XX ends up in what libpq takes for something else.
    let ports = parsed["port"] ?? ""
    guard ports.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ",") }),
      parsed["dbname"]?.contains(where: { "/@".contains($0) }) != true, parsed["host"]?.contains("@") != true
    else {
      throw Invalid(
        description: "is no URL of a database: write \"/\", \"@\" and \":\" in a password as %2F, %40 and %3A")
    }
    return parsed
  }

  /// What libpq says up to what it quotes, which may be a part of a password.
  private static func unquoted(_ message: String) -> String {
    let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.contains("\"") ? line.prefix { $0 != "\"" } + "…" : line
  }

  /// Where the database is, without user and password.
  public var description: String {
    let host = parameters["host"] ?? parameters["hostaddr"] ?? "localhost"
    let port = parameters["port"].map { ":\($0)" } ?? ""
    let name = parameters["dbname"] ?? ""
    let mode = parameters["sslmode"].map { "?sslmode=\($0)" } ?? ""
    return "postgres://\(host)\(port)/\(name)\(mode)"
  }
}
