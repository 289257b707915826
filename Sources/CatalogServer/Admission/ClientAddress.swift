import HTTPTypes
import NIOCore

/// Who sends requests: an IPv4 address or, as that is what one customer has, an IPv6 network of 64 bits.
struct ClientAddress: Hashable, Sendable, CustomStringConvertible {
  private let isVersion6: Bool
  private let bits: UInt64

  /// The address, or the network, such as `192.0.2.1` and `2001:db8:0:7::/64`.
  var description: String {
    isVersion6
      ? stride(from: 48, through: 0, by: -16).map { String(bits >> $0 & 0xFFFF, radix: 16) }.joined(separator: ":")
        + "::/64"
      : stride(from: 24, through: 0, by: -8).map { String(bits >> $0 & 0xFF) }.joined(separator: ".")
  }

  /// The client at the other end of a connection; nil for one on a Unix socket, which belongs to this machine.
  init?(_ address: SocketAddress) {
    switch address {
    // Where the address stands in the structures of the system (ip(7), ipv6(7)).
    case .v4(let address): self.init(version4: withUnsafeBytes(of: address.address) { Array($0[4..<8]) }[...])
    case .v6(let address): self.init(version6: withUnsafeBytes(of: address.address) { Array($0[8..<24]) })
    case .unixDomainSocket: return nil
    }
  }

  /// What an IPv4 address begins with that is written as an IPv6 address (RFC 4291, section 2.5.5.2).
  private static let mappedPrefix = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

  private init(version6 bytes: [UInt8]) {
    if bytes.starts(with: Self.mappedPrefix) {
      self.init(version4: bytes[12...])
    } else {
      self.init(isVersion6: true, bits: Self.number(bytes[..<8]))
    }
  }

  private init(version4 bytes: ArraySlice<UInt8>) {
    self.init(isVersion6: false, bits: Self.number(bytes))
  }

  private init(isVersion6: Bool, bits: UInt64) {
    self.isVersion6 = isVersion6
    self.bits = bits
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

  /// The client of a request that came through proxies.
  ///
  /// Each proxy adds the address that it was asked from at the end of `X-Forwarded-For`. What stands before the entries of the
  /// proxies that are trusted anybody may have written.
  ///
  /// - Parameters:
  ///   - peer: who is at the other end of the connection.
  ///   - fields: the header fields of the request.
  ///   - trustedProxies: how many proxies there are between the clients and this server.
  static func of(_ peer: SocketAddress?, _ fields: HTTPFields, trustedProxies: Int) -> ClientAddress? {
    let nearest = peer.flatMap(ClientAddress.init)
    guard trustedProxies > 0, let name = HTTPField.Name("x-forwarded-for") else { return nearest }
    let entries = fields[values: name].flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
    guard !entries.isEmpty else { return nearest }
    return parse(entries[max(0, entries.count - trustedProxies)]) ?? nearest
  }

  /// Reads an address, also one in brackets or with a port behind it.
  private static func parse(_ entry: Substring) -> ClientAddress? {
    do {
      return ClientAddress(try SocketAddress(ipAddress: address(in: entry), port: 0))
    } catch {
      // A proxy wrote something else there, such as "unknown": then the proxy itself is whom to count.
      return nil
    }
  }

  /// An entry without what may stand around the address. A colon alone is that of a port, as an IPv6 address has two or more.
  private static func address(in entry: Substring) -> String {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    var trimmed = entry.drop(while: isBlank)
    while trimmed.last.map(isBlank) == true { trimmed.removeLast() }
    let text = String(trimmed)
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      return text[end...].wholeMatch(of: /\](:[0-9]+)?/) == nil ? text : String(text[..<end].dropFirst())
    }
    return text.wholeMatch(of: /([^:]*):[0-9]+/).map { String($0.output.1) } ?? text
  }
}
