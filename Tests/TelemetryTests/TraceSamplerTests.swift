import TestSupport
import Testing
import Tracing

@testable import Telemetry

@Suite("The sampler")
struct TraceSamplerTests {
  private static let parent = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7"
  private static let sampled = "00-\(parent)-01"
  private static let unsampled = "00-\(parent)-00"

  private static func begin(_ name: String, ratio: Double = 1, parent: String? = nil) throws -> TraceContext? {
    let sampler = try #require(TraceSampler(named: name, ratio: ratio))
    return sampler.begin(traceparent: parent?.utf8, tracestate: String?.none?.utf8)
  }

  @Test("that obeys whoever called does what the request says, and else what its name says")
  func parentBased() throws {
    for name in ["parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"] {
      #expect(try Self.begin(name, ratio: 0, parent: Self.sampled) != nil)
      #expect(try Self.begin(name, ratio: 1, parent: Self.unsampled) == nil)
    }
    #expect(try Self.begin("parentbased_always_on") != nil)
    #expect(try Self.begin("parentbased_always_off") == nil)
  }

  @Test("that does not obey decides by itself")
  func byItself() throws {
    #expect(try Self.begin("always_off", parent: Self.sampled) == nil)
    #expect(try Self.begin("always_on", parent: Self.unsampled) != nil)
    #expect(try Self.begin("traceidratio", ratio: 0, parent: Self.sampled) == nil)
    #expect(try Self.begin("traceidratio", ratio: 1, parent: Self.unsampled) != nil)
  }

  @Test("goes on with the trace of the request, and begins a new one where it is malformed")
  func identity() throws {
    let joined = try #require(try Self.begin("always_on", parent: Self.sampled))
    #expect(joined.traceparent == Self.sampled)
    let fresh = try #require(try Self.begin("always_on", parent: "00-hello"))
    #expect(fresh.spanID == 0)
  }

  @Test("whose ratio counts for everybody takes no more requests of a client that chooses a low number for its trace")
  func chosenNumber() throws {
    let sampler = try #require(TraceSampler(named: "traceidratio", ratio: 0.25))
    let traces = RecordedTraces()
    let tracer = traces.tracer(sampler: "traceidratio", ratio: 0.25)
    let chosen = "00-00000000000000000000000000000001-00f067aa0ba902b7-01"
    let begun = (0..<4_000).compactMap { _ in
      sampler.begin(traceparent: chosen.utf8, tracestate: "vendor=1".utf8)
    }
    #expect((800...1_200).contains(begun.count))
    for _ in 0..<4_000 {
      var context = InstrumentationContext.topLevel
      tracer.extract(["traceparent": chosen], into: &context, using: DictionaryExtractor())
      tracer.startSpan("request", context: context).end()
    }
    #expect((800...1_200).contains(traces.finished.count))
    // They are traces of their own that name the client's.
    let contexts = begun + traces.finished.map(\.context)
    #expect(contexts.allSatisfy { $0.traceID.description != "00000000000000000000000000000001" && $0.state == nil })
    #expect(traces.finished.allSatisfy { $0.parentID == nil && $0.links.map(\.spanID) == [0x00F0_67AA_0BA9_02B7] })
    let first = try #require(begun.first)
    tracer.startSpan("request", context: SpanTracer.context(of: first)).end()
    #expect(traces.finished.last?.links.map(\.traceID.description) == ["00000000000000000000000000000001"])
  }

  private struct DictionaryExtractor: Extractor {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
  }

  @Test("with a ratio takes about so many, and all processes take the same traces")
  func ratio() throws {
    let quarter = try #require(TraceSampler(named: "traceidratio", ratio: 0.25))
    let half = try #require(TraceSampler(named: "parentbased_traceidratio", ratio: 0.5))
    let ids = (0..<4_000).map { _ in TraceID.random() }
    let taken = ids.filter { quarter.samples($0, parent: nil) }
    #expect((800...1_200).contains(taken.count))
    #expect(taken.allSatisfy { half.samples($0, parent: nil) })
  }

  @Test("that nobody knows is refused")
  func unknown() {
    #expect(TraceSampler(named: "jaeger_remote", ratio: 1) == nil)
  }
}
