/// How often a client may do something.
public struct RateLimit: Sendable, Equatable {
  /// How often in a row, before it has to wait.
  public var burst: Int
  /// How long it takes until it may do it once more.
  public var interval: Duration

  /// A limit.
  ///
  /// - Parameters:
  ///   - count: how often within `time`, on average.
  ///   - time: above zero.
  ///   - burst: how often in a row; at least 1.
  public init(_ count: Int, per time: Duration, burst: Int) {
    interval = time / max(1, count)
    self.burst = max(1, burst)
  }
}
