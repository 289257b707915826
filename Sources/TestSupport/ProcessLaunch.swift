public import Foundation
import NIOConcurrencyHelpers

extension Process {
  private static let launching = NIOLock()

  /// Starts it while no other is being started.
  ///
  /// Foundation on Linux learns that a process has ended from a socket that the process holds. One that is started at the same
  /// moment can inherit it, and then the end is noticed only when both have ended.
  ///
  /// - Throws: what `run()` throws.
  public func launchAlone() throws { try Self.launching.withLock { try run() } }
}
