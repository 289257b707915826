import Foundation

/// Ends a worker whose supervisor is gone: nobody would look after it, and it would keep the port.
enum ParentWatch {
  private static let interval: UInt32 = 1

  /// Starts a thread that asks this process to end gracefully when its parent is another than its supervisor.
  static func start(supervisor: Int32) {
    let thread = Thread {
      while getppid() == supervisor { sleep(interval) }
      kill(getpid(), SIGTERM)
    }
    thread.name = "parent watch"
    thread.start()
  }
}
