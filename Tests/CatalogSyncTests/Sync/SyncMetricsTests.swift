import NIOConcurrencyHelpers
import PrometheusMetrics
import TestSupport
import Testing

@testable import CatalogSync

@Suite("Metrics of the sync")
struct SyncMetricsTests {
  private let registry = PrometheusRegistry()
  private var metrics: SyncMetrics { SyncMetrics(factory: PrometheusMetrics(registry: registry)) }

  /// The samples of a metric, but for zeros.
  private func samples(_ name: String) -> [String] {
    String(decoding: registry.render(), as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix("\(name){") && !$0.hasSuffix(" 0") }
  }

  private func wait(for what: Comment, until isSo: () -> Bool) async throws {
    let start = ContinuousClock.now
    while !isSo() {
      try #require(ContinuousClock.now - start < .seconds(30), what)
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  @Test("Every sync counts by provider and by how it ended, with what it changed and how long it took")
  func results() async throws {
    try await SyncFixture.run(metrics: metrics) { fixture in
      fixture.serve("acme", ["a", "b"])
      fixture.server.fail("other", .errorBody)
      _ = try await fixture.sync()
      fixture.serve("acme", ["a", "b"])
      _ = try await fixture.sync(["acme"], isManual: true)
    }
    #expect(
      samples("model_sync_results_total") == [
        #"model_sync_results_total{outcome="changed",provider="acme"} 1"#,
        #"model_sync_results_total{outcome="failed",provider="other"} 1"#,
        #"model_sync_results_total{outcome="unchanged",provider="acme"} 1"#,
      ])
    #expect(samples("model_sync_offers_total") == [#"model_sync_offers_total{change="added",provider="acme"} 2"#])
    #expect(
      samples("model_sync_duration_seconds_count") == [
        #"model_sync_duration_seconds_count{provider="acme"} 2"#,
        #"model_sync_duration_seconds_count{provider="other"} 1"#,
      ])
  }

  @Test("A dry run counts for nothing")
  func dryRun() async throws {
    try await SyncFixture.run(metrics: metrics) { fixture in
      fixture.serve("acme", ["a"])
      _ = try await fixture.sync(["acme"], dryRun: true)
    }
    #expect(samples("model_sync_results_total").isEmpty)
  }

  @Test("A worker says whether it leads, and what all workers know: successes, failures, intervals and what waits")
  func schedule() async throws {
    var configuration = SyncService.Configuration()
    configuration.interval = 1_800
    try await SyncFixture.run(configuration: configuration, metrics: metrics) { fixture in
      fixture.serve("acme", ["a"])
      fixture.server.fail("other", .errorBody)
      // Another worker has done this.
      _ = try await fixture.worker().perform(
        fixture.service.adapters(named: []), SyncOptions(), trigger: .command)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await fixture.service.run() }
        defer { group.cancelAll() }
        try await wait(for: "the lead") { text.contains("\nmodel_sync_leader 1\n") }
        try await wait(for: "what all know") { !samples("model_sync_consecutive_failures").isEmpty }
      }
      #expect(samples("model_sync_consecutive_failures") == [#"model_sync_consecutive_failures{provider="other"} 1"#])
      #expect(
        samples("model_sync_last_success_timestamp_seconds") == [
          #"model_sync_last_success_timestamp_seconds{provider="acme"} \#(fixture.clock.withLockedValue { $0 })"#
        ])
      #expect(samples("model_sync_interval_seconds").count == 2)
      #expect(text.contains(#"model_quarantine_entries{state="held"} 0"#))
      try await wait(for: "the end of the lead") { text.contains("\nmodel_sync_leader 0\n") }
    }
  }

  @Test("A worker that failed once shows no failures any more when another one has synced the provider since")
  func failureOfOldTimes() async throws {
    try await SyncFixture.run(metrics: metrics) { fixture in
      fixture.server.fail("acme", .errorBody)
      _ = try await fixture.sync(["acme"])
      try await fixture.service.updateMetrics()
      #expect(samples("model_sync_consecutive_failures") == [#"model_sync_consecutive_failures{provider="acme"} 1"#])
      fixture.server.mend("acme")
      fixture.serve("acme", ["a"])
      _ = try await fixture.sync(["acme"], isManual: true)
      // Without Redis the other worker's success does not reach what this one remembers.
      await fixture.errors.failed(
        try .sample("acme"), .unreachable("no answer"), now: fixture.clock.withLockedValue { $0 })
      try await fixture.service.updateMetrics()
      #expect(samples("model_sync_consecutive_failures").isEmpty)
      #expect(text.contains(#"model_sync_consecutive_failures{provider="acme"} 0"#))
    }
  }

  @Test("A scheduled provider that never succeeded is shown as such; one that is only synced by hand is not")
  func neverHad() async throws {
    var configuration = SyncService.Configuration()
    configuration.interval = 0
    configuration.intervals = [try .sample("acme"): 1_800]
    try await SyncFixture.run(configuration: configuration, metrics: metrics) { fixture in
      fixture.server.fail("acme", .errorBody)
      _ = try await fixture.sync(["acme"])
      try await fixture.service.updateMetrics()
      #expect(text.contains(#"model_sync_last_success_timestamp_seconds{provider="acme"} 0"#))
      #expect(!text.contains(#"model_sync_last_success_timestamp_seconds{provider="other"}"#))
    }
  }

  private var text: String { String(decoding: registry.render(), as: UTF8.self) }

  @Test("Everything is explained")
  func descriptions() {
    var names: Set<String> = []
    SyncMetrics.describe { name, help in
      #expect(names.insert(name).inserted && help.hasSuffix("."), "\(name)")
    }
    #expect(Set(SyncMetrics.buckets.keys).isSubset(of: names))
  }
}
