import Dispatch
import Glibc
import Logging
import NIOConcurrencyHelpers

/// Accepts connections on a thread of its own, a few ahead of whoever takes them.
final class Acceptor: Sendable {
  /// How many connections are accepted before the first is taken.
  private static let ahead = 16
  /// How long a wait for a connection lasts before the end is noticed, in milliseconds.
  private static let slice: CInt = 100
  /// How long to wait when the process has no descriptor left, in microseconds.
  private static let pause: UInt32 = 20_000

  private let descriptor: CInt
  private let logger: Logger
  // From 0: a semaphore that ends below the value that it began with is taken for a mistake.
  private let places = DispatchSemaphore(value: 0)
  private let isStopped = NIOLockedValueBox(false)

  /// - Parameter descriptor: a listening socket, which may be shared with other processes.
  init(descriptor: CInt, logger: Logger) {
    self.descriptor = descriptor
    self.logger = logger
    for _ in 0..<Self.ahead { places.signal() }
  }

  /// The descriptors of connections as they come, until ``stop()``. To be called once.
  func connections() -> AsyncStream<CInt> {
    // Another process may be faster, so an attempt must not wait.
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    let (stream, continuation) = AsyncStream<CInt>.makeStream()
    DispatchQueue(label: "modelcatalog.accept").async { [self] in
      while !isStopped.withLockedValue({ $0 }) {
        guard places.wait(timeout: .now() + .milliseconds(Int(Self.slice))) == .success else { continue }
        guard let connection = accept() else {
          places.signal()
          continue
        }
        continuation.yield(connection)
      }
      continuation.finish()
    }
    return stream
  }

  /// A connection has been taken, so that another can be accepted.
  func hasTaken() { places.signal() }

  /// Accepts no more.
  func stop() { isStopped.withLockedValue { $0 = true } }

  private func accept() -> CInt? {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, Self.slice) > 0 else { return nil }
    let connection = Glibc.accept(descriptor, nil, nil)
    guard connection < 0 else {
      _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
      return connection
    }
    switch errno {
    case EAGAIN, EINTR, ECONNABORTED: break
    default:
      logger.error("A connection cannot be accepted", metadata: ["error": "\(String(cString: strerror(errno)))"])
      usleep(Self.pause)
    }
    return nil
  }
}
