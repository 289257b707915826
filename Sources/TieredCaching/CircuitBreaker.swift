/// Keeps a worker from waiting again and again for a tier that does not answer.
///
/// It opens after a few failures in a row. While it is open nobody asks; after a pause one question goes through as a
/// probe (half-open), and its outcome closes or opens the breaker again.
public struct CircuitBreaker: Sendable, Hashable {
  /// What it lets through.
  public enum State: String, Sendable, CaseIterable {
    /// Everything.
    case closed
    /// Nothing.
    case open
    /// One probe, which is under way.
    case halfOpen = "half_open"
  }

  /// Failures in a row after which it opens.
  private static let tolerance = 3
  /// How long it stays open before a probe.
  private static let pause = Duration.seconds(1)

  /// What it lets through now.
  public private(set) var state = State.closed
  private var failures = 0
  private var probeAt: Duration = .zero

  /// A closed breaker.
  public init() {}

  /// Whether a question may be asked at `now`; then its outcome must be told.
  public mutating func allows(now: Duration) -> Bool {
    switch state {
    case .closed: return true
    case .halfOpen where now < probeAt: return false
    case .open where now < probeAt: return false
    case .open, .halfOpen:
      // A probe whose outcome never comes must not keep the breaker half open for ever.
      state = .halfOpen
      probeAt = now + Self.pause
      return true
    }
  }

  /// A question was answered.
  public mutating func succeeded() {
    state = .closed
    failures = 0
  }

  /// A question was not answered in time, or at all.
  public mutating func failed(now: Duration) {
    failures += 1
    guard state != .closed || failures >= Self.tolerance else { return }
    state = .open
    probeAt = now + Self.pause
  }
}
