/// Monotonic time and how to wait for it. Wall clocks play no part in coherence.
public protocol TimeSource: Sendable {
  /// Time since an arbitrary start; never goes back, and goes on while the machine sleeps.
  var now: Duration { get }

  /// Waits until ``now`` has reached `deadline`.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  func sleep(until deadline: Duration) async throws
}

/// The machine's own monotonic clock.
public struct SystemTime: TimeSource {
  private let start = ContinuousClock.now

  /// A clock that starts at zero now.
  public init() {}

  /// Time since this value was made.
  public var now: Duration { ContinuousClock.now - start }

  /// Waits until `deadline`.
  public func sleep(until deadline: Duration) async throws {
    try await Task.sleep(until: start + deadline, clock: .continuous)
  }
}
