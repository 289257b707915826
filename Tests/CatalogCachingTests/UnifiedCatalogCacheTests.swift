import Catalog
import TestSupport
import Testing
import TieredCaching

/// The specification's unit tests: every function with its contract, on one worker without Redis.
@Suite("Unified catalog cache")
struct UnifiedCatalogCacheTests {
  // MARK: Reading

  @Test("Every function gives what the database has")
  func reading() async throws {
    try await Worker.with { worker in
      let catalog = worker.service
      #expect(await catalog.fullCatalog().count == 5)
      #expect(await worker.ids("openrouter") == ["acme/big", "acme/small", "openai/gpt-4o"])
      #expect(await worker.ids("anthropic") == ["claude-sonnet-4"])
      let shared = try #require(await catalog.uniqueModels().first { $0.providerCount == 2 })
      #expect(shared.offers.map(\.provider.slug.text).sorted() == ["openai", "openrouter"])
      #expect(await catalog.uniqueModels().count == 4)
      let statistics = try #require(await catalog.statistics())
      #expect(statistics.totals.total == 5 && statistics.byProvider.count == 3 && statistics.uniqueModels == 4)
      #expect(await catalog.model("gpt-4o")?.provider.slug.text == "openai")
      #expect(await catalog.pricing("acme/big") == (try .sample()))
      #expect(worker.loads == 1)
    }
  }

  @Test("What does not exist is empty, and no failure")
  func unknownNames() async throws {
    try await Worker.with { worker in
      #expect(await worker.ids("nobody").isEmpty)
      #expect(await worker.ids("No Slug!").isEmpty)
      let gateway = try await worker.service.readGatewayCatalog(ProviderSlug("nobody"))
      #expect(gateway.value == nil && gateway.freshness == .fresh)
      #expect(await worker.service.model("nothing") == nil)
      #expect(await worker.service.pricing("nothing") == nil)
      let model = try await worker.service.readModel("nothing")
      #expect(model.value == nil && model.freshness == .fresh)
    }
  }

  @Test("A database that fails from the start gives empty answers, whose reason the log and the throwing forms say")
  func failingDatabase() async throws {
    let database = FaultyCatalogStore(try await Samples.database())
    database.fail(.load, with: Outage())
    try await Worker.with(database) { worker in
      let catalog = worker.service
      #expect(await catalog.fullCatalog().isEmpty)
      #expect(await worker.ids("openrouter").isEmpty)
      #expect(await catalog.uniqueModels().isEmpty)
      #expect(await catalog.statistics() == nil)
      #expect(await catalog.model("gpt-4o") == nil)
      #expect(await catalog.pricing("gpt-4o") == nil)
      await #expect {
        try await catalog.readFullCatalog()
      } throws: { error in
        guard case CacheError.loadFailed(let reason) = error else { return false }
        return reason.contains("the database is away")
      }
      await #expect(throws: CacheError.self) { try await catalog.readUniqueModels() }
      await #expect(throws: CacheError.self) { try await catalog.readStatistics() }
      #expect(worker.log.lines.contains { $0.hasPrefix("error: ") })
      #expect(catalog.counters.statistics[.misses] > 0 && catalog.counters.statistics[.hits] == 0)

      database.fail(.load, with: nil)
      try await wait(for: "the catalog") { await catalog.fullCatalog().count == 5 }
    }
  }

  @Test("An empty catalog is an answer, not a failure")
  func emptyDatabase() async throws {
    try await Worker.with(Samples.database([])) { worker in
      let answer = try await worker.service.readFullCatalog()
      #expect(answer.value.isEmpty && answer.freshness == .fresh)
      #expect(try await worker.service.readStatistics().value.totals.total == 0)
    }
  }

  @Test("The throwing forms say version, tier, freshness and age, the same version in every view")
  func answers() async throws {
    try await Worker.with(time: ManualTime()) { worker in
      let first = try await worker.service.readFullCatalog()
      #expect(first.tier == .database && first.freshness == .fresh && first.age == .zero)
      let second = try await worker.service.readFullCatalog()
      #expect(second.tier == .local && second.version == first.version)
      #expect(try await first.version == worker.database.manifest().version)
      #expect(try await worker.service.readUniqueModels().version == first.version)
      #expect(try await worker.service.readStatistics().version == first.version)
      #expect(try await worker.service.readGatewayCatalog(.sample("openai")).version == first.version)
      #expect(try await worker.service.readModel("gpt-4o").version == first.version)
      #expect(try await worker.service.readPricing("gpt-4o").version == first.version)
    }
  }

  @Test("A change that nobody announced is served within the staleness bound")
  func changeFromAnywhere() async throws {
    let database = try await Samples.database()
    try await Worker.with(database) { worker in
      #expect(await worker.ids("anthropic").count == 1)
      try await database.importOffers([
        .sample(provider: "anthropic", id: "claude-sonnet-4"), .sample(provider: "anthropic", id: "claude-opus-5"),
      ])
      try await worker.expect(2, of: "anthropic", within: CachePolicy.patient.stalenessBound)
    }
  }

  // MARK: Statistics of the cache

  @Test("Cache statistics count hits and misses, and tell them as the specification names them")
  func cacheStatistics() async throws {
    try await Worker.with(time: ManualTime()) { worker in
      let catalog = worker.service
      #expect(await catalog.cacheStatistics().hitRatePercent == 0)
      _ = await catalog.fullCatalog()
      for _ in 0..<3 { _ = await catalog.uniqueModels() }
      let report = await catalog.cacheStatistics()
      #expect(report.totalRequests == 4 && report.hits == 3 && report.misses == 1 && report.hitRatePercent == 75)
      #expect(report.worker[.loads] == 1 && report.worker[.databaseParts] == 3 && report.fleetFailure == nil)

      var json = JSONWriter()
      json.object { report.writeMembers(to: &$0) }
      let text = String(decoding: json.bytes, as: UTF8.self)
      #expect(text.hasPrefix(#"{"total_requests":4,"hit_rate_percent":75.0,"hits":3,"misses":1,"#))
      #expect(catalog.viewCounters.count(of: .unique).hits == 3)
      #expect(catalog.viewCounters.count(of: .full).misses == 1)
    }
  }

  @Test("Asking for statistics loads nothing and counts nothing")
  func statisticsAreFree() async throws {
    try await Worker.with { worker in
      _ = await worker.service.fullCatalog()
      for _ in 0..<5 {
        _ = await worker.service.cacheStatistics()
        _ = await worker.service.cacheStatus()
      }
      #expect(worker.loads == 1)
      #expect(await worker.service.cacheStatistics().totalRequests == 1)
      let status = await worker.service.cacheStatus()
      #expect(
        status.views.map(\.view.keyName) == [
          "catalog:full", "unique", "stats", "gateway:anthropic", "gateway:openai", "gateway:openrouter",
        ])
      #expect(status.views.allSatisfy { $0.isCurrent && $0.bytes > 0 })
    }
  }

  @Test("Repeated reads are hits to more than nine parts in ten")
  func hitRate() async throws {
    try await Worker.with { worker in
      for round in 0..<100 {
        _ = await worker.service.fullCatalog()
        _ = await worker.service.uniqueModels()
        _ = await worker.ids("openrouter")
        _ = await worker.service.statistics()
        if round.isMultiple(of: 20) { #expect(await worker.service.invalidateGatewayCatalog("openrouter")) }
      }
      #expect(await worker.service.cacheStatistics().hitRatePercent > 90)
    }
  }

  // MARK: Warming

  @Test("Warming reads the full catalog, the unique models and the top gateways that there are")
  func warming() async throws {
    try await Worker.with { worker in
      let warmed = try await worker.service.warm()
      #expect(
        warmed.map { "\($0.view) \($0.items)" } == [
          "Full model catalog 5", "Unique models 4", "Gateway catalog for openrouter 3",
          "Gateway catalog for anthropic 1", "Gateway catalog for openai 1",
        ])
      #expect(worker.loads == 1)
      #expect(try await worker.service.readFullCatalog().tier == .local)
    }
    #expect(
      CatalogService.topGateways == [
        "openrouter", "anthropic", "openai", "groq", "together", "fireworks", "vercel-ai-gateway",
      ])
  }

  // MARK: Keys and lifetimes

  @Test(
    "Every view has the key and the time to live of the specification",
    arguments: [
      ("full", "catalog:full", 900), ("provider:openrouter", "gateway:openrouter", 1800),
      ("gateway:openrouter", "gateway:openrouter", 1800), ("unique", "unique", 1800), ("stats", "stats", 900),
      ("model:openai/gpt-4o", "model:openai/gpt-4o", 3600), ("pricing:openai/gpt-4o", "pricing:openai/gpt-4o", 3600),
    ])
  func keysAndLifetimes(name: String, key: String, seconds: Int) throws {
    let view = try #require(CatalogView(named: name))
    #expect(view.keyName == key)
    #expect(CacheLifetimes().of(view) == .seconds(seconds))
    #expect(CacheLifetimes(base: .seconds(60)).of(view) == .seconds(seconds / 15))
  }

  @Test("Parts live as long as a gateway's catalog, also in the service", arguments: [60, 900])
  func partLifetime(base: Int) {
    let lifetimes = CacheLifetimes(base: .seconds(base))
    #expect(lifetimes.part == .seconds(base * 2))
    #expect(CatalogService.Configuration(lifetimes: lifetimes).policy.timeToLive == .seconds(base * 2))
  }

  @Test(
    "What no view is called is none", arguments: ["", "everything", "gateway", "gateway:No Slug", "full:x", "model"])
  func noView(name: String) { #expect(CatalogView(named: name) == nil) }
}
