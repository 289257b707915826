import Tracing

/// Something to do, and the trace of the reader that it is done for; nil where no reader waits.
struct Errand: Sendable {
  let action: CoherenceCore.Action
  let context: InstrumentationContext?
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
