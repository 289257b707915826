import NIOConcurrencyHelpers

/// A number of places, for each of which there is a thread with a connection. Whoever finds none waits in line, no longer
/// than until a deadline.
final class Places: Sendable {
  private struct State {
    var free: Int
    var line: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    var nextID = 0
    var isClosed = false
  }

  private let state: NIOLockedValueBox<State>

  init(_ count: Int) { state = NIOLockedValueBox(State(free: count)) }

  /// Runs work that holds a place.
  ///
  /// - Throws: ``PostgresError`` of the kind `timedOut` when there is none before the deadline and of the kind `closed` after
  ///   ``close()``, and what `work` throws.
  func withPlace<Result: Sendable>(
    until deadline: ContinuousClock.Instant, _ work: () async throws -> Result
  ) async throws -> Result {
    guard await take(until: deadline) else {
      try Task.checkCancellation()
      if state.withLockedValue({ $0.isClosed }) { throw PostgresError(.closed, "the database has been closed") }
      throw PostgresError(.timedOut, "all connections were in use")
    }
    defer { release() }
    return try await work()
  }

  /// Lets nobody in any more; those who are in stay.
  func close() {
    let line = state.withLockedValue { state in
      state.isClosed = true
      defer { state.line = [] }
      return state.line
    }
    for waiter in line { waiter.continuation.resume(returning: false) }
  }

  private func take(until deadline: ContinuousClock.Instant) async -> Bool {
    let (id, isGranted) = state.withLockedValue { state -> (Int, Bool?) in
      state.nextID += 1
      if state.isClosed { return (0, false) }
      guard state.free == 0 else {
        state.free -= 1
        return (0, true)
      }
      return (state.nextID, nil)
    }
    if let isGranted { return isGranted }
    let patience = Task {
      // Cancelled when the place was had in time.
      do { try await Task.sleep(until: deadline) } catch { return }
      giveUp(id)
    }
    defer { patience.cancel() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isGranted = state.withLockedValue { state -> Bool? in
          if Task.isCancelled || state.isClosed || ContinuousClock.now >= deadline { return false }
          guard state.free == 0 else {
            state.free -= 1
            return true
          }
          state.line.append((id, continuation))
          return nil
        }
        if let isGranted { continuation.resume(returning: isGranted) }
      }
    } onCancel: {
      giveUp(id)
    }
  }

  private func giveUp(_ id: Int) {
    let waiter = state.withLockedValue { state in
      state.line.firstIndex { $0.id == id }.map { state.line.remove(at: $0).continuation }
    }
    waiter?.resume(returning: false)
  }

  private func release() {
    let next = state.withLockedValue { state -> CheckedContinuation<Bool, Never>? in
      guard state.line.isEmpty else { return state.line.removeFirst().continuation }
      state.free += 1
      return nil
    }
    next?.resume(returning: true)
  }
}
