import Testing

@testable import Telemetry

@Suite("W3C Trace Context")
struct TraceContextTests {
  private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
  private static let span = "00f067aa0ba902b7"

  private static func parsed(_ parent: String, _ state: String? = nil) -> TraceContext? {
    TraceContext(traceparent: parent.utf8, tracestate: state?.utf8)
  }

  @Test("A field is read and written as it came")
  func plain() throws {
    let text = "00-\(Self.trace)-\(Self.span)-01"
    let context = try #require(Self.parsed(text))
    #expect(context.isSampled)
    #expect(context.traceID.description == Self.trace)
    #expect(context.traceparent == text)
    #expect(try #require(Self.parsed("00-\(Self.trace)-\(Self.span)-00")).isSampled == false)
  }

  @Test("Later versions may have more behind it, and flags that nobody knows yet")
  func laterVersion() throws {
    let context = try #require(Self.parsed("cc-\(Self.trace)-\(Self.span)-03-what-comes-next"))
    #expect(context.isSampled)
    #expect(context.traceparent == "00-\(Self.trace)-\(Self.span)-01")
  }

  @Test(
    "What is no field counts as none",
    arguments: [
      "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-1", "00-\(trace)-\(span)-01-", "00-\(trace)-\(span)-01,x",
      "ff-\(trace)-\(span)-01", "00-\(trace.uppercased())-\(span)-01", "00-00000000000000000000000000000000-\(span)-01",
      "00-\(trace)-0000000000000000-01", "00_\(trace)-\(span)-01", "00-\(trace)-\(span)-0g", " 00-\(trace)-\(span)-01",
      "cc-\(trace)-\(span)-01.x", "00-\(trace)-\(span)-01, 00-\(trace)-\(span)-01",
      "cc-\(trace)-\(span)-01-" + String(repeating: "x", count: 500),
    ])
  func malformed(_ text: String) {
    #expect(Self.parsed(text) == nil)
  }

  @Test("A good tracestate is handed on as it is", arguments: ["a=1", "a=1, b@c=x y;z", "rojo=00f067aa,congo=t61"])
  func state(_ text: String) throws {
    #expect(try #require(Self.parsed("00-\(Self.trace)-\(Self.span)-01", text)).state == text)
  }

  @Test(
    "A bad tracestate is left out, and the trace goes on",
    arguments: [
      "", "a", "=1", "a=", "a=1\r\nset-cookie: x", "A=1", "a=1=2", "a=\u{7F}", String(repeating: "a", count: 513),
      Array(repeating: "a=1", count: 33).joined(separator: ","),
    ])
  func badState(_ text: String) throws {
    #expect(try #require(Self.parsed("00-\(Self.trace)-\(Self.span)-01", text)).state == nil)
  }
}
