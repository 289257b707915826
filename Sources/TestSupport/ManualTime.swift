import NIOConcurrencyHelpers
public import TieredCaching

/// Time that only moves when a test says so.
public final class ManualTime: TimeSource {
  private struct Sleeper {
    let deadline: Duration
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now: Duration = .zero
    var sleepers: [Int: Sleeper] = [:]
    var nextID = 0
  }

  private let state = NIOLockedValueBox(State())

  /// A clock at zero.
  public init() {}

  /// The time that the test has set.
  public var now: Duration { state.withLockedValue { $0.now } }

  /// Waits until the test has moved time to `deadline`.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public func sleep(until deadline: Duration) async throws {
    let id = state.withLockedValue { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isDue = state.withLockedValue { state in
          guard state.now < deadline else { return true }
          state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
          return false
        }
        if isDue { continuation.resume() } else if Task.isCancelled { cancel(id) }
      }
    } onCancel: {
      cancel(id)
    }
  }

  /// Moves time on and wakes who waited for it.
  public func advance(by duration: Duration) {
    let due = state.withLockedValue { state in
      state.now += duration
      let due = state.sleepers.filter { $0.value.deadline <= state.now }
      for id in due.keys { state.sleepers.removeValue(forKey: id) }
      return due.values.sorted { $0.deadline < $1.deadline }
    }
    for sleeper in due { sleeper.continuation.resume() }
  }

  private func cancel(_ id: Int) {
    state.withLockedValue { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
  }
}
