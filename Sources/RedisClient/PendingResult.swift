import NIOConcurrencyHelpers

/// The result that one task waits for; whoever finishes it first decides.
struct PendingResult<Value: Sendable>: Sendable {
  typealias Outcome = Result<Value, RedisError>

  private struct State {
    var waiter: CheckedContinuation<Outcome, Never>?
    var isFinished = false
  }

  private let state = NIOLockedValueBox(State())

  /// Waits for the result. Cancellation of the task finishes it with ``RedisError/cancelled`` at once.
  ///
  /// - Parameter start: begins the work whose end calls ``finish(_:)``; not called in a cancelled task.
  func value(after start: () -> Void) async throws(RedisError) -> Value {
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
        if wait(with: continuation) {
          start()
        } else {
          continuation.resume(returning: .failure(.cancelled))
        }
      }
    } onCancel: {
      finish(.failure(.cancelled))
    }
    return try outcome.get()
  }

  /// Ends the wait; does nothing the second time.
  func finish(_ outcome: Outcome) {
    let waiter = state.withLockedValue { state in
      state.isFinished = true
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: outcome)
  }

  /// Whether it was finished.
  var isFinished: Bool { state.withLockedValue { $0.isFinished } }

  private func wait(with continuation: CheckedContinuation<Outcome, Never>) -> Bool {
    state.withLockedValue { state in
      if state.isFinished { return false }
      state.waiter = continuation
      return true
    }
  }
}
