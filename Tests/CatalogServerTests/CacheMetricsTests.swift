import Catalog
import NIOConcurrencyHelpers
import NIOCore
import TestSupport
import Testing
import TieredCaching

@testable import CatalogServer

@Suite("Metrics of the cache")
struct CacheMetricsTests {
  private let metrics = RecordingMetrics()

  /// What is counted after these events, but for zeros.
  private func counted(_ events: CacheEvent...) -> [String: Int64] {
    let cache = CacheMetrics(factory: metrics)
    for event in events { cache.record(event) }
    return metrics.counters.filter { $0.value > 0 }
  }

  private func key(_ view: String) -> ViewKey { ViewKey(view: view, name: "") }

  @Test("Reads count by view and tier, stale ones once more, with the age of what was served")
  func reads() {
    let counted = counted(
      .hit(key("full"), tier: .local, freshness: .fresh, age: .milliseconds(3)),
      .hit(key("full"), tier: .redis, freshness: .stale, age: .seconds(70)), .miss(key("unique")))
    #expect(
      counted == [
        "model_cache_hits_total view=full tier=local": 1, "model_cache_hits_total view=full tier=redis": 1,
        "model_cache_stale_hits_total view=full": 1, "model_cache_misses_total view=unique": 1,
      ])
    #expect(metrics.timers == ["model_cache_age_at_serve_seconds view=full": [3_000_000, 70_000_000_000]])
  }

  @Test("What a read was served as fresh past the bound is counted")
  func pastBound() {
    #expect(counted(.servedPastBound(key("full"), age: .seconds(2))) == ["model_cache_served_past_bound_total": 1])
  }

  @Test("Loads count by where they came from, with what they cost")
  func loads() {
    let counted = counted(
      .fetched(from: .redis, parts: 2, items: 30, duration: .milliseconds(4)),
      .fetched(from: .database, parts: 1, items: 7, duration: .milliseconds(90)),
      .checked(.database, duration: .microseconds(200)), .leaseWaited(.milliseconds(12)),
      .loaded(version: "1", fromShared: 2, fromDatabase: 1, duration: .milliseconds(5)))
    #expect(
      counted == [
        "model_cache_parts_loaded_total source=redis": 2, "model_cache_rows_loaded_total source=redis": 30,
        "model_cache_parts_loaded_total source=database": 1, "model_cache_rows_loaded_total source=database": 7,
      ])
    #expect(
      metrics.timers == [
        "model_cache_load_duration_seconds source=redis": [4_000_000],
        "model_cache_load_duration_seconds source=database": [90_000_000],
        "model_cache_check_duration_seconds source=database": [200_000],
        "model_cache_lease_wait_seconds": [12_000_000], "model_cache_build_duration_seconds": [5_000_000],
      ])
  }

  @Test("What goes wrong counts by who failed, and what was refused by why")
  func failures() {
    let counted = counted(
      .failed(reason: "x", isLoad: false), .callFailed(reason: "a name that is none"),
      .sharedFailed(reason: "y", state: .open), .sharedFailed(reason: "y", state: .open),
      .sharedRecovered, .refusedOlder(version: "1"), .rejected(part: "p", reason: "z"))
    #expect(
      counted == [
        "model_cache_errors_total source=database": 1, "model_cache_errors_total source=redis": 2,
        "model_cache_redis_recoveries_total": 1, "model_cache_fills_refused_total reason=older": 1,
        "model_cache_fills_refused_total reason=rejected": 1,
      ])
  }

  @Test("What an audit found to differ stays counted when the next one, which looks at another gateway, finds nothing")
  func audits() {
    var found = AuditSummary()
    found.compare("gateway:openai", isEqual: false)
    var clean = AuditSummary()
    clean.compare("gateway:acme", isEqual: true)
    #expect(
      counted(.audited(found), .audited(clean)) == [
        "model_cache_audits_total": 2, "model_cache_audit_different_total": 1,
      ])
  }

  @Test("A change that was committed a while ago took that long; one from the future no time")
  func propagation() throws {
    _ = counted(.visible(committedAt: 0), .visible(committedAt: 1e10))
    let recorded = try #require(metrics.timers["model_cache_propagation_seconds"])
    #expect(recorded[0] > 1_700_000_000 * 1_000_000_000)
    #expect(recorded[1] == 0)
  }

  @Test("No view that a request could name makes a new series")
  func closedLabels() {
    let cache = CacheMetrics(factory: metrics)
    let made = Set(metrics.counters.keys)
    for view in ["full", "evil\"", "", "gateway", String(repeating: "x", count: 10_000)] {
      cache.record(.hit(key(view), tier: .local, freshness: .fresh, age: .zero))
      cache.record(.miss(key(view)))
      cache.record(.invalidated(key(view)))
    }
    #expect(Set(metrics.counters.keys) == made)
    #expect(metrics.counters["model_cache_misses_total view=other"] == 3)
  }

  @Test("Everything that is recorded is explained")
  func descriptions() {
    var described: Set<String> = []
    CatalogServer.describeMetrics { name, help in
      #expect(described.insert(name).inserted, "\(name) is explained twice")
      #expect(help.hasSuffix("."))
    }
    _ = CacheMetrics(factory: metrics)
    _ = RequestMeter(factory: metrics)
    let made = Set(metrics.counters.keys.map { String($0.prefix { $0 != " " }) })
    #expect(made.subtracting(described).isEmpty)
    #expect(Set(CatalogServer.metricBuckets.keys).subtracting(described).isEmpty)
  }
}

@Suite("The metrics that workers ask each other for")
struct WorkerMetricsRouteTests {
  @Test("they are not to be had from outside, and /metrics says which scope is asked for")
  func scopes() async throws {
    try await TestServer.run(setup: { setup in
      setup.configuration.metrics = { scope in
        switch scope {
        case .host: Array("host 1\n".utf8)
        case .worker: Array("worker 1\n".utf8)
        }
      }
    }) { server in
      let host = try await server.get("/metrics")
      #expect(host.text == "host 1\n")
      let worker = try await server.get("/metrics/worker")
      #expect(worker.status == 404)
    }
  }

  @Test("however many ask at the same time, they are collected once")
  func shared() async throws {
    let made = NIOLockedValueBox(0)
    let (gate, opening) = AsyncStream<Void>.makeStream()
    try await TestServer.run(setup: { setup in
      setup.configuration.metrics = { _ in
        let number = made.withLockedValue { made in
          made += 1
          return made
        }
        if number == 1 { for await _ in gate { break } }
        return Array("scrape \(number)\n".utf8)
      }
    }) { server in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<5 { group.addTask { try await server.get("/metrics").status } }
        // By then the first one is under way, and the others are on their way.
        while made.withLockedValue({ $0 }) == 0 { await Task.yield() }
        opening.yield()
        for try await status in group { #expect(status == 200) }
      }
      #expect(made.withLockedValue { $0 } < 5)
    }
  }

  @Test("who comes while they are collected waits for them, and who comes within a second gets the same")
  func kept() async {
    let time = ManualTime()
    let made = NIOLockedValueBox(0)
    let (gate, opening) = AsyncStream<Void>.makeStream()
    let scrape = SharedScrape(time: time) {
      let number = made.withLockedValue { made in
        made += 1
        return made
      }
      if number == 1 { for await _ in gate { break } }
      return ByteBuffer(string: "\(number)")
    }
    let began = NIOLockedValueBox(0)
    await withTaskGroup(of: String.self) { group in
      for _ in 0..<10 {
        group.addTask {
          began.withLockedValue { $0 += 1 }
          return String(buffer: await scrape.text())
        }
      }
      while began.withLockedValue({ $0 }) < 10 { await Task.yield() }
      time.advance(by: .seconds(5))
      opening.yield()
      for await text in group { #expect(text == "1") }
    }
    time.advance(by: SharedScrape.lifetime - .milliseconds(1))
    #expect(String(buffer: await scrape.text()) == "1")
    time.advance(by: .milliseconds(1))
    #expect(String(buffer: await scrape.text()) == "2")
  }
}
