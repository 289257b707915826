import Testing

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
