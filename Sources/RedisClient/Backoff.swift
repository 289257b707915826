/// How long to wait before the next attempt: twice as long each time, with chance, so that clients do not come at once.
struct Backoff {
  private static let shortest = 50
  private static let longest = 2000

  /// A connection that lasted this long was a success.
  static let calm = Duration.milliseconds(longest)

  private var milliseconds = shortest

  /// The next time to wait: between half of and all of 50 ms, 100 ms and so on up to 2 s.
  mutating func next() -> Duration {
    defer { milliseconds = min(milliseconds * 2, Self.longest) }
    return .milliseconds(Int.random(in: milliseconds / 2...milliseconds))
  }
}
