import NIOConcurrencyHelpers
public import Tracing

/// Makes spans, and hands those of sampled traces on when they end.
public struct SpanTracer: Tracer {
  private let sampler: TraceSampler
  private let onEnd: @Sendable (FinishedSpan) -> Void

  /// A tracer.
  ///
  /// - Parameter onEnd: receives each recorded span when it ends; must return at once.
  public init(sampler: TraceSampler, onEnd: @escaping @Sendable (FinishedSpan) -> Void) {
    self.sampler = sampler
    self.onEnd = onEnd
  }

  /// See `Tracer`.
  public func startSpan<Instant: TracerInstant>(
    _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
    at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
  ) -> RecordedSpan {
    var context = context()
    let parent = context.trace
    let traceID = parent?.traceID ?? .random()
    let own = TraceContext(
      traceID: traceID, spanID: .random(in: 1 ... .max), isSampled: sampler.samples(traceID, parent: parent),
      state: parent?.state)
    context[TraceContextKey.self] = own
    guard own.isSampled else { return RecordedSpan(context: context, recording: nil) }
    let recording = Recording(
      name: operationName, kind: kind, context: own, parentID: parent.flatMap { $0.spanID == 0 ? nil : $0.spanID },
      caller: parent?.caller, start: instant().nanosecondsSinceEpoch, onEnd: onEnd)
    return RecordedSpan(context: context, recording: recording)
  }

  /// A context that a sampled request begins in, as ``TraceSampler/begin(traceparent:tracestate:)`` gives it.
  public static func context(of trace: TraceContext) -> InstrumentationContext {
    var context = InstrumentationContext.topLevel
    context[TraceContextKey.self] = trace
    return context
  }

  /// Ended spans are handed on at once.
  public func forceFlush() {}

  /// See `Instrument`: writes `traceparent` and `tracestate`.
  public func inject<Carrier, Inject: Injector>(
    _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
  ) where Inject.Carrier == Carrier {
    guard let trace = context.trace, trace.spanID != 0 else { return }
    injector.inject(trace.traceparent, forKey: "traceparent", into: &carrier)
    if let state = trace.state { injector.inject(state, forKey: "tracestate", into: &carrier) }
  }

  /// See `Instrument`: reads `traceparent` and `tracestate`; fields that are malformed count as absent.
  public func extract<Carrier, Extract: Extractor>(
    _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
  ) where Extract.Carrier == Carrier {
    guard let parent = extractor.extract(key: "traceparent", from: carrier) else { return }
    let state = extractor.extract(key: "tracestate", from: carrier)
    context[TraceContextKey.self] = TraceContext(traceparent: parent.utf8, tracestate: state?.utf8)
      .map { sampler.received($0) }
  }
}

/// A span of a ``SpanTracer``; one of a trace that is not sampled only says where it stands.
public struct RecordedSpan: Tracing.Span {
  /// The context with this span's place in its trace.
  public let context: InstrumentationContext
  fileprivate let recording: Recording?

  fileprivate init(context: InstrumentationContext, recording: Recording?) {
    self.context = context
    self.recording = recording
  }

  /// Whether anything that is said about it is kept.
  public var isRecording: Bool { recording?.state.withLockedValue { !$0.isEnded } ?? false }

  /// The name.
  public var operationName: String {
    get { recording?.state.withLockedValue { $0.name } ?? "" }
    nonmutating set { recording?.update { $0.name = newValue } }
  }

  /// What is known about the work.
  public var attributes: SpanAttributes {
    get { recording?.state.withLockedValue { $0.attributes } ?? [:] }
    nonmutating set { recording?.update { $0.attributes = newValue } }
  }

  /// Says how the work ended.
  public func setStatus(_ status: SpanStatus) { recording?.update { $0.status = status } }

  /// Notes that something happened meanwhile.
  public func addEvent(_ event: SpanEvent) {
    recording?.update { if $0.events.count < Recording.maximumEvents { $0.events.append(event) } }
  }

  /// Names another span that this one has to do with.
  public func addLink(_ link: SpanLink) {
    guard let trace = link.context.trace else { return }
    recording?.update { if $0.links.count < Recording.maximumLinks { $0.links.append(trace) } }
  }

  /// Notes the type of an error; its text may repeat what a client sent, and is left out.
  public func recordError<Instant: TracerInstant>(
    _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
  ) {
    guard recording != nil else { return }
    var attributes = attributes
    attributes["exception.type"] = "\(type(of: error))"
    addEvent(SpanEvent(name: "exception", at: instant(), attributes: attributes))
  }

  /// Ends the span; whatever is said about it later is not kept.
  public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
    recording?.end(at: instant().nanosecondsSinceEpoch)
  }
}

/// What is said about a span while it lasts.
private final class Recording: Sendable {
  struct State: Sendable {
    var name: String
    var attributes: SpanAttributes = [:]
    var status: SpanStatus?
    var events: [SpanEvent] = []
    var links: [TraceContext] = []
    var isEnded = false
  }

  static let maximumEvents = 32
  static let maximumLinks = 32

  let state: NIOLockedValueBox<State>
  private let kind: SpanKind
  private let context: TraceContext
  private let parentID: UInt64?
  private let start: UInt64
  private let onEnd: @Sendable (FinishedSpan) -> Void

  init(
    name: String, kind: SpanKind, context: TraceContext, parentID: UInt64?, caller: TraceContext.Caller?, start: UInt64,
    onEnd: @escaping @Sendable (FinishedSpan) -> Void
  ) {
    let link = caller.map { TraceContext(traceID: $0.traceID, spanID: $0.spanID, isSampled: false, state: nil) }
    state = NIOLockedValueBox(State(name: name, links: link.map { [$0] } ?? []))
    self.kind = kind
    self.context = context
    self.parentID = parentID
    self.start = start
    self.onEnd = onEnd
  }

  func update(_ change: (inout State) -> Void) { state.withLockedValue { if !$0.isEnded { change(&$0) } } }

  func end(at end: UInt64) {
    let ended: State? = state.withLockedValue { state in
      guard !state.isEnded else { return nil }
      state.isEnded = true
      return state
    }
    guard let ended else { return }
    onEnd(
      FinishedSpan(
        name: ended.name, kind: kind, context: context, parentID: parentID, start: start, end: max(start, end),
        attributes: ended.attributes, status: ended.status, events: ended.events, links: ended.links))
  }
}

/// A span that has ended.
public struct FinishedSpan: Sendable {
  /// What was done.
  public let name: String
  /// On which side of a call.
  public let kind: SpanKind
  /// Its place in its trace.
  public let context: TraceContext
  /// The span that it is part of; nil for the first of its trace.
  public let parentID: UInt64?
  /// When it began, in nanoseconds since 1970.
  public let start: UInt64
  /// When it ended, in nanoseconds since 1970.
  public let end: UInt64
  /// What is known about the work.
  public let attributes: SpanAttributes
  /// How it ended; nil where nothing was said.
  public let status: SpanStatus?
  /// What happened meanwhile.
  public let events: [SpanEvent]
  /// Other spans that it has to do with.
  public let links: [TraceContext]
}
