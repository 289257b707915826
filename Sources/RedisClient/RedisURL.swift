/// Why a URL does not name a Redis server. No part of the URL is repeated, because it may hold a password.
public enum RedisURLError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The URL does not begin with a known scheme.
  case unsupportedScheme
  /// There is no host, or it holds characters that hosts do not have.
  case invalidHost
  /// The port is not a number from 1 to 65535.
  case invalidPort
  /// The number of the database is not a number from 0 on, or something follows it.
  case invalidDatabase
  /// There is a user without a password.
  case missingPassword
  /// A percent sign without two hexadecimal digits, or bytes that are no UTF-8.
  case invalidPercentEncoding
  /// There is no path of a socket, or it is not absolute.
  case invalidSocketPath
  /// The name of the service that the sentinels watch is missing.
  case missingService

  /// What is wrong and what to write.
  public var description: String {
    let problem =
      switch self {
      case .unsupportedScheme: "it begins with none of the four"
      case .invalidHost:
        "the host is missing or holds a character that hosts do not have; in a password write @ as %40, / as %2F, : as"
          + " %3A, % as %25"
      case .invalidPort: "the port is no number from 1 to 65535; in a password write / as %2F and @ as %40"
      case .invalidDatabase: "the database after the / is no number from 0 to 2147483647"
      case .missingPassword: "there is a user without a password; write user:password@, or :password@ without a user"
      case .invalidPercentEncoding: "after % there must be two hexadecimal digits that make up UTF-8; write % as %25"
      case .invalidSocketPath: "the socket needs an absolute path, as in unix:///run/redis.sock"
      case .missingService: "the name of the service is missing, as in redis-sentinel://host:26379/service"
      }
    return "The Redis URL cannot be used: \(problem). Forms: redis://[user:password@]host[:port][/database],"
      + " rediss://..., unix:///path, redis-sentinel://[user:password@]host:port,host:port/service[/database]."
  }
}

extension RedisClient.Configuration {
  /// Reads a URL.
  ///
  /// `redis://[user:password@]host[:port][/database]`, the same with `rediss` for TLS, `unix:///path`, and
  /// `redis-sentinel://[user:password@]host:port,host:port/service[/database]`. User and password may be
  /// percent-encoded. Ports default to 6379, those of sentinels to 26379. For a Unix socket set ``credentials`` and
  /// ``database`` afterwards; sentinels themselves are asked without a password and without TLS.
  public init(url: String) throws(RedisURLError) {
    guard let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")), url[colon...].hasPrefix("://") else {
      throw .unsupportedScheme
    }
    let rest = url[url.utf8.index(colon, offsetBy: 3)...]
    switch url[..<colon].lowercased() {
    case "redis", "rediss":
      var parts = URLParts(rest)
      self.init(target: .server(try Self.endpoint(parts.authority, defaultPort: 6379)))
      usesTLS = url[..<colon].lowercased() == "rediss"
      credentials = try parts.credentials()
      database = try parts.takeDatabase()
    case "redis-sentinel":
      var parts = URLParts(rest)
      var endpoints: [RedisEndpoint] = []
      for host in parts.authority.split(separator: ",", omittingEmptySubsequences: false) {
        endpoints.append(try Self.endpoint(host, defaultPort: 26379))
      }
      guard let service = try parts.takeSegment(), !service.isEmpty else { throw .missingService }
      self.init(target: .sentinel(endpoints, service: service))
      credentials = try parts.credentials()
      database = try parts.takeDatabase()
    case "unix":
      guard rest.hasPrefix("/"), rest.utf8.count > 1 else { throw .invalidSocketPath }
      self.init(target: .server(.unixSocket(try percentDecoded(rest))))
    default: throw .unsupportedScheme
    }
  }

  private static func endpoint(_ text: Substring, defaultPort: Int) throws(RedisURLError) -> RedisEndpoint {
    var host = text
    var port: Substring?
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<end]
      let after = text[text.index(after: end)...]
      if !after.isEmpty {
        guard after.hasPrefix(":") else { throw .invalidPort }
        port = after.dropFirst()
      }
      guard host.utf8.allSatisfy({ "0123456789abcdefABCDEF:.%".utf8.contains($0) }) else { throw .invalidHost }
    } else if let colon = text.firstIndex(of: ":") {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
      guard isHostName(host) else { throw .invalidHost }
    } else {
      guard isHostName(host) else { throw .invalidHost }
    }
    guard !host.isEmpty else { throw .invalidHost }
    guard let port else { return .host(String(host), port: defaultPort) }
    guard let number = decimal(port), (1...65535).contains(number) else { throw .invalidPort }
    return .host(String(host), port: number)
  }

  private static func isHostName(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}

/// The parts of what follows `://`.
private struct URLParts {
  /// The host or hosts.
  let authority: Substring
  private let login: Substring?
  /// What lies between slashes, as far as it was not taken.
  private var segments: ArraySlice<Substring>

  init(_ text: Substring) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let first = parts.first ?? ""
    segments = parts.dropFirst()
    if let at = first.lastIndex(of: "@") {
      login = first[..<at]
      authority = first[first.index(after: at)...]
    } else {
      login = nil
      authority = first
    }
  }

  func credentials() throws(RedisURLError) -> RedisCredentials? {
    guard let login else { return nil }
    guard let colon = login.firstIndex(of: ":") else { throw .missingPassword }
    let user = try percentDecoded(login[..<colon])
    let password = try percentDecoded(login[login.index(after: colon)...])
    guard !password.isEmpty else { throw .missingPassword }
    return user.isEmpty ? RedisCredentials(password: password) : RedisCredentials(user: user, password: password)
  }

  mutating func takeSegment() throws(RedisURLError) -> String? {
    guard let segment = segments.popFirst() else { return nil }
    return try percentDecoded(segment)
  }

  mutating func takeDatabase() throws(RedisURLError) -> Int {
    guard let segment = segments.popFirst() else { return 0 }
    guard segments.isEmpty else { throw .invalidDatabase }
    if segment.isEmpty { return 0 }
    guard let number = decimal(segment), number <= Int(Int32.max) else { throw .invalidDatabase }
    return number
  }
}

/// A number of decimal digits alone.
private func decimal(_ text: Substring) -> Int? {
  guard !text.isEmpty, text.utf8.allSatisfy({ ($0 &- UInt8(ascii: "0")) < 10 }) else { return nil }
  return Int(text)
}

private func percentDecoded(_ text: Substring) throws(RedisURLError) -> String {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "%") else {
      bytes.append(byte)
      continue
    }
    let digits = rest.prefix(2).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 2 else { throw .invalidPercentEncoding }
    bytes.append(UInt8(digits[0] * 16 + digits[1]))
    rest = rest.dropFirst(2)
  }
  guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .invalidPercentEncoding }
  return decoded
}
