import NIOConcurrencyHelpers
import TieredCaching

/// Keeps refusals that a client can cause as often as it likes from filling the log: each client has one line in a window, and the
/// others are counted.
final class RefusalCounter: Sendable {
  private struct Window {
    let endsAt: Duration
    /// How many refusals had no line.
    var unwritten = 0
  }

  /// How long a client's refusals are counted after one that was written.
  static let window = Duration.seconds(60)
  private static let maximumClients = 10_000

  private let time: any TimeSource
  private let windows = NIOLockedValueBox<[ClientAddress: Window]>([:])

  init(time: any TimeSource = SystemTime()) { self.time = time }

  /// Counts a refusal of a client.
  ///
  /// - Returns: how many refusals a line stands for that is to be written now; nil when none is.
  func note(_ client: ClientAddress) -> Int? {
    let now = time.now
    return windows.withLockedValue { windows in
      if let window = windows[client], now < window.endsAt {
        windows[client]?.unwritten += 1
        return nil
      }
      let unwritten = windows[client]?.unwritten ?? 0
      if windows.count >= Self.maximumClients { windows.removeAll(keepingCapacity: true) }
      windows[client] = Window(endsAt: now + Self.window)
      return unwritten + 1
    }
  }
}
