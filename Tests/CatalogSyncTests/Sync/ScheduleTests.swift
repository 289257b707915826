import Catalog
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import CatalogSync

@Suite("The schedule of syncs")
struct ScheduleTests {
  private static func configuration(seconds: Int) -> SyncService.Configuration {
    var configuration = SyncService.Configuration()
    configuration.interval = seconds
    return configuration
  }

  /// Runs the services of several workers while `body` runs.
  private func running(_ services: [SyncService], _ body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for service in services { group.addTask { try await service.run() } }
      defer { group.cancelAll() }
      try await body()
    }
  }

  private func wait(for what: String, until condition: () async throws -> Bool) async throws {
    let start = ContinuousClock.now
    while try await !condition() {
      try #require(ContinuousClock.now - start < .seconds(30), "\(what) did not happen")
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  @Test("syncs at once what was never synced, and a job tells how it went")
  func first() async throws {
    try await SyncFixture.run(configuration: Self.configuration(seconds: 1_800)) { fixture in
      fixture.serve("acme", ["a"])
      fixture.serve("other", ["x"])
      try await running([fixture.service]) {
        try await wait(for: "the first sync") { try await fixture.service.status().jobs.first?.state == .done }
      }
      let status = try await fixture.service.status()
      #expect(status.jobs.map(\.trigger) == [.schedule])
      #expect(status.providers.compactMap { $0.lastResult?.outcome } == [.changed, .changed])
      #expect(try await fixture.service.job(status.jobs[0].id).results.count == 2)
    }
  }

  @Test("does nothing by itself when no interval is set, but what is asked for")
  func onDemand() async throws {
    try await SyncFixture.run { fixture in
      fixture.serve("acme", ["a"])
      try await running([fixture.service]) {
        var options = SyncOptions()
        options.isManual = true
        let job = try await fixture.service.start(
          fixture.service.adapters(named: ["acme"]), options, trigger: .api)
        try await wait(for: "the job") { try await fixture.service.job(job.id).state == .done }
      }
      #expect(try await fixture.ids("acme") == ["a"])
      #expect(fixture.server.requests("other").isEmpty)
    }
  }

  @Test("refuses jobs when too many wait, and remembers none that was refused")
  func tooMany() async throws {
    try await SyncFixture.run { fixture in
      let adapters = try fixture.service.adapters(named: ["acme"])
      var begun = 0
      await #expect(throws: TooManyJobs.self) {
        while begun < 1_000 {
          _ = try await fixture.service.start(adapters, SyncOptions(), trigger: .api)
          begun += 1
        }
      }
      let kept = await fixture.store.records(.job).count
      #expect(kept == begun)
    }
  }

  @Test("takes no more jobs than it can do soon, also while it runs")
  func tooManyRunning() async throws {
    try await SyncFixture.run { fixture in
      fixture.serve("acme", ["a"])
      fixture.server.fail("acme", .slow(bytes: 1, milliseconds: 300))
      let adapters = try fixture.service.adapters(named: ["acme"])
      var options = SyncOptions()
      options.dryRun = true
      try await running([fixture.service]) {
        await #expect(throws: TooManyJobs.self) {
          for _ in 0..<50 { _ = try await fixture.service.start(adapters, options, trigger: .api) }
        }
      }
    }
  }

  @Test("is followed by one worker of the fleet, and by another when that one ends")
  func leader() async throws {
    try await SyncFixture.run(configuration: Self.configuration(seconds: 1_800)) { fixture in
      fixture.serve("acme", ["a"])
      fixture.serve("other", ["x"])
      let second = fixture.worker()
      try await running([fixture.service, second]) {
        try await wait(for: "the first sync") { try await fixture.service.status().jobs.first?.state == .done }
      }
      #expect(fixture.server.requests().count == 2)
      fixture.pass(4_000)
      try await running([fixture.worker()]) {
        try await wait(for: "the next sync") { fixture.server.requests().count == 4 }
      }
    }
  }

  @Test("goes on with what is under way when the database does not answer for a moment")
  func databaseAway() async throws {
    var configuration = Self.configuration(seconds: 1_800)
    configuration.tick = .milliseconds(20)
    try await SyncFixture.run(configuration: configuration) { fixture in
      fixture.serve("acme", ["a"])
      fixture.serve("other", ["x"])
      fixture.server.fail("acme", .slow(bytes: 1, milliseconds: 50))
      try await running([fixture.service]) {
        try await wait(for: "the request") { !fixture.server.requests("acme").isEmpty }
        fixture.faults.fail(.records, with: StoreError.unavailable("away"))
        let looks = fixture.faults.calls(.records)
        try await wait(for: "a look at the schedule") { fixture.faults.calls(.records) > looks + 2 }
        fixture.faults.fail(.records, with: nil)
        try await wait(for: "the sync") { try await fixture.ids("acme") == ["a"] }
      }
      let jobs = await fixture.store.records(.job)
      #expect(jobs.count == 1)
    }
  }

  @Test("lets those that are urgent in first, and otherwise those that came first")
  func slots() async throws {
    let slots = Slots(1)
    let order = NIOLockedValueBox<[String]>([])
    await slots.take()
    await withDiscardingTaskGroup { group in
      for (index, (name, isUrgent)) in [("a", false), ("B", true), ("c", false), ("D", true)].enumerated() {
        group.addTask {
          await slots.take(isUrgent: isUrgent)
          order.withLockedValue { $0.append(name) }
          slots.give()
        }
        while slots.waiting <= index { await Task.yield() }
      }
      slots.give()
    }
    #expect(order.withLockedValue { $0 } == ["B", "D", "a", "c"])
  }

  @Test("gives every provider its own interval, about as long as configured", arguments: [600, 1_800])
  func intervals(_ seconds: Int) async throws {
    var configuration = Self.configuration(seconds: 86_400)
    configuration.intervals = [try ProviderSlug("acme"): seconds]
    try await SyncFixture.run(configuration: configuration) { fixture in
      fixture.serve("acme", ["a"])
      fixture.serve("other", ["x"])
      _ = try await fixture.sync()
      var waited = 0
      while try await !fixture.isDue("acme") {
        fixture.pass(10)
        waited += 10
        try #require(waited < 2 * seconds)
      }
      #expect((seconds * 9 / 10...seconds * 11 / 10 + 10).contains(waited))
      #expect(try await !fixture.isDue("other"))
    }
  }

  @Test("leaves out providers that are switched off, but not when they are named")
  func choice() async throws {
    var configuration = SyncService.Configuration()
    configuration.skipped = [try ProviderSlug("acme")]
    try await SyncFixture.run(configuration: configuration) { fixture in
      let all = try fixture.service.adapters(named: [])
      #expect(all.map(\.slug.text) == ["other"])
      let named = try fixture.service.adapters(named: ["acme", "acme"])
      #expect(named.map(\.slug.text) == ["acme"])
      #expect(throws: UnknownProvider.self) { try fixture.service.adapters(named: ["nobody"]) }
    }
  }
}
