/// Which node of a cluster holds which keys, as far as redirections have told.
struct ClusterSlots {
  private var owners: [UInt16: RedisEndpoint] = [:]

  /// Whether the server never redirected, as one that is no cluster does not.
  var isEmpty: Bool { owners.isEmpty }

  /// The node that is known to hold `key`.
  func owner(of key: String) -> RedisEndpoint? { owners[Self.slot(of: key)] }

  /// Remembers the node of a slot.
  mutating func assign(_ slot: UInt16, to endpoint: RedisEndpoint) { owners[slot] = endpoint }

  /// Forgets all slots of a node.
  mutating func forget(_ endpoint: RedisEndpoint) { owners = owners.filter { $0.value != endpoint } }

  /// The slot of a key: CRC-16 modulo 16384 of the key or, if it has one that is not empty, of the first part in
  /// braces. https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model
  static func slot(of key: String) -> UInt16 {
    let bytes = Array(key.utf8)
    var hashed = bytes[...]
    if let open = bytes.firstIndex(of: UInt8(ascii: "{")) {
      let rest = bytes[(open + 1)...]
      if let close = rest.firstIndex(of: UInt8(ascii: "}")), close > open + 1 { hashed = bytes[(open + 1)..<close] }
    }
    return crc16(hashed) % 16384
  }

  /// CRC-16/XMODEM: polynomial 0x1021, start value 0, nothing reflected (appendix of the cluster specification).
  private static func crc16(_ bytes: ArraySlice<UInt8>) -> UInt16 {
    var crc: UInt16 = 0
    for byte in bytes {
      crc ^= UInt16(byte) << 8
      for _ in 0..<8 { crc = crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
    }
    return crc
  }
}

/// What a cluster says when a key is elsewhere.
struct ClusterRedirection: Equatable {
  /// The slot of the key.
  let slot: UInt16
  /// Where it is.
  let endpoint: RedisEndpoint
  /// Whether only this one command is to go there, after `ASKING`.
  let isAsking: Bool

  /// Reads `MOVED slot host:port` or `ASK slot host:port`; nil for anything else.
  ///
  /// - Parameter origin: the host that said so, which is meant when none is named.
  init?(_ error: RedisServerError, origin: String) {
    guard error.code == "MOVED" || error.code == "ASK" else { return nil }
    let parts = error.message.split(separator: " ")
    guard parts.count == 2, let slot = UInt16(parts[0]), slot < 16384, let colon = parts[1].lastIndex(of: ":"),
      let port = Int(parts[1][parts[1].index(after: colon)...]), (1...65535).contains(port)
    else { return nil }
    let host = parts[1][..<colon]
    self.slot = slot
    endpoint = .host(host.isEmpty || host == "?" ? origin : String(host), port: port)
    isAsking = error.code == "ASK"
  }
}
