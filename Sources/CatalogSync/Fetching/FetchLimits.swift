/// How long and how much of a list is waited for.
public struct FetchLimits: Sendable {
  /// How long a connection may take.
  public var connect = Duration.seconds(10)
  /// How long the provider may send nothing.
  public var idle = Duration.seconds(30)
  /// How long the whole list may take, with all pages and one attempt.
  public var total = Duration.seconds(300)
  /// The most bytes of one list, once unpacked.
  public var bytes = 256 << 20
  /// The most pages of one list.
  public var pages = 500
  /// How many times a list is asked for before it is given up until the next sync.
  public var attempts = 4
  /// How long is waited before the second attempt; each later one waits twice as long, less up to a half by chance.
  public var pause = Duration.milliseconds(500)
  /// The longest time that a provider may ask to be left alone for a further attempt to be made at once.
  public var longestPause = Duration.seconds(20)

  /// The usual limits.
  public init() {}

  /// How long is waited after a failed attempt; nil when that is too long.
  ///
  /// - Parameters:
  ///   - attempt: how many have been made.
  ///   - error: how the last one failed.
  ///   - chance: from 0 to 1.
  func pause(after attempt: Int, _ error: FetchError, chance: Double) -> Duration? {
    let doubled = pause * (1 << min(attempt - 1, 10))
    // Jitter, so that the workers that failed together do not come back together.
    let usual = min(doubled, longestPause) * (1 - chance / 2)
    guard case .rateLimited(_, let asked?) = error else { return usual }
    return asked <= longestPause ? max(asked, usual) : nil
  }
}
