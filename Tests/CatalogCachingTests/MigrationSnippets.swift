import Catalog
import Logging
import NIOPosix
import RedisClient
import RedisTier
import TieredCaching

/// Every piece of Swift in docs/migration.md, so that it compiles and runs; ``MigrationGuideTests`` compares both.
enum MigrationSnippets {
  // MARK: Setting up

  static func setUp(store: any CatalogStore, redisURL: String, logger: Logger) async throws -> CatalogService {
    // snippet: one service per process
    let redis = RedisSharedTier(
      try RedisClient.Configuration(url: redisURL), staleLimit: .seconds(3600), threads: .singleton, logger: logger)
    let catalog = CatalogService(
      store: store, shared: redis,
      configuration: CatalogService.Configuration(policy: CachePolicy(coherence: .strict)), logger: logger)
    // end
    return catalog
  }

  static func run(_ catalog: CatalogService, serveRequests: @escaping @Sendable (CatalogService) async -> Void) async {
    // snippet: running it
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await catalog.run() }
      await serveRequests(catalog)
      group.cancelAll()
    }
    // end
  }

  static func withoutRedis(store: any CatalogStore, logger: Logger) -> CatalogService {
    // snippet: without Redis
    let catalog = CatalogService(store: store, logger: logger)
    // end
    return catalog
  }

  // MARK: Reading

  @available(*, deprecated)
  static func oldPattern(_ catalog: CatalogService) async -> [CatalogOffer] {
    // snippet: old pattern
    let caches = LegacyModelCache(catalog)
    var models: [CatalogOffer] = []
    if let cache = await caches.getModelsCache("openrouter"), caches.isCacheFresh(cache) {
      models = cache.data
    }
    // end
    return models
  }

  static func newPattern(_ catalog: CatalogService) async -> [CatalogOffer] {
    // snippet: new pattern
    let models = await catalog.gatewayCatalog("openrouter")
    // end
    return models
  }

  static func reason(_ catalog: CatalogService) async throws -> CatalogAnswer<[CatalogOffer]?> {
    // snippet: what went wrong
    let answer = try await catalog.readGatewayCatalog(ProviderSlug("openrouter"))
    guard let models = answer.value else { throw StoreError.noSuchProvider(try ProviderSlug("openrouter")) }
    print("\(models.count) models of version \(answer.version), \(answer.freshness), from \(answer.tier)")
    // end
    return answer
  }

  @available(*, deprecated)
  static func oldAllModels(_ catalog: CatalogService) async -> [CatalogOffer] {
    // snippet: old all models
    let models = await LegacyModelCache(catalog).getAllModels(useCache: true)
    // end
    return models
  }

  static func allModels(_ catalog: CatalogService) async -> [CatalogOffer] {
    // snippet: all models
    let models = await catalog.fullCatalog()
    print("Found \(models.count) models")
    // end
    return models
  }

  static func readYourWrites(_ catalog: CatalogService) async throws -> [CatalogOffer] {
    // snippet: read your own write
    try await catalog.refresh()
    let models = await catalog.fullCatalog()
    // end
    return models
  }

  static func byGateway(_ catalog: CatalogService) async -> Int {
    // snippet: by gateway
    let openrouter = await catalog.gatewayCatalog("openrouter")
    let anthropic = await catalog.gatewayCatalog("anthropic")
    // end
    return openrouter.count + anthropic.count
  }

  static func unique(_ catalog: CatalogService) async -> [UniqueModel] {
    // snippet: unique models
    let models = await catalog.uniqueModels()
    for model in models {
      print("\(model.name): \(model.providerCount) providers, cheapest at \(model.cheapest?.provider.name ?? "nobody")")
    }
    // end
    return models
  }

  static func oneModel(_ catalog: CatalogService) async -> (CatalogOffer?, Pricing?) {
    // snippet: one model
    let model = await catalog.model("gpt-4o")
    let pricing = await catalog.pricing("gpt-4o")
    // end
    return (model, pricing)
  }

  static func statistics(_ catalog: CatalogService) async -> CatalogStatistics? {
    // snippet: statistics
    let statistics = await catalog.statistics()
    if let statistics {
      print("\(statistics.totals.total) models of \(statistics.byProvider.count) providers")
    }
    // end
    return statistics
  }

  // MARK: Writing

  @available(*, deprecated)
  static func oldSync(_ catalog: CatalogService) async {
    // snippet: old invalidation
    await LegacyModelCache(catalog).clearModelsCache("openrouter")
    // end
  }

  static func sync(_ catalog: CatalogService, listings: [ProviderListing]) async throws {
    // snippet: after a sync
    _ = try await catalog.store.importListings(listings, options: ImportOptions(format: "my-sync-job"))
    try await catalog.publish(try await catalog.store.manifest())
    // end
  }

  static func invalidate(_ catalog: CatalogService) async {
    // snippet: invalidation
    await catalog.invalidateGatewayCatalog("openrouter")

    await catalog.invalidateFullCatalog()
    await catalog.invalidateUniqueModels()
    await catalog.invalidateStatistics()
    // end
  }

  static func purge(_ catalog: CatalogService) async throws -> Publication {
    // snippet: purge
    let publication = try await catalog.invalidate(.gateway(ProviderSlug("openrouter")), purging: true)
    print("Clean from version \(publication.version) on; other workers told: \(publication.isShared)")
    // end
    return publication
  }

  static func byHand(_ catalog: CatalogService, offers: [Offer]) async -> Bool {
    // snippet: by hand
    let isCached = await catalog.cacheGatewayCatalog("openrouter", offers, ttl: .seconds(1800))
    // end
    return isCached
  }

  static func warm(_ catalog: CatalogService) async throws {
    // snippet: warming
    for (view, items) in try await catalog.warm() { print("\(view): \(items)") }
    // end
  }

  static func warmSome(_ catalog: CatalogService) async {
    // snippet: warming some
    for gateway in ["openrouter", "anthropic", "openai"] { _ = await catalog.gatewayCatalog(gateway) }
    // end
  }

  static func clear(_ catalog: CatalogService) async -> Bool {
    // snippet: clearing
    let isCleared = await catalog.clearAllCaches()
    // end
    return isCleared
  }

  // MARK: Watching

  static func monitor(_ catalog: CatalogService) async -> CacheReport {
    // snippet: monitoring
    let report = await catalog.cacheStatistics()
    print("Hit rate: \(report.hitRatePercent) %, \(report.hits) of \(report.totalRequests) reads")
    if let fleet = report.fleet {
      print("All workers: \(fleet.statistics.hitRatePercent) % of \(fleet.statistics.totalRequests) reads")
      for worker in fleet.workers { print("\(worker.id) serves \(worker.version), fresh: \(worker.isFresh)") }
    }
    // end
    return report
  }

  static func status(_ catalog: CatalogService) async -> CacheStatus {
    // snippet: status
    let status = await catalog.cacheStatus()
    for view in status.views where !view.isCurrent {
      print("\(view.view): this worker has \(view.held ?? "nothing"), the database \(view.database ?? "no answer")")
    }
    // end
    return status
  }

  static func events(store: any CatalogStore, logger: Logger, myMetrics: any MyMetrics) -> CatalogService {
    // snippet: events
    let catalog = CatalogService(store: store, logger: logger) { event in
      switch event {
      case .hit(let view, let tier, _, _): myMetrics.countHit(view: view.view, tier: tier.rawValue)
      case .miss(let view): myMetrics.countMiss(view: view.view)
      default: break
      }
    }
    // end
    return catalog
  }

  static func tryOut(_ catalog: CatalogService) async throws {
    // snippet: trying it out
    let clock = ContinuousClock()
    for call in ["First", "Second"] {
      let start = clock.now
      let answer = try await catalog.readFullCatalog()
      print("\(call) call: \(clock.now - start) (\(answer.value.count) models from \(answer.tier))")
    }
    print("Hit rate: \(await catalog.cacheStatistics().hitRatePercent) %")
    // end
  }
}

/// What stands for the metrics of a user of the library.
protocol MyMetrics: Sendable {
  func countHit(view: String, tier: String)
  func countMiss(view: String)
}
