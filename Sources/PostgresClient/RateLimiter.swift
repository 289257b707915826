import NIOConcurrencyHelpers

/// Lets work begin at even distances, at most so often per second.
final class RateLimiter: Sendable {
  private let interval: Duration
  private let next = NIOLockedValueBox(ContinuousClock.now)

  init(perSecond: Int) { interval = .seconds(1) / max(1, perSecond) }

  /// Waits for a turn.
  ///
  /// - Throws: ``PostgresError`` of the kind `overLimit` when there is none before the deadline.
  func wait(until deadline: ContinuousClock.Instant) async throws {
    let turn = next.withLockedValue { next -> ContinuousClock.Instant? in
      let turn = max(next, .now)
      guard turn < deadline else { return nil }
      next = turn + interval
      return turn
    }
    guard let turn else {
      throw PostgresError(.overLimit, "more is asked of the database than DATABASE_MAX_QPS lets through")
    }
    try await Task.sleep(until: turn)
  }
}
