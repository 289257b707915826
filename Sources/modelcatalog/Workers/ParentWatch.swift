import Foundation

/// Ends a worker whose supervisor is gone: nobody would look after it, and it would keep the port.
enum ParentWatch {
  private static let interval: UInt32 = 1

  /// Starts a thread that asks this process to end gracefully when its parent has changed.
  static func start() {
    let parent = getppid()
    let thread = Thread {
      while getppid() == parent { sleep(interval) }
      kill(getpid(), SIGTERM)
    }
    thread.name = "parent watch"
    thread.start()
  }
}
