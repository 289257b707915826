import TestSupport
import Testing

@testable import TieredCaching

@Suite("What a cache says of itself", .timeLimit(.minutes(2)))
struct TieredCacheEventTests {
  private let harness = CacheHarness()

  private struct Fetch: Hashable {
    let tier: Tier
    let parts: Int
    let items: Int
  }

  private var fetches: [Fetch] {
    harness.events.compactMap { event in
      guard case .fetched(let tier, let parts, let items, _) = event else { return nil }
      return Fetch(tier: tier, parts: parts, items: items)
    }
  }

  private var commits: [Double] {
    harness.events.compactMap { if case .visible(let committedAt) = $0 { committedAt } else { nil } }
  }

  private func count(_ isCounted: (CacheEvent) -> Bool) -> Int { harness.events.count(where: isCounted) }

  @Test("A cold start asks the shared tier in vain, then for the lease, and loads everything from the database")
  func coldStart() async throws {
    let cache = harness.cache
    try await harness.run { _ = try await cache.read() }
    #expect(fetches.contains { $0.tier == .database && $0.parts == 2 })
    #expect(fetches.filter { $0.tier == .redis }.allSatisfy { $0.parts == 0 })
    #expect(count { if case .checked(.database, _) = $0 { true } else { false } } > 0)
    #expect(commits.isEmpty, "what was there before the worker was no change to it")
  }

  @Test("A change is said to be visible once, when readers get it")
  func visible() async throws {
    let (cache, source) = (harness.cache, harness.source)
    try await harness.run {
      _ = try await cache.read()
      source.commit(.x)
      try await harness.until("the change arrives") { cache.current()?.value == CacheHarness.value(2, 1) }
      try await harness.until("it is said") { !commits.isEmpty }
      try await cache.refresh()
    }
    #expect(commits == [2])
  }

  @Test("Every load waits for the lease once, and says how long")
  func leaseWait() async throws {
    let (cache, source) = (harness.cache, harness.source)
    try await harness.run {
      _ = try await cache.read()
      source.commit(.x)
      try await harness.until("the change arrives") { cache.current()?.value == CacheHarness.value(2, 1) }
      let fromDatabase = fetches.count { $0.tier == .database }
      let waits = count { if case .leaseWaited = $0 { true } else { false } }
      #expect((1...max(1, fromDatabase)).contains(waits))
    }
  }

  @Test(
    "A hit that counts as fresh beyond the bound is reported where the bound is promised", arguments: Coherence.allCases
  )
  func pastBound(coherence: Coherence) {
    let policy = CachePolicy(coherence: coherence, stalenessBound: .milliseconds(400))
    let harness = CacheHarness(policy: policy)
    let key = ViewKey(view: "full", name: "")
    harness.cache.record(.hit(key, tier: .local, freshness: .fresh, age: .milliseconds(399)))
    harness.cache.record(.hit(key, tier: .local, freshness: .stale, age: .seconds(9)))
    #expect(harness.cache.counters.statistics[.pastBound] == 0)
    harness.cache.record(.hit(key, tier: .local, freshness: .fresh, age: .milliseconds(401)))
    let expected = coherence == .bounded ? 1 : 0
    #expect(harness.cache.counters.statistics[.pastBound] == expected)
    #expect(harness.events.count { if case .servedPastBound = $0 { true } else { false } } == expected)
  }
}
