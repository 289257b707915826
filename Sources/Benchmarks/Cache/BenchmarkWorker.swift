import Catalog
import Foundation
import Logging
import NIOPosix
import RedisClient
import RedisTier
import TieredCaching

/// One worker on a database and a Redis server.
enum BenchmarkWorker {
  /// Runs `body` with a worker.
  ///
  /// - Parameters:
  ///   - loadDelay: what every load from the database takes longer.
  static func with<Result: Sendable>(
    database: String, redis url: String, coherence: Coherence, loadDelay: Duration = .zero,
    _ body: @escaping @Sendable (CatalogService) async throws -> Result
  ) async throws -> Result {
    let logger = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }
    let store = try await BenchmarkDatabase.open(database)
    let shared = RedisSharedTier(
      try RedisClient.Configuration(url: url), staleLimit: .seconds(3600), threads: .singleton, logger: logger)
    let service = CatalogService(
      store: DelayedStore(store: store, delay: loadDelay), shared: shared,
      configuration: CatalogService.Configuration(policy: CachePolicy(coherence: coherence)), logger: logger)
    let result = try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await service.run() }
      defer { group.cancelAll() }
      let result = try await body(service)
      try await service.finishSharing()
      return result
    }
    try await store.close()
    return result
  }
}

/// A store whose loads take longer.
struct DelayedStore: CatalogStore {
  let store: any CatalogStore
  let delay: Duration

  func manifest() async throws -> Manifest { try await store.manifest() }

  func load(changedSince known: Manifest?, atLeast wanted: Manifest?) async throws -> PartDelta<ProviderPart> {
    if delay > .zero { try await Task.sleep(for: delay) }
    return try await store.load(changedSince: known, atLeast: wanted)
  }

  func watch(_ changed: @escaping @Sendable (ChangeNotice) -> Void) async { await store.watch(changed) }

  func importListings(_ listings: [ProviderListing], options: ImportOptions) async throws -> ImportReport {
    try await store.importListings(listings, options: options)
  }

  func edit(_ edit: CatalogEdit, dryRun: Bool) async throws -> EditReport { try await store.edit(edit, dryRun: dryRun) }

  func raiseRevisions(of parts: Set<PartID>?, purging: Bool) async throws -> Manifest {
    try await store.raiseRevisions(of: parts, purging: purging)
  }

  func changes(after sequence: Int, provider: ProviderSlug?, limit: Int) async throws -> [CatalogChange] {
    try await store.changes(after: sequence, provider: provider, limit: limit)
  }

  func changes(of offers: [OfferReference], limit: Int) async throws -> [CatalogChange] {
    try await store.changes(of: offers, limit: limit)
  }

  func quarantine(
    of provider: ProviderSlug?, states: Set<QuarantineEntry.State>, latestFirst: Bool, limit: Int
  ) async throws -> [QuarantineEntry] {
    try await store.quarantine(of: provider, states: states, latestFirst: latestFirst, limit: limit)
  }

  func decide(
    _ id: Int, _ decision: QuarantineEntry.Decision, by name: String
  ) async throws -> QuarantineDecision {
    try await store.decide(id, decision, by: name)
  }

  func overrides(of provider: ProviderSlug?) async throws -> [OfferOverride] {
    try await store.overrides(of: provider)
  }

  func setOverrides(_ edit: OverrideEdit, dryRun: Bool) async throws -> OverrideReport {
    try await store.setOverrides(edit, dryRun: dryRun)
  }

  func detail(of id: String, provider: ProviderSlug) async throws -> OfferDetail {
    try await store.detail(of: id, provider: provider)
  }

  func metadata() async throws -> [String: String] { try await store.metadata() }

  func setMetadata(_ name: String, _ value: String?) async throws { try await store.setMetadata(name, value) }
}
