import TestSupport
import Testing

@testable import TieredCaching

@Suite("Tiered cache", .timeLimit(.minutes(2)))
struct TieredCacheTests {
  private let harness = CacheHarness()

  @Test("The first readers wait for one load, however many they are")
  func herd() async throws {
    let (cache, source) = (harness.cache, harness.source)
    #expect(cache.current() == nil)
    try await harness.run {
      let values = try await withThrowingTaskGroup(of: [PartID: String].self) { group in
        for _ in 0..<100 { group.addTask { try await cache.read().value } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(values == Array(repeating: CacheHarness.value(1, 1), count: 100))
      #expect(source.loads == [nil])
    }
  }

  @Test("The first answer names the tier that the value came from, the next ones this worker's memory")
  func tiers() async throws {
    let cache = harness.cache
    try await harness.run {
      let tiers = [try await cache.read().tier, try await cache.read().tier]
      #expect(tiers == [.database, .local])
    }
  }

  @Test("Only the part that changed is loaded, and no reader has to ask for it")
  func changedPart() async throws {
    let (cache, source) = (harness.cache, harness.source)
    try await harness.run {
      _ = try await cache.read()
      source.commit(.x)
      try await harness.until("the change arrives") { cache.current()?.value == CacheHarness.value(2, 1) }
      #expect(source.loads == [nil, Manifest(lifetime: "life", revisions: [.y: Revision(1)])])
    }
  }

  @Test("A writer that refreshes reads its own write, even if a check that began earlier is still on its way")
  func refresh() async throws {
    let (cache, source) = (harness.cache, harness.source)
    try await harness.run {
      _ = try await cache.read()
      for revision in 2...6 as ClosedRange<Int64> {
        let asked = source.asked(.manifest)
        source.hold(.manifest)
        try await harness.until("a check is on its way") { source.asked(.manifest) > asked }
        source.commit(.x)
        async let refreshed: Void = cache.refresh()
        try await Task.sleep(for: .milliseconds(5))
        source.release(.manifest)
        try await refreshed
        #expect(cache.current()?.value[.x] == "x@\(revision)")
      }
    }
  }

  @Test("A refresh does not take the shared tier's word for what the database has")
  func refreshAsksTheDatabase() async throws {
    let (cache, source, tier) = (harness.cache, harness.source, harness.tier)
    try await harness.run {
      _ = try await cache.read()
      try await harness.until("the shared manifest is filled") { tier.manifest?.isComplete == true }
      try await cache.refresh()
      source.hold(.manifest)
      // Nobody publishes it.
      source.commit(.x)
      async let refreshed: Void = cache.refresh()
      let checks = tier.checks
      try await harness.until("the shared tier is asked") { tier.checks > checks + 3 }
      source.release(.manifest)
      try await refreshed
      #expect(cache.current()?.value == CacheHarness.value(2, 1))
    }
  }

  @Test("A refresh that finds the database down says so")
  func failedRefresh() async throws {
    let (cache, source, tier) = (harness.cache, harness.source, harness.tier)
    try await harness.run {
      _ = try await cache.read()
      // What the shared tier confirms would be the end of the failure.
      tier.set(.failing)
      source.fail(with: "disk on fire")
      let error = await #expect(throws: CacheError.self) { try await cache.refresh() }
      #expect(error?.description.contains("disk on fire") == true)
    }
  }

  @Test("A reader that gives up neither fails the others nor wedges the cache")
  func cancellation() async throws {
    let (cache, source) = (harness.cache, harness.source)
    source.hold(.load)
    try await harness.run {
      let impatient = Task { try await cache.read() }
      let patient = Task { try await cache.read() }
      try await harness.until("the load is on its way") { source.asked(.load) == 1 }
      impatient.cancel()
      await #expect(throws: CancellationError.self) { try await impatient.value }
      source.release(.load)
      #expect(try await patient.value.value == CacheHarness.value(1, 1))
      #expect(source.asked(.load) == 1)
    }
  }

  @Test("Who waits when the cache ends is told")
  func end() async throws {
    let (cache, source) = (harness.cache, harness.source)
    source.hold(.load)
    let reader = Task { try await cache.read() }
    try await harness.run {
      try await harness.until("the load is on its way") { source.asked(.load) == 1 }
      // A call of the database cannot be broken off, so the end has to wait for it.
      Task {
        try await Task.sleep(for: .milliseconds(50))
        source.release(.load)
      }
    }
    await #expect(throws: CancellationError.self) { try await reader.value }
  }

  @Test("A load of a failed first flight is told to who waits, and the next one is tried by itself")
  func firstLoadFails() async throws {
    let (cache, source) = (harness.cache, harness.source)
    source.fail(with: "no such table")
    try await harness.run {
      let error = await #expect(throws: CacheError.self) { try await cache.read() }
      #expect(error?.description.contains("no such table") == true)
      source.fail(with: nil)
      try await harness.until("the value arrives") { cache.current()?.freshness == .fresh }
    }
  }

  @Test("What an older load brings after it was given up takes no part in the value")
  func lateLoad() async throws {
    var policy = CacheHarness.policy
    policy.loadTimeout = .milliseconds(150)
    let harness = CacheHarness(policy: policy)
    let (cache, source, tier) = (harness.cache, harness.source, harness.tier)
    try await harness.run {
      try await harness.until("the first value arrives") { cache.current() != nil }
      source.hold(.load)
      source.commit(.x, .y)
      try await harness.until("a load is on its way") { source.asked(.load) == 2 }
      // Another worker shares what comes next of one part; the other part has to be loaded.
      let next = source.commit(.x)
      let label = PartLabel(revision: Revision(3))
      try await tier.store(Array("x@3".utf8), of: .x, label: label, lifetime: "life", timeToLive: .seconds(60))
      _ = try await tier.raise(to: next, stamp: "another worker")
      try await harness.until("it is given up, and another begins") { source.asked(.load) == 3 }
      source.release(.load, onlyFirst: true)
      try await Task.sleep(for: .milliseconds(20))
      source.release(.load)
      try await harness.until("the newest value arrives") { cache.current()?.value[.y] == "y@2" }
      #expect(cache.current()?.value == CacheHarness.value(3, 2))
    }
  }

  @Test("The fleet is told what the worker holds")
  func report() async throws {
    var policy = CacheHarness.policy
    policy.stalenessBound = .seconds(60)
    let harness = CacheHarness(policy: policy)
    let (cache, tier) = (harness.cache, harness.tier)
    try await harness.run {
      _ = try await cache.read()
      try await cache.finishSharing()
      let fleet = try await tier.fleet()
      #expect(
        fleet.workers == [WorkerReport(id: "one", version: cache.coherence.manifest?.version ?? "", isFresh: true)])
      #expect(fleet.statistics[.databaseLoads] == 1)
    }
  }
}
