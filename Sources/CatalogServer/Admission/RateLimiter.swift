import NIOConcurrencyHelpers
import TieredCaching

/// Counts what each client does against one limit: a token bucket for each, kept as the time at which it will be full again.
///
/// What it remembers is bounded: clients are kept in two generations, and when the younger one is full it takes the place of the
/// older one. A client that is forgotten that way begins with a full bucket.
final class RateLimiter: Sendable {
  private struct State {
    var young: [ClientAddress: Duration] = [:]
    var old: [ClientAddress: Duration] = [:]
  }

  /// The most clients that are remembered.
  static let maximumClients = 10_000

  private let limit: RateLimit
  private let time: any TimeSource
  private let state = NIOLockedValueBox(State())

  init(_ limit: RateLimit, time: any TimeSource = SystemTime()) {
    self.limit = limit
    self.time = time
  }

  /// Takes one token of a client.
  ///
  /// - Returns: nil when it had one, else how long it takes until it has.
  func take(_ client: ClientAddress) -> Duration? {
    state.withLockedValue { state in
      let now = time.now
      let full = max(state.young[client] ?? state.old[client] ?? now, now)
      let wait = wait(untilFull: full - now)
      if state.young.count >= Self.maximumClients / 2, state.young[client] == nil {
        state.old = state.young
        state.young = [:]
      }
      // Also one that has to wait, so that whoever asks all the time is not forgotten.
      state.young[client] = wait == nil ? full + limit.interval : full
      return wait
    }
  }

  /// How long a client has to wait for its next token; nil when it has one.
  func wait(of client: ClientAddress) -> Duration? {
    state.withLockedValue { state in
      guard let full = state.young[client] ?? state.old[client] else { return nil }
      return wait(untilFull: full - time.now)
    }
  }

  /// How many clients are remembered.
  var clients: Int { state.withLockedValue { $0.young.count + $0.old.count } }

  private func wait(untilFull remaining: Duration) -> Duration? {
    let wait = remaining - limit.interval * (limit.burst - 1)
    return wait > .zero ? wait : nil
  }
}
