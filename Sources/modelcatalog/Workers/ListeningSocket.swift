import Foundation

/// A socket that listens at an address and is handed to worker processes.
struct ListeningSocket {
  let descriptor: Int32
  /// The port, also where any free one was asked for.
  let port: Int

  private static let backlog: Int32 = 1_024

  /// Binds and listens.
  ///
  /// - Throws: ``CommandFailure`` when the address cannot be used.
  init(host: String, port: Int) throws {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found?.pointee else {
      throw CommandFailure("\"\(Output.printable(host))\" is no address of this machine")
    }
    defer { freeaddrinfo(found) }
    descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard descriptor >= 0, bind(descriptor, address.ai_addr, address.ai_addrlen) == 0,
      listen(descriptor, Self.backlog) == 0
    else {
      let reason = errno
      close(descriptor)
      throw CommandFailure(
        reason == EADDRINUSE
          ? PortInUse.advice(host: host, port: port)
          : "cannot listen on port \(port) of \(Output.printable(host)): \(String(cString: strerror(reason)))")
    }
    self.port = try Self.port(of: descriptor)
  }

  /// The listening socket that a worker has as its standard input, moved away from there, so that no program that the
  /// worker starts, such as one that prints a backtrace, keeps the port.
  static func takeFromStandardInput() throws -> Int32 {
    var isListening: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length) == 0, isListening == 1 else {
      throw CommandFailure("--worker-socket is for workers that \"serve --workers\" starts")
    }
    let moved = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
    let nothing = open("/dev/null", O_RDONLY)
    guard moved >= 0, nothing >= 0, dup2(nothing, STDIN_FILENO) == STDIN_FILENO else {
      throw CommandFailure("the listening socket cannot be taken over: \(String(cString: strerror(errno)))")
    }
    close(nothing)
    return moved
  }

  private static func port(of descriptor: Int32) throws -> Int {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard result == 0 else { throw CommandFailure("the port cannot be found out") }
    // Both kinds of addresses have the port in the same place.
    return withUnsafeBytes(of: &address) { Int($0[2]) << 8 | Int($0[3]) }
  }
}

/// What to say when a port is taken.
enum PortInUse {
  static func advice(host: String, port: Int) -> String {
    "port \(port) of \(host) is in use: stop what uses it, or choose another with --port"
  }
}
