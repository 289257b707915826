public import Tracing

/// Where spans go: to a tracer or nowhere, and then nothing is made for them.
///
/// A span of work that fails names the type of the error and never its text, which may repeat what a client sent.
public struct Spans: Sendable {
  private let tracer: (any Tracer)?

  /// Nowhere.
  public static let none = Spans(tracer: nil)

  /// Spans that go to a tracer; nil for nowhere.
  public init(tracer: (any Tracer)?) { self.tracer = tracer }

  /// Whether spans go anywhere.
  public var areMade: Bool { tracer != nil }

  /// The trace that the running task is part of; nil for none, and where spans go nowhere.
  public var context: InstrumentationContext? { tracer == nil ? nil : .current }

  /// As ``context``, but only where the trace is recorded.
  var recordedContext: InstrumentationContext? { context.flatMap { $0[UnrecordedKey.self] == true ? nil : $0 } }

  /// Runs `body` in a span of the task's trace, or of a new trace where there is none.
  ///
  /// - Parameters:
  ///   - name: from a closed set; nothing that a client sent.
  ///   - kind: on which side of a call the work is done.
  ///   - context: the trace that it is part of; by default that of the task.
  ///   - body: gets the span to describe it; nil where spans go nowhere.
  public func span<Result>(
    _ name: @autoclosure () -> String, ofKind kind: SpanKind = .internal,
    in context: @autoclosure () -> InstrumentationContext = .current ?? .topLevel,
    _ body: ((any Span)?) async throws -> Result
  ) async rethrows -> Result {
    guard let tracer else { return try await body(nil) }
    let span = tracer.startSpan(name(), context: context(), ofKind: kind)
    defer { span.end() }
    var context = span.context
    if !span.isRecording { context[UnrecordedKey.self] = true }
    do {
      return try await InstrumentationContext.$current.withValue(context) { try await body(span) }
    } catch {
      span.fail(error)
      throw error
    }
  }

  /// As ``span(_:ofKind:in:_:)``, but only where the task is part of a trace already: for what also goes on all the time in
  /// the background.
  public func child<Result>(
    _ name: @autoclosure () -> String, ofKind kind: SpanKind = .internal,
    _ body: ((any Span)?) async throws -> Result
  ) async rethrows -> Result {
    guard context != nil else { return try await body(nil) }
    return try await span(name(), ofKind: kind, body)
  }

  /// Runs `body` as part of a trace that another task began; nil for none.
  public func within<Result>(
    _ context: InstrumentationContext?, _ body: () async throws -> Result
  ) async rethrows -> Result {
    guard let context, tracer != nil else { return try await body() }
    return try await InstrumentationContext.$current.withValue(context, operation: body)
  }

  /// Writes the task's trace into a message that goes to somebody else.
  public func inject<Carrier, Inject: Injector>(
    into carrier: inout Carrier, using injector: Inject
  ) where Inject.Carrier == Carrier {
    guard let tracer, let context = InstrumentationContext.current else { return }
    tracer.inject(context, into: &carrier, using: injector)
  }

  /// The trace that a message from somebody else belongs to; an empty context where it names none.
  public func extract<Carrier: Sendable, Extract: Extractor>(
    from carrier: Carrier, using extractor: Extract
  ) -> InstrumentationContext where Extract.Carrier == Carrier {
    var context = InstrumentationContext.topLevel
    tracer?.extract(carrier, into: &context, using: extractor)
    return context
  }
}

/// Marks the context of a task whose trace is not recorded.
private enum UnrecordedKey: InstrumentationContextKey {
  typealias Value = Bool
}

extension Span {
  /// Marks the span as failed, with the type of the error and without its text.
  public func fail(_ error: any Error) {
    attributes["error.type"] = "\(type(of: error))"
    setStatus(SpanStatus(code: .error))
  }
}
