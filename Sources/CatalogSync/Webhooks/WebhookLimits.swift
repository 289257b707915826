/// How long and how much a receiver of notifications is sent.
public struct WebhookLimits: Sendable {
  /// How long a receiver may take to answer.
  public var deadline = Duration.seconds(15)
  /// How long the text of an answer is waited for, once its status is there.
  public var reading = Duration.seconds(2)
  /// How often the change log is looked at.
  public var poll = Duration.seconds(2)
  /// How long is waited after the first failure; twice as long after each further one.
  public var firstPause = Duration.seconds(1)
  /// How long is waited at most, unless the receiver asks for more.
  public var longestPause = Duration.seconds(3_600)
  /// The most changes in one message.
  public var changes = 500
  /// The most bytes of the changes in one message, unless a single change has more.
  public var bytes = 1 << 20
  /// How long a worker that has died holds up the others.
  public var lease = Duration.seconds(60)

  /// The usual limits.
  public init() {}

  /// How long is waited after so many failures in a row.
  ///
  /// - Parameters:
  ///   - asked: how long the receiver asks to be left alone.
  ///   - chance: from 0 to 1; it makes the pause up to a quarter longer.
  func pause(afterFailures failures: Int, asked: Duration? = nil, chance: Double) -> Duration {
    let doubled = min(firstPause * (1 << min(max(failures - 1, 0), 30)), longestPause)
    return max(min(doubled * (1 + chance / 4), longestPause), asked ?? .zero)
  }
}
