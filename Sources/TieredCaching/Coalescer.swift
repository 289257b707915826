import NIOConcurrencyHelpers

/// Lets many callers share one question at a time.
///
/// An answer counts for a caller only if the question was asked after the caller came; so callers that come while one is
/// under way share the next. Whoever comes first asks; when that caller is cancelled, another of the same group takes over.
final class Coalescer: Sendable {
  private enum Role: Sendable {
    case lead
    case done
  }

  private struct State: Sendable {
    var isAsking = false
    /// Those whose question is under way.
    var current: [CheckedContinuation<Role, Never>] = []
    /// Those who came after it was asked.
    var next: [CheckedContinuation<Role, Never>] = []
  }

  private let state = NIOLockedValueBox(State())

  /// Returns when a question that was asked after this call began has been answered.
  ///
  /// - Parameter question: asks, and returns whether it was asked to the end; false when the caller was cancelled.
  /// - Returns: whether it was this caller who asked.
  @discardableResult
  func ask(_ question: () async -> Bool) async -> Bool {
    let isFirst = state.withLockedValue { state in
      defer { state.isAsking = true }
      return !state.isAsking
    }
    if !isFirst {
      let role = await withCheckedContinuation { continuation in
        let isFree = state.withLockedValue { state in
          if state.isAsking {
            state.next.append(continuation)
            return false
          }
          state.isAsking = true
          return true
        }
        // The question that was under way ended in between.
        if isFree { continuation.resume(returning: .lead) }
      }
      if role == .done { return false }
    }
    finish(isAnswered: await question())
    return true
  }

  private func finish(isAnswered: Bool) {
    let (done, lead) = state.withLockedValue {
      state -> ([CheckedContinuation<Role, Never>], CheckedContinuation<Role, Never>?) in
      let done = isAnswered ? state.current : []
      let waiting = (isAnswered ? [] : state.current) + state.next
      state.next = []
      state.current = Array(waiting.dropFirst())
      state.isAsking = !waiting.isEmpty
      return (done, waiting.first)
    }
    for continuation in done { continuation.resume(returning: .done) }
    lead?.resume(returning: .lead)
  }
}
