import NIOConcurrencyHelpers

/// How many wrong keys may be typed in a minute, whoever types them. There is no delay, so nobody else has to wait.
final class FailureBudget: Sendable {
  private struct State {
    var minute = 0
    var failures = 0
  }

  /// The most failures in one minute of the clock.
  static let perMinute = 20

  private let state = NIOLockedValueBox(State())

  /// Whether another try may be made.
  ///
  /// - Parameter now: the time in seconds since 1970.
  func hasRoom(at now: Int) -> Bool {
    state.withLockedValue { $0.minute != now / 60 || $0.failures < Self.perMinute }
  }

  /// Notes that a try has failed.
  func note(at now: Int) {
    state.withLockedValue { state in
      if state.minute != now / 60 { state = State(minute: now / 60) }
      state.failures += 1
    }
  }
}
