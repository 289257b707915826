import HTTPTypes
public import NIOCore
import TieredCaching
public import Tracing

/// Which requests are traced, and where their spans go.
public struct RequestTracing: Sendable {
  /// Decides at the head of a request whether it is recorded.
  ///
  /// - Returns: the context that its span begins in; nil where it is not recorded, and nothing has been made then.
  public typealias Begin =
    @Sendable (
      _ traceparent: ByteBufferView?, _ tracestate: ByteBufferView?
    ) -> InstrumentationContext?

  let tracer: any Tracer
  private let begin: Begin

  /// Tracing by a tracer.
  ///
  /// - Parameter begin: decides for requests that are answered before any parsing; the tracer does for the others.
  public init(tracer: any Tracer, begin: @escaping Begin) {
    self.tracer = tracer
    self.begin = begin
  }

  /// Records a request that was answered from memory.
  ///
  /// - Parameter start: when its head was looked at.
  func record(
    _ served: ServedAnswer, to request: PlainRequest, in head: ByteBufferView, status: Int, bytes: Int,
    since start: DefaultTracerClock.Timestamp
  ) {
    guard
      let context = begin(
        request.traceparent.map { head[$0, from: head] }, request.tracestate.map { head[$0, from: head] })
    else { return }
    let span = tracer.startSpan(
      RouteTemplate.name(method: "GET", target: request.target), context: context, ofKind: .server, at: start)
    let read = tracer.startSpan("catalog.read", context: span.context, at: start)
    served.describe(on: read)
    read.end()
    span.describe(
      target: request.target, method: "GET", status: status, bytes: bytes, view: served.answer.view,
      requestID: request.requestID.map { String(decoding: head[$0, from: head], as: UTF8.self) })
    span.end()
  }
}

extension ByteBufferView {
  /// The bytes of a range that counts from the beginning of `head`.
  subscript(_ range: Range<Int>, from head: ByteBufferView) -> ByteBufferView {
    self[(head.startIndex + range.lowerBound)..<(head.startIndex + range.upperBound)]
  }
}

extension Span {
  /// Writes what a request was and how it was answered. Of its address only the route is told: a query can hold anything.
  func describe(target: String, method: String, status: Int, bytes: Int, view: View, requestID: String?) {
    updateAttributes { attributes in
      attributes["http.request.method"] = RouteTemplate.known(method) ?? "_OTHER"
      if let route = RouteTemplate.of(target) { attributes["http.route"] = route }
      attributes["http.response.status_code"] = status
      attributes["http.response.body.size"] = bytes
      attributes["catalog.view"] = view.rawValue
      if let requestID { attributes["request.id"] = requestID }
    }
    if status >= 500 { setStatus(SpanStatus(code: .error)) }
  }
}

extension ServedAnswer {
  /// Writes where an answer came from into the span of its read.
  func describe(on span: any Span) {
    span.updateAttributes { attributes in
      attributes["cache.decision"] = !wasReady ? "miss" : freshness == .fresh ? "hit" : "stale"
      attributes["catalog.view"] = answer.view.rawValue
      attributes["catalog.version"] = body.fields.version
      attributes["catalog.tier"] = tier.rawValue
      attributes["catalog.freshness"] = freshness.rawValue
    }
  }
}

/// Reads the place in a trace from the header fields of a request.
struct FieldExtractor: Extractor {
  func extract(key: String, from fields: HTTPFields) -> String? { HTTPField.Name(key).flatMap { fields[$0] } }
}
