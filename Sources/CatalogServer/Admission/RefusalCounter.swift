import NIOConcurrencyHelpers
import TieredCaching

/// Keeps refusals that a client can cause as often as it likes from filling the log: each client has one line in a window for what
/// comes of it, and the others are counted.
final class RefusalCounter: Sendable {
  private struct Kind: Hashable {
    let client: ClientAddress
    let outcome: String
  }

  private struct Window {
    let endsAt: Duration
    /// How many refusals had no line.
    var unwritten = 0
  }

  /// How long a client's refusals are counted after one that was written.
  static let window = Duration.seconds(60)
  private static let maximumKinds = 10_000

  private let time: any TimeSource
  private let windows = NIOLockedValueBox<[Kind: Window]>([:])

  init(time: any TimeSource = SystemTime()) { self.time = time }

  /// Counts a refusal of a client.
  ///
  /// - Parameter outcome: what comes of it, in a word of a closed set.
  /// - Returns: how many refusals a line stands for that is to be written now; nil when none is.
  func note(_ client: ClientAddress, _ outcome: String) -> Int? {
    let now = time.now
    let kind = Kind(client: client, outcome: outcome)
    return windows.withLockedValue { windows in
      if let window = windows[kind], now < window.endsAt {
        windows[kind]?.unwritten += 1
        return nil
      }
      let unwritten = windows[kind]?.unwritten ?? 0
      if windows.count >= Self.maximumKinds { windows.removeAll(keepingCapacity: true) }
      windows[kind] = Window(endsAt: now + Self.window)
      return unwritten + 1
    }
  }
}
