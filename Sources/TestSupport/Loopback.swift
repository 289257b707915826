import Glibc

/// Sockets on 127.0.0.1, as far as starting servers needs them.
public enum Loopback {
  /// A port on which nobody listened a moment ago. It lies below those that the system gives to outgoing connections,
  /// one of which could otherwise take it while a server restarts.
  public static func freePort() throws -> Int {
    for _ in 0..<1000 {
      let port = Int.random(in: 20_000..<32_000)
      let isFree = withSocket(port: port) { descriptor, address, length in bind(descriptor, address, length) == 0 }
      if isFree { return port }
    }
    throw RedisServer.Failure(description: "no port from 20000 to 31999 is free")
  }

  /// Whether a server on `port` answers `PING` within a second, be it with an error.
  public static func answersPing(port: Int) -> Bool {
    withSocket(port: port) { descriptor, address, length in
      var patience = timeval(tv_sec: 1, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
      guard connect(descriptor, address, length) == 0 else { return false }
      let ping = Array("PING\r\n".utf8)
      guard send(descriptor, ping, ping.count, Int32(MSG_NOSIGNAL)) == ping.count else { return false }
      var answer: [UInt8] = [0]
      return recv(descriptor, &answer, 1, 0) == 1
    }
  }

  /// Whether somebody listens on `port`.
  public static func accepts(port: Int) -> Bool {
    withSocket(port: port) { descriptor, address, length in connect(descriptor, address, length) == 0 }
  }

  private static func withSocket(
    port: Int, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
  ) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body(descriptor, $0, length) }
    }
  }
}
