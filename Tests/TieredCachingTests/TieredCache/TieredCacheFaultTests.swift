import TestSupport
import Testing

@testable import TieredCaching

@Suite("Tiered cache when something fails", .timeLimit(.minutes(2)))
struct TieredCacheFaultTests {
  private func strict() -> CacheHarness {
    var policy = CacheHarness.policy
    policy.coherence = .strict
    return CacheHarness(policy: policy)
  }

  @Test("A database that fails leaves the last good value, marked stale after the bound, with the reason")
  func databaseFails() async throws {
    let harness = CacheHarness()
    let (cache, source, tier) = (harness.cache, harness.source, harness.tier)
    try await harness.run {
      _ = try await cache.read()
      source.fail(with: "disk on fire")
      tier.set(.failing)
      source.commit(.x)
      try await harness.until("it becomes stale, and why is known") {
        cache.current()?.freshness == .stale && cache.coherence.lastFailure == "disk on fire"
      }
      let served = try await cache.read()
      #expect(served.value == CacheHarness.value(1, 1))
      #expect(served.freshness == .stale)
      #expect(served.age > .milliseconds(400))
      source.fail(with: nil)
      try await harness.until("it recovers") { cache.current()?.freshness == .fresh }
      #expect(cache.current()?.value == CacheHarness.value(2, 1))
    }
  }

  @Test("With the shared tier the value stays fresh while only the database fails")
  func sharedTierConfirms() async throws {
    let harness = CacheHarness()
    let (cache, source, tier) = (harness.cache, harness.source, harness.tier)
    try await harness.run {
      _ = try await cache.read()
      try await harness.until("the shared manifest is filled") { tier.manifest?.isComplete == true }
      // One more answer of the database, so that the shared tier is trusted.
      try await cache.refresh()
      source.fail(with: "disk on fire")
      try await Task.sleep(for: .seconds(1))
      #expect(cache.current()?.freshness == .fresh)
    }
  }

  @Test("Beyond the stale limit nothing is served, and the error says why")
  func staleLimit() async throws {
    var policy = CacheHarness.policy
    policy.staleLimit = .milliseconds(100)
    let harness = CacheHarness(policy: policy)
    let (cache, source, tier) = (harness.cache, harness.source, harness.tier)
    try await harness.run {
      _ = try await cache.read()
      source.fail(with: "disk on fire")
      tier.set(.failing)
      try await harness.until("it is too old") { cache.current() == nil }
      let error = await #expect(throws: CacheError.self) { try await cache.read() }
      #expect(error?.description.contains("disk on fire") == true)
    }
  }

  @Test(
    "A shared tier that fails or does not answer from the start costs no reader anything",
    arguments: [
      FaultyTier.Fault.failing, .silent,
    ])
  func sharedTierFails(fault: FaultyTier.Fault) async throws {
    let harness = CacheHarness()
    let (cache, source, tier) = (harness.cache, harness.source, harness.tier)
    tier.set(fault)
    try await harness.run {
      #expect(try await cache.read().value == CacheHarness.value(1, 1))
      source.commit(.x)
      try await harness.until("the change arrives") { cache.current()?.value == CacheHarness.value(2, 1) }
      #expect(cache.current()?.freshness == .fresh)
      try await harness.until("the breaker opens") { cache.coherence.breaker != .closed }
      tier.set(nil)
      try await harness.until("it recovers") { cache.coherence.breaker == .closed }
      #expect(harness.events.contains { if case .sharedRecovered = $0 { true } else { false } })
      try await harness.until("the shared tier has the manifest") {
        tier.manifest?.isComplete == true
      }
    }
  }

  @Test("A strict reader waits for a silent shared tier no longer than the soft timeout, and then asks the database")
  func softTimeout() async throws {
    let harness = strict()
    let (cache, tier) = (harness.cache, harness.tier)
    try await harness.run {
      _ = try await cache.read()
      tier.set(.silent)
      let start = ContinuousClock.now
      for _ in 0..<5 { #expect(try await cache.read().freshness == .fresh) }
      // Five times 50 ms, and what a busy machine adds; silence lasts ten times as long.
      #expect(ContinuousClock.now - start < .seconds(2))
    }
  }

  @Test("Strict readers get fresh values without the shared tier although the heartbeat asks the database too")
  func strictWithoutSharedTier() async throws {
    var policy = CacheHarness.policy
    policy.coherence = .strict
    policy.heartbeat = .milliseconds(500)
    policy.stalenessBound = .seconds(2)
    // A reader that the database does not answer within this gets what there is, marked stale.
    policy.softTimeout = .seconds(20)
    let harness = CacheHarness(policy: policy)
    let (cache, source, tier) = (harness.cache, harness.source, harness.tier)
    tier.set(.failing)
    try await harness.run {
      _ = try await cache.read()
      for _ in 0..<5 {
        let asked = source.asked(.manifest)
        source.hold(.manifest)
        try await harness.until("a heartbeat is on its way") { source.asked(.manifest) > asked }
        source.commit(.x)
        async let read = cache.read()
        try await Task.sleep(for: .milliseconds(5))
        source.release(.manifest)
        let served = try await read
        #expect(served.freshness == .fresh)
        #expect(served.value[.x] == "x@\(source.commit().revisions[.x] ?? .zero)")
      }
    }
  }

  @Test("A strict reader sees what another worker published just before, without waiting for a heartbeat")
  func strictRead() async throws {
    var policy = CacheHarness.policy
    policy.coherence = .strict
    policy.heartbeat = .seconds(60)
    policy.stalenessBound = .seconds(120)
    let harness = CacheHarness(policy: policy)
    let (cache, source, tier) = (harness.cache, harness.source, harness.tier)
    try await harness.run {
      _ = try await cache.read()
      try await cache.finishSharing()
      for revision in 2...20 as ClosedRange<Int64> {
        let manifest = source.commit(.x)
        _ = try await tier.raise(to: manifest, stamp: "writer \(revision)")
        let served = try await cache.read()
        #expect(served.value == CacheHarness.value(revision, 1))
        #expect(served.freshness == .fresh)
      }
    }
  }

  @Test("Strict readers share their questions")
  func sharedQuestions() async throws {
    let harness = strict()
    let (cache, tier) = (harness.cache, harness.tier)
    try await harness.run {
      _ = try await cache.read()
      tier.set(.slow)
      let before = tier.checks
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<500 { group.addTask { _ = try await cache.read() } }
        try await group.waitForAll()
      }
      #expect(tier.checks - before < 250)
    }
  }
}
