import Catalog
import TestSupport
import Testing
import TieredCaching

extension UnifiedCatalogCacheTests {
  /// One of the functions that let go of something.
  struct Invalidation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// How many loads of the database it takes to serve again.
    let loads: Int
    let act: @Sendable (CatalogService) async -> Bool
  }

  private static let invalidations = [
    Invalidation(testDescription: "Gateway catalog for openrouter", loads: 1) {
      await $0.invalidateGatewayCatalog("openrouter")
    },
    Invalidation(testDescription: "Full model catalog", loads: 0) { await $0.invalidateFullCatalog() },
    Invalidation(testDescription: "Unique models", loads: 0) { await $0.invalidateUniqueModels() },
    Invalidation(testDescription: "Catalog statistics", loads: 0) { await $0.invalidateStatistics() },
    Invalidation(testDescription: "all", loads: 1) { await $0.clearAllCaches() },
  ]

  @Test("After an invalidation everything served is of a later version and was made after it", arguments: invalidations)
  func invalidations(invalidation: Invalidation) async throws {
    try await Worker.with { worker in
      let before = try await worker.service.readFullCatalog().version
      #expect(await invalidation.act(worker.service))
      let after = try await worker.service.readFullCatalog()
      #expect(after.version != before && after.freshness == .fresh && after.value.count == 5)
      #expect(try await worker.database.manifest().version == after.version)
      #expect(worker.loads == 1 + invalidation.loads)
      #expect(worker.service.counters.statistics[.invalidations] == 1)
      #expect(worker.log.lines.contains("notice: Cache INVALIDATE: \(invalidation.testDescription)"))
    }
  }

  @Test("Invalidating a gateway also lets go of everything that is made of it, and of no other gateway")
  func gatewayInvalidation() async throws {
    try await Worker.with { worker in
      let old = try await worker.service.read().value
      #expect(await worker.service.invalidateGatewayCatalog("openrouter"))
      let new = try await worker.service.read().value
      let (openrouter, openai) = (try ProviderSlug("openrouter"), try ProviderSlug("openai"))
      #expect(new !== old && new.part(openrouter) !== old.part(openrouter))
      #expect(new.part(openai) === old.part(openai))
    }
  }

  @Test("Invalidating a model means the gateways that sell it")
  func modelInvalidation() async throws {
    try await Worker.with { worker in
      let before = try await worker.service.read().value.manifest
      let publication = try await worker.service.invalidate(.model("gpt-4o"))
      let after = try await worker.service.read().value.manifest
      #expect(publication.version == after.version)
      #expect(!publication.isShared, "a worker without Redis tells nobody")
      #expect(after.parts(differingFrom: before) == [PartID("openai")])
      await #expect(throws: StoreError.self) { try await worker.service.invalidate(.pricing("nothing")) }
    }
  }

  @Test("What cannot be invalidated answers false", arguments: ["nobody", "No Slug!", ""])
  func refusedInvalidation(gateway: String) async throws {
    try await Worker.with { worker in
      let before = try await worker.service.readFullCatalog().version
      #expect(await !worker.service.invalidateGatewayCatalog(gateway))
      #expect(try await worker.service.readFullCatalog().version == before)
    }
  }

  @Test("A database that cannot be written answers false, and everything stays as it was")
  func failingInvalidation() async throws {
    try await Worker.with { worker in
      let before = try await worker.service.readFullCatalog().version
      worker.database.fail(.raiseRevisions, with: Outage())
      for invalidation in Self.invalidations { #expect(await !invalidation.act(worker.service)) }
      #expect(try await worker.service.readFullCatalog().version == before)
      #expect(worker.log.count("Cache INVALIDATE") == 0)
    }
  }

  // MARK: While the database fails

  @Test("Cleared values are served marked as stale while the database fails")
  func staleAfterClear() async throws {
    try await Worker.with { worker in
      _ = await worker.service.fullCatalog()
      worker.database.fail(.load, with: Outage())
      #expect(await !worker.service.clearAllCaches())
      try await wait(for: "stale answers") { try await worker.service.readFullCatalog().freshness == .stale }
      #expect(await worker.service.fullCatalog().count == 5)
      let answer = try await worker.service.readFullCatalog()
      #expect(answer.age > .seconds(1) && answer.value.count == 5)

      worker.database.fail(.load, with: nil)
      try await wait(for: "fresh answers") { try await worker.service.readFullCatalog().freshness == .fresh }
    }
  }

  @Test("Purged values are not served, whatever else fails")
  func nothingAfterPurge() async throws {
    try await Worker.with { worker in
      _ = await worker.service.fullCatalog()
      worker.database.fail(.load, with: Outage())
      await #expect(throws: CacheError.self) { try await worker.service.clear(purging: true) }
      #expect(await worker.service.fullCatalog().isEmpty)
      #expect(await worker.ids("openrouter").isEmpty)
      await #expect {
        try await worker.service.readFullCatalog()
      } throws: { error in
        guard case CacheError.purged = error else { return false }
        return true
      }

      worker.database.fail(.load, with: nil)
      try await wait(for: "the catalog") { await worker.service.fullCatalog().count == 5 }
    }
  }

  @Test("One purged gateway is enough not to serve a catalog that holds it")
  func purgedGateway() async throws {
    try await Worker.with { worker in
      _ = await worker.service.fullCatalog()
      worker.database.fail(.load, with: Outage())
      await #expect(throws: CacheError.self) {
        try await worker.service.invalidate(.gateway(.sample("openrouter")), purging: true)
      }
      #expect(await worker.service.fullCatalog().isEmpty)
    }
  }
}
