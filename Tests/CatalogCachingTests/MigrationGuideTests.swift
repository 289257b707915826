import Catalog
import Foundation
import Logging
import NIOConcurrencyHelpers
import TestSupport
import Testing
import TieredCaching

/// A guide that does not compile is worse than none.
@Suite("Migration guide")
struct MigrationGuideTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  private static let guide = folder.appending(path: "../../docs/migration.md")

  private static func lines(_ file: URL) throws -> [String] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// The texts between the lines that `isStart` and `isEnd` recognise, without indentation.
  private static func blocks(
    _ file: URL, from isStart: (String) -> Bool, to isEnd: (String) -> Bool
  ) throws -> Set<String> {
    var blocks: Set<String> = []
    var block: [String]?
    for line in try lines(file) {
      if let open = block {
        if isEnd(line) { blocks.insert(open.joined(separator: "\n")) }
        block = isEnd(line) ? nil : open + [line]
      } else if isStart(line) {
        block = []
      }
    }
    #expect(block == nil, "the last block of \(file.lastPathComponent) has no end")
    return blocks
  }

  @Test("Every piece of Swift in the guide is one that the tests compile and run, and none is left over")
  func snippets() throws {
    let inGuide = try Self.blocks(Self.guide, from: { $0 == "```swift" }, to: { $0 == "```" })
    let compiled = try Self.blocks(
      Self.folder.appending(path: "MigrationSnippets.swift"), from: { $0.hasPrefix("// snippet: ") },
      to: { $0 == "// end" })
    #expect(inGuide.count > 20)
    #expect(inGuide.subtracting(compiled) == [])
    #expect(compiled.subtracting(inGuide) == [])
  }

  @Test("The guide names every function of the old cache and every view of the specification")
  func completeness() throws {
    let text = try Self.lines(Self.guide).joined(separator: "\n")
    for name in [
      "get_cached_full_catalog", "get_cached_gateway_catalog", "get_cached_unique_models", "get_cached_catalog_stats",
      "`cache_gateway_catalog", "invalidate_gateway_catalog", "invalidate_full_catalog", "invalidate_unique_models",
      "invalidate_catalog_stats", "get_catalog_cache_stats", "clear_all_model_caches", "get_models_cache",
      "is_cache_fresh", "clear_models_cache", "get_all_models",
      "getModelsCache", "isCacheFresh", "clearModelsCache", "getAllModels", "models:catalog:full", "models:provider:",
      "models:gateway:", "models:unique", "models:stats", "models:model:", "models:pricing:", "MODEL_CACHE_TTL",
      "MODEL_CACHE_ENABLED", "MODEL_CACHE_WARM_ON_STARTUP", "REDIS_URL", "Cache HIT", "Cache MISS", "Cache SET",
      "Cache INVALIDATE", "Redis unavailable", "model_cache_hits_total", "model_cache_misses_total",
      "model_cache_size_bytes", "model_cache_ttl_seconds", "model_cache_invalidations_total",
    ] {
      #expect(text.contains(name), "\(name) is missing")
    }
  }

  @Test("Reading works as the guide says")
  func reading() async throws {
    try await Worker.with { worker in
      let catalog = worker.service
      #expect(await MigrationSnippets.newPattern(catalog).count == 3)
      #expect(await MigrationSnippets.allModels(catalog).count == 5)
      let written = try await MigrationSnippets.readYourWrites(catalog)
      #expect(written.count == 5)
      #expect(await MigrationSnippets.byGateway(catalog) == 4)
      #expect(await MigrationSnippets.unique(catalog).count == 4)
      #expect(await MigrationSnippets.statistics(catalog)?.totals.total == 5)
      let (model, pricing) = await MigrationSnippets.oneModel(catalog)
      #expect(model?.offer.pricing == pricing && pricing != nil)
      let answer = try await MigrationSnippets.reason(catalog)
      #expect(answer.value?.count == 3)
    }
  }

  @available(*, deprecated)
  @Test("The old pattern works beside the new one")
  func oldPattern() async throws {
    try await Worker.with { worker in
      #expect(await MigrationSnippets.oldPattern(worker.service).count == 3)
      #expect(await MigrationSnippets.oldAllModels(worker.service).count == 5)
      let before = try await worker.service.readFullCatalog().version
      await MigrationSnippets.oldSync(worker.service)
      #expect(try await worker.service.readFullCatalog().version != before)
    }
  }

  @Test("Writing works as the guide says")
  func writing() async throws {
    try await Worker.with { worker in
      let catalog = worker.service
      var versions = [try await catalog.readFullCatalog().version]
      let offers = try [Offer.sample(provider: "groq", id: "acme/fast")]
      let listing = try ProviderListing(provider: Provider(slug: .sample("groq")), offers: offers, stated: .all)
      try await MigrationSnippets.sync(catalog, listings: [listing])
      #expect(await worker.ids("groq") == ["acme/fast"])
      versions.append(try await catalog.readFullCatalog().version)
      await MigrationSnippets.invalidate(catalog)
      versions.append(try await catalog.readFullCatalog().version)
      versions.append(try await MigrationSnippets.purge(catalog).version)
      #expect(try await MigrationSnippets.byHand(catalog, offers: [.sample(provider: "openrouter", id: "acme/one")]))
      #expect(await worker.ids("openrouter") == ["acme/one"])
      #expect(await MigrationSnippets.clear(catalog))
      #expect(await worker.ids("openrouter").count == 3)
      versions.append(try await catalog.readFullCatalog().version)
      #expect(Set(versions).count == versions.count)
      try await MigrationSnippets.warm(catalog)
      await MigrationSnippets.warmSome(catalog)
    }
  }

  @Test("Watching works as the guide says")
  func watching() async throws {
    try await Worker.with(time: ManualTime()) { worker in
      try await MigrationSnippets.tryOut(worker.service)
      #expect(await MigrationSnippets.monitor(worker.service).hitRatePercent == 50)
      #expect(await MigrationSnippets.status(worker.service).views.count == 6)
    }
  }

  private struct Metrics: MyMetrics {
    let counted = NIOLockedValueBox<[String]>([])

    func countHit(view: String, tier: String) { counted.withLockedValue { $0.append("hit \(view) \(tier)") } }
    func countMiss(view: String) { counted.withLockedValue { $0.append("miss \(view)") } }
  }

  @Test("A service is set up as the guide says, with Redis, without and with metrics of one's own")
  func settingUp() async throws {
    let database = try await Samples.database()
    let logger = RecordingLog().logger
    let metrics = Metrics()
    let services = [
      MigrationSnippets.withoutRedis(store: database, logger: logger),
      MigrationSnippets.events(store: database, logger: logger, myMetrics: metrics),
      try await MigrationSnippets.setUp(store: database, redisURL: "redis://127.0.0.1:1", logger: logger),
    ]
    for service in services {
      await MigrationSnippets.run(service) { catalog in
        for _ in 0..<2 { #expect(await catalog.fullCatalog().count == 5) }
      }
    }
    #expect(metrics.counted.withLockedValue { $0 }.last == "hit full local")
  }
}
