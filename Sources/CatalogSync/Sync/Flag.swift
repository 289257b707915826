import NIOConcurrencyHelpers

/// Whether something is under way.
final class Flag: Sendable {
  private let state = NIOLockedValueBox(false)

  /// Whether it is set.
  var isSet: Bool { state.withLockedValue { $0 } }

  /// Sets it.
  ///
  /// - Returns: whether it was not set before.
  func set() -> Bool {
    state.withLockedValue { isSet in
      defer { isSet = true }
      return !isSet
    }
  }

  /// Clears it.
  func clear() { state.withLockedValue { $0 = false } }
}
