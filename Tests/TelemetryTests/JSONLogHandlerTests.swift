import Catalog
import Logging
import NIOConcurrencyHelpers
import TestSupport
import Testing
import Tracing

@testable import Telemetry

@Suite("The log as JSON")
struct JSONLogHandlerTests {
  private let written = NIOLockedValueBox<[String]>([])

  private func logger(_ provider: Logger.MetadataProvider? = nil) -> Logger {
    Logger(label: "modelcatalog") { [written] label in
      JSONLogHandler(
        label: label, metadataProvider: provider, now: { LogTime(seconds: 1_700_000_000, milliseconds: 7) }
      ) { line in written.withLockedValue { $0.append(String(decoding: line, as: UTF8.self)) } }
    }
  }

  @Test("A line has its time, level, label, message and facts, and ends with a line feed")
  func golden() {
    logger().warning("Provider is asked again", metadata: ["provider": "openai", "attempt": "2"])
    #expect(
      written.withLockedValue { $0 } == [
        #"{"time":"2023-11-14T22:13:20.007Z","level":"warning","label":"modelcatalog","#
          + #""message":"Provider is asked again","metadata":{"attempt":"2","provider":"openai"}}"# + "\n"
      ])
  }

  @Test("The names of request and trace stand beside the message")
  func names() throws {
    let traces = RecordedTraces()
    var logger = logger(.trace)
    logger[metadataKey: "request_id"] = "abc-1"
    traces.tracer().withSpan("work", context: .topLevel) { _ in logger.info("Catalog loaded") }
    let span = try #require(traces.finished.first)
    let line = try #require(written.withLockedValue { $0.first })
    let json = try JSONReader.parse(Array(line.utf8))
    #expect(json.object?["request_id"] == .string("abc-1"))
    #expect(json.object?["trace_id"] == .string(span.context.traceID.description))
    #expect(json.object?["metadata"]?.object?["span_id"] == .string(Hexadecimal.text(span.context.spanID)))
  }

  @Test("What others sent cannot end a line or a text", arguments: ["a\nb", "a\"b", "a\u{1B}[31mb", "\u{2028}", "\\"])
  func hostile(_ text: String) throws {
    logger().error("Request failed", metadata: ["path": "\(text)", "all": ["x", .dictionary(["y": "\(text)"])]])
    let line = try #require(written.withLockedValue { $0.first })
    #expect(line.dropLast().contains("\n") == false)
    let facts = try JSONReader.parse(Array(line.utf8)).object?["metadata"]?.object
    #expect(facts?["path"] == .string(text))
  }
}
