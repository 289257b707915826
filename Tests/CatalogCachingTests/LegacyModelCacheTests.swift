import Catalog
import TestSupport
import Testing
import TieredCaching

/// Code that has not moved yet gets its answers from the one cache. The tests are as deprecated as what they call, so that
/// warnings can stay errors.
extension UnifiedCatalogCacheTests {
  @available(*, deprecated)
  @Test("The old functions read the one cache")
  func legacyReading() async throws {
    try await Worker.with { worker in
      let legacy = LegacyModelCache(worker.service)
      let entry = try #require(await legacy.getModelsCache("openrouter"))
      #expect(entry.data.map(\.offer.id) == ["acme/big", "acme/small", "openai/gpt-4o"])
      #expect(legacy.isCacheFresh(entry))
      #expect(await legacy.getModelsCache("nobody") == nil)
      #expect(await legacy.getAllModels().count == 5)
      #expect(worker.loads == 1)
      // The same objects as in the catalog: nothing is cached a second time.
      let offers = await worker.service.gatewayCatalog("openrouter")
      #expect(zip(entry.data, offers).allSatisfy { $0 === $1 })
    }
  }

  @available(*, deprecated)
  @Test("The old functions let go of the one cache")
  func legacyClearing() async throws {
    try await Worker.with { worker in
      let legacy = LegacyModelCache(worker.service)
      let before = try await worker.service.readFullCatalog().version
      #expect(await legacy.clearModelsCache("openrouter"))
      #expect(try await worker.service.readFullCatalog().version != before)
      #expect(await !legacy.clearModelsCache("nobody"))
    }
  }

  @available(*, deprecated)
  @Test("Reading without the cache sees what was committed before")
  func legacyWithoutCache() async throws {
    let database = try await Samples.database()
    // A heartbeat that comes too late to be the reason.
    let policy = CachePolicy(stalenessBound: .seconds(600), heartbeat: .seconds(300))
    try await Worker.with(database, configure: { $0.policy = policy }) { worker in
      let legacy = LegacyModelCache(worker.service)
      #expect(await legacy.getAllModels().count == 5)
      try await database.importOffers([.sample(provider: "groq", id: "acme/fast")])
      #expect(await legacy.getAllModels().count == 5)
      #expect(await legacy.getAllModels(useCache: false).count == 6)
    }
  }

  @available(*, deprecated)
  @Test("The old functions mark what they cannot confirm, and have nothing while nothing can be had")
  func legacyFailures() async throws {
    let database = FaultyCatalogStore(try await Samples.database())
    database.fail(.load, with: Outage())
    try await Worker.with(database) { worker in
      let legacy = LegacyModelCache(worker.service)
      #expect(await legacy.getModelsCache("openrouter") == nil)
      #expect(await legacy.getAllModels().isEmpty)
      database.fail(.load, with: nil)
      try await wait(for: "the catalog") { await legacy.getModelsCache("openrouter") != nil }
      database.fail(.manifest, with: Outage())
      try await wait(for: "a stale entry") {
        guard let entry = await legacy.getModelsCache("openrouter") else { return false }
        return !legacy.isCacheFresh(entry) && entry.data.count == 3
      }
      #expect(await legacy.getAllModels(useCache: false).count == 5)
    }
  }
}
