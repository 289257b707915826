import NIOConcurrencyHelpers
import TestSupport
import Testing
import Tracing

@testable import Telemetry

@Suite("Spans as OTLP")
struct SpanDocumentTests {
  private struct Nanoseconds: TracerInstant {
    let nanosecondsSinceEpoch: UInt64
    static func < (left: Nanoseconds, right: Nanoseconds) -> Bool {
      left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
    }
  }

  private struct Refusal: Error, CustomStringConvertible { let description = "no such \"thing\"" }

  @Test("A document is what the collector reads, in one line")
  func golden() throws {
    let traces = RecordedTraces()
    let parent = try #require(
      TraceContext(
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".utf8, tracestate: "rojo=1".utf8))
    let span = traces.tracer().startSpan(
      "GET /v1/models/{id}", context: SpanTracer.context(of: parent), ofKind: .server,
      at: Nanoseconds(nanosecondsSinceEpoch: 1_700_000_000_000_000_001))
    span.attributes["catalog.version"] = "7-ab"
    span.attributes["http.response.status_code"] = 200
    span.attributes["cache.joined"] = true
    span.attributes["share"] = 0.5
    span.addLink(SpanLink(context: SpanTracer.context(of: parent), attributes: [:]))
    span.addEvent(SpanEvent(name: "looked \"twice\"", at: Nanoseconds(nanosecondsSinceEpoch: 5), attributes: [:]))
    span.setStatus(SpanStatus(code: .error))
    span.end(at: Nanoseconds(nanosecondsSinceEpoch: 1_700_000_000_000_500_001))
    let own = Hexadecimal.text(traces.finished[0].context.spanID)
    let document = SpanDocument(resource: [("service.name", "modelcatalog")]).bytes(of: traces.finished)
    #expect(
      String(decoding: document, as: UTF8.self)
        == #"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"modelcatalog"}}]},"#
        + #""scopeSpans":[{"scope":{"name":"modelcatalog"},"spans":[{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","#
        + #""spanId":"\#(own)","traceState":"rojo=1","parentSpanId":"00f067aa0ba902b7","flags":1,"#
        + #""name":"GET /v1/models/{id}","kind":2,"startTimeUnixNano":"1700000000000000001","#
        + #""endTimeUnixNano":"1700000000000500001","attributes":[{"key":"cache.joined","value":{"boolValue":true}},"#
        + #"{"key":"catalog.version","value":{"stringValue":"7-ab"}},"#
        + #"{"key":"http.response.status_code","value":{"intValue":"200"}},"#
        + #"{"key":"share","value":{"doubleValue":0.5}}],"#
        + #""events":[{"timeUnixNano":"5","name":"looked \"twice\"","attributes":[]}],"#
        + #""links":[{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7"}],"#
        + #""status":{"code":2}}]}]}]}"#)
  }

  @Test("Texts and numbers of attributes, events and links are bounded")
  func bounds() {
    let traces = RecordedTraces()
    let span = traces.tracer().startSpan("busy", context: .topLevel)
    for number in 0..<500 {
      span.attributes["attribute.\(number)"] = String(repeating: "x", count: 10_000)
      span.addEvent(SpanEvent(name: "event"))
      span.addLink(SpanLink(context: span.context, attributes: [:]))
    }
    span.end()
    #expect(SpanDocument(resource: []).bytes(of: traces.finished).count < 50_000)
  }

  @Test("An error leaves its type, never its text")
  func errors() {
    let traces = RecordedTraces()
    let span = traces.tracer().startSpan("fails", context: .topLevel)
    span.recordError(Refusal())
    span.end()
    #expect(traces.text.contains("Refusal"))
    #expect(!traces.text.contains("thing"))
  }

  @Test("A span of a trace that is not sampled is handed to nobody, and says so to others")
  func unsampled() {
    let traces = RecordedTraces()
    let tracer = traces.tracer(ratio: 0)
    let span = tracer.startSpan("quiet", context: .topLevel)
    let child = tracer.startSpan("quieter", context: span.context)
    #expect(!span.isRecording)
    var fields: [String: String] = [:]
    tracer.inject(child.context, into: &fields, using: Fields())
    child.end()
    span.end()
    #expect(fields["traceparent"]?.hasSuffix("-00") == true)
    #expect(traces.finished.isEmpty)
  }

  @Test("A span that has ended does not change any more, and ends once")
  func ended() {
    let traces = RecordedTraces()
    let span = traces.tracer().startSpan("once", context: .topLevel)
    span.end()
    span.attributes["late"] = "yes"
    span.end()
    #expect(traces.finished.count == 1)
    #expect(traces.finished.first?["late"] == nil)
  }

  private struct Fields: Injector {
    func inject(_ value: String, forKey key: String, into fields: inout [String: String]) { fields[key] = value }
  }
}
