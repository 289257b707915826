import NIOConcurrencyHelpers
import Telemetry
import TestSupport
import Testing
import Tracing

@testable import TieredCaching

/// In whose trace the work of the cache is. Nothing moves but what a test lets go.
@Suite("Traces of the cache", .timeLimit(.minutes(2)))
struct TieredCacheTraceTests {
  private let traces = RecordedTraces()
  private let spans: Spans
  private let harness: CacheHarness

  init() {
    // Nobody but the readers asks the database.
    let policy = CachePolicy(stalenessBound: .seconds(300), heartbeat: .seconds(60), loadTimeout: .seconds(60))
    spans = Spans(tracer: traces.tracer())
    harness = CacheHarness(policy: policy, spans: spans)
  }

  /// Runs `body` with a cache that has loaded and asks nothing.
  private func run(_ body: @Sendable (CacheHarness.Cache, FaultySource) async throws -> Void) async throws {
    let (cache, source) = (harness.cache, harness.source)
    try await harness.run {
      _ = try await cache.read()
      try await harness.until("the shared manifest is filled") { harness.tier.manifest?.isComplete == true }
      try await cache.refresh()
      try await harness.until("nothing is under way") { cache.state.withLockedValue { !$0.isCheckingDatabase } }
      source.hold(.manifest)
      try await body(cache, source)
      source.release(.manifest)
    }
  }

  /// Waits until a check is held back and somebody waits for the one after it.
  private func untilNextIsWanted(_ cache: CacheHarness.Cache) async throws {
    try await harness.until("the next check is wanted") { cache.state.withLockedValue { $0.mustCheckAgain } }
  }

  private func checks(of reader: String) -> Int {
    guard let trace = traces.span(reader)?.context.traceID else { return 0 }
    return traces.finished.count { $0.name == "database.check" && $0.context.traceID == trace }
  }

  @Test("A check is part of the trace of who waits for it, and not of the first of a row of readers")
  func row() async throws {
    let count = 10
    let done = NIOLockedValueBox(0)
    try await run { cache, source in
      let manifest = try #require(cache.coherence.manifest)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<count {
          let asked = source.asked(.manifest)
          group.addTask {
            try await spans.span("reader-\(number)") { _ in
              _ = try await cache.publish(manifest, stamp: "stamp-\(number)")
            }
            done.withLockedValue { $0 += 1 }
          }
          if number > 0 {
            try await untilNextIsWanted(cache)
            source.release(.manifest, onlyFirst: true)
            try await harness.until("the one before is done") { done.withLockedValue { $0 } == number }
          }
          try await harness.until("a check is under way") { source.asked(.manifest) > asked }
        }
        source.release(.manifest)
        try await group.waitForAll()
      }
    }
    #expect(traces.finished.count { $0.name == "database.check" } >= count)
    // One that has just had its answer may still count as waiting when the next check begins.
    for number in 0..<count { #expect(checks(of: "reader-\(number)") <= 2, "reader \(number)") }
  }

  @Test("A reader whose trace is not recorded does not hide the work from one whose is")
  func unrecorded() async throws {
    let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
    let unsampled = try #require(TraceContext(traceparent: header.utf8, tracestate: String?.none?.utf8))
    try await run { cache, source in
      let manifest = try #require(cache.coherence.manifest)
      let asked = source.asked(.manifest)
      async let first: Void = spans.span("unrecorded", in: SpanTracer.context(of: unsampled)) { _ in
        _ = try await cache.publish(manifest, stamp: "stamp-1")
      }
      try await harness.until("a check is under way") { source.asked(.manifest) > asked }
      async let second: Void = spans.span("recorded") { _ in _ = try await cache.publish(manifest, stamp: "stamp-2") }
      try await untilNextIsWanted(cache)
      source.release(.manifest)
      try await first
      try await second
    }
    #expect(traces.span("unrecorded") == nil)
    #expect(checks(of: "recorded") == 1)
  }

  /// Runs `body` with a strict cache that has loaded and trusts the shared tier.
  private func runStrictly(_ body: @Sendable (CacheHarness.Cache, FaultyTier) async throws -> Void) async throws {
    var policy = CachePolicy(stalenessBound: .seconds(300), heartbeat: .seconds(60), loadTimeout: .seconds(60))
    policy.coherence = .strict
    let harness = CacheHarness(tier: FaultyTier(traceName: "redis"), policy: policy, spans: spans)
    let (cache, tier) = (harness.cache, harness.tier)
    try await harness.run {
      _ = try await cache.read()
      try await harness.until("the shared manifest is filled") { tier.manifest?.isComplete == true }
      _ = try await cache.read()
      // An answer of the database after one of the shared tier, so that the latter is trusted.
      try await cache.refresh()
      try await body(cache, tier)
    }
  }

  @Test("A strict read asks the shared tier, in its own trace")
  func strict() async throws {
    try await runStrictly { cache, _ in
      try await spans.span("reader") { _ in _ = try await cache.read() }
    }
    #expect(
      traces.tree("reader", "cache.joined", "cache.decision") == [
        "reader", "  cache.check cache.joined=false cache.decision=confirmed", "    redis.check",
      ])
  }

  @Test("Of strict readers who come while one asks, one asks again, and the others say that they joined it")
  func joined() async throws {
    let count = 20
    let (gate, opening) = AsyncStream<Void>.makeStream()
    try await runStrictly { cache, tier in
      tier.holdChecks { for await _ in gate {} }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<count {
          group.addTask { try await spans.span("reader") { _ in _ = try await cache.read() } }
        }
        try await harness.until("all wait") { cache.state.withLockedValue { $0.interested.count } == count }
        opening.finish()
        try await group.waitForAll()
      }
    }
    let checks = traces.finished.filter { $0.name == "cache.check" }
    let joined = checks.filter { $0["cache.joined"] == "true" }
    let questions = traces.finished.filter { $0.name == "redis.check" }
    #expect(checks.count == count && !joined.isEmpty)
    #expect(joined.count + questions.count == count)
    #expect(!joined.contains { check in questions.contains { $0.parentID == check.context.spanID } })
  }
}
