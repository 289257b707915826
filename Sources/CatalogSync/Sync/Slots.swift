import NIOConcurrencyHelpers

/// Lets so many do something at a time, those that are urgent first, and otherwise in the order in which they came.
final class Slots: Sendable {
  private struct State {
    var free: Int
    var urgent: [CheckedContinuation<Void, Never>] = []
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: NIOLockedValueBox<State>

  /// - Parameter count: how many may do it at a time.
  init(_ count: Int) { state = NIOLockedValueBox(State(free: count)) }

  /// How many wait.
  var waiting: Int { state.withLockedValue { $0.urgent.count + $0.waiting.count } }

  /// Waits for a slot, which ``give()`` must follow. Whoever is cancelled waits all the same: those that have a slot are
  /// cancelled with them and end soon.
  ///
  /// - Parameter isUrgent: whether those that came before and are not urgent wait longer.
  func take(isUrgent: Bool = false) async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLockedValue { state in
        guard state.free == 0 else {
          state.free -= 1
          return true
        }
        if isUrgent { state.urgent.append(continuation) } else { state.waiting.append(continuation) }
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  /// Lets the next one in.
  func give() {
    let next = state.withLockedValue { state -> CheckedContinuation<Void, Never>? in
      guard state.urgent.isEmpty else { return state.urgent.removeFirst() }
      guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
      state.free += 1
      return nil
    }
    next?.resume()
  }
}
