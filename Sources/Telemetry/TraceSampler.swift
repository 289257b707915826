/// Decides at the beginning of a trace whether its spans are recorded, as `OTEL_TRACES_SAMPLER` names it.
public struct TraceSampler: Sendable, Hashable {
  /// Whether the decision of whoever called counts.
  private let obeysParent: Bool
  /// Whether traces of others are gone on with. Where the number of a trace decides, whoever called must not choose it: with
  /// a low one every request would be recorded.
  private let joinsTraces: Bool
  /// The share of traces that are recorded where nobody has decided yet, in 2^-63.
  private let bound: UInt64

  /// The names that there are.
  public static let names = [
    "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off",
    "parentbased_traceidratio",
  ]

  /// A sampler by its name; nil for a name that nobody knows.
  ///
  /// - Parameter ratio: the share of traces, from 0 to 1, for the samplers that have one.
  public init?(named name: String, ratio: Double) {
    guard Self.names.contains(name) else { return nil }
    obeysParent = name.hasPrefix("parentbased_")
    joinsTraces = name != "traceidratio"
    let share = name.hasSuffix("always_on") ? 1 : name.hasSuffix("always_off") ? 0 : min(1, max(0, ratio))
    bound = UInt64(share * 0x1p63)
  }

  /// Whether the spans of a trace are recorded; the same for all its spans, in all processes with the same sampler.
  func samples(_ trace: TraceID, parent: TraceContext?) -> Bool {
    if obeysParent, let parent, parent.spanID != 0 { return parent.isSampled }
    return trace.low >> 1 < bound
  }

  /// The context that the first span of a request begins in; nil where the request is not recorded. Makes nothing then.
  ///
  /// - Parameters:
  ///   - traceparent: the bytes of the request's field; nil where it has none.
  ///   - tracestate: likewise.
  public func begin(
    traceparent: (some Collection<UInt8>)?, tracestate: (some Collection<UInt8>)?
  ) -> TraceContext? {
    if let traceparent, let parent = TraceContext(traceparent: traceparent, tracestate: tracestate) {
      let context = received(parent)
      return samples(context.traceID, parent: context) ? context : nil
    }
    let trace = TraceID.random()
    guard samples(trace, parent: nil) else { return nil }
    return TraceContext(traceID: trace, spanID: 0, isSampled: true, state: nil)
  }

  /// What follows from the context that came with a request: itself, or the beginning of a new trace that is linked to it.
  func received(_ parent: TraceContext) -> TraceContext {
    guard !joinsTraces else { return parent }
    let caller = TraceContext.Caller(traceID: parent.traceID, spanID: parent.spanID)
    return TraceContext(traceID: .random(), spanID: 0, isSampled: true, state: nil, caller: caller)
  }
}
