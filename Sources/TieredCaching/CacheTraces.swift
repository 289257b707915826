import NIOConcurrencyHelpers
import Tracing

/// Something to do, and the trace of the reader that it is done for; nil where no reader waits.
struct Errand: Sendable {
  let action: CoherenceCore.Action
  let context: InstrumentationContext?
}

extension TieredCache {
  /// Runs `body`. What the cache does meanwhile, such as a load after an announcement, is part of the task's trace, as that
  /// waits for it; not where that is not recorded, as others may wait whose is.
  func whileInterested<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    guard let context = spans.recordedContext else { return try await body() }
    let id = state.withLockedValue { state in
      state.nextWaiter += 1
      state.interested[state.nextWaiter] = context
      return state.nextWaiter
    }
    defer { state.withLockedValue { _ = $0.interested.removeValue(forKey: id) } }
    return try await body()
  }

  /// The trace of who waits longest; nil for nobody.
  var oldestInterested: InstrumentationContext? {
    guard spans.areMade else { return nil }
    return state.withLockedValue { state in state.interested.min { $0.key < $1.key }?.value }
  }
}

/// How a read that could not be answered from memory at once was answered.
struct CheckTrace {
  /// Whether somebody else's question or load was under way, and this reader took its answer.
  var hasJoined = false
  /// Whether it waited until the version was confirmed or loaded.
  var hasWaited = false

  /// Writes it into a span.
  func describe<Value>(_ served: Served<Value>, on span: any Span) {
    let decision =
      switch (served.freshness, hasWaited, served.tier) {
      case (.stale, _, _): "stale"
      case (.fresh, true, .redis), (.fresh, true, .database): "loaded"
      case (.fresh, _, _): "confirmed"
      }
    span.updateAttributes { attributes in
      attributes["cache.decision"] = decision
      attributes["cache.joined"] = hasJoined
      attributes["catalog.tier"] = served.tier.rawValue
      attributes["catalog.freshness"] = served.freshness.rawValue
    }
  }
}
