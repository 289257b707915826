import Catalog
import CatalogServer
import CatalogSync
import Foundation
import Logging
import NIOPosix
import RedisTier
import Telemetry
import TieredCaching

extension Settings {
  /// Whether workers and commands share something beside the database.
  var sharesThroughRedis: Bool { redis != nil && isCacheEnabled }

  /// The tier that all workers share: Redis where it is configured, else one for this process alone.
  func sharedTier(logger: Logger) -> any SharedTier & SharedNotes {
    guard let redis, isCacheEnabled else { return InProcessTier(keepsEveryPart: false) }
    return RedisSharedTier(
      redis, keys: RedisKeys(prefix: redisPrefix), staleLimit: CachePolicy().staleLimit,
      threads: .singleton, logger: logger
    ) { part, reason in
      logger.warning("Value in Redis cannot be used", metadata: ["part": "\(part)", "reason": "\(reason)"])
      CatalogServer.countRejectedValue()
    }
  }

  /// Whether a catalog may be had although the database is away.
  var canServeWithoutDatabase: Bool {
    guard case .postgres = database else { return false }
    return sharesThroughRedis || FileManager.default.fileExists(atPath: lastGoodPath)
  }

  /// The file with the last good catalog.
  var lastGoodPath: String { "\(dataDirectory)/last-good.catalog" }

  /// What the machine or container is called.
  static let hostName = String(ProcessInfo.processInfo.hostName.prefix(64))

  /// The name of this worker, by which an operator finds its process; the same in the fleet and in traces.
  static let workerID = "\(hostName)-\(getpid())-\(CatalogService.randomID())"

  /// How the catalog service behaves.
  ///
  /// - Parameter isServing: whether it serves others, and does not only answer one command.
  func serviceConfiguration(isServing: Bool) -> CatalogService.Configuration {
    CatalogService.Configuration(
      policy: CachePolicy(coherence: coherence), lifetimes: CacheLifetimes(base: .seconds(cacheTimeToLive)),
      workerID: isServing ? Self.workerID : CatalogService.randomID(), isWorker: isServing,
      publishesViews: isServing && sharesThroughRedis, audits: isServing,
      lastGood: isServing
        ? LastGoodFile.storage(lastGoodPath, maximumAge: snapshotMaximumAge, origin: "\(database)") : nil)
  }
}

extension CatalogOptions {
  /// Runs `body` with a worker of its own on the database and the shared tier.
  func withService<Result: Sendable>(
    loadsSnapshot: Bool = true, _ body: @escaping @Sendable (CatalogService, any SharedTier) async throws -> Result
  ) async throws -> Result {
    try await withWorker(loadsSnapshot: loadsSnapshot) { service, shared, _ in try await body(service, shared) }
  }

  /// Runs `body` with a provider sync of its own. A sync fills an empty database by itself, with nothing that is made up.
  func withSync<Result: Sendable>(_ body: @escaping @Sendable (SyncService) async throws -> Result) async throws
    -> Result
  {
    let settings = try settings()
    let sync = try syncSettings()
    let traces = TraceWiring(try traceSettings(), logger: settings.commandLogger)
    return try await withWorker(loadsSnapshot: false, spans: traces.spans) { service, shared, store in
      let wiring = ProviderSyncWiring(
        sync, catalog: service, store: store, shared: shared, spans: traces.spans, logger: settings.commandLogger)
      return try await closing({ await traces.exporter?.flush() }) {
        try await closing(wiring.shutdown) { try await body(wiring.service) }
      }
    }
  }

  private func withWorker<Result: Sendable>(
    loadsSnapshot: Bool, spans: Spans = .none,
    _ body:
      @escaping @Sendable (CatalogService, any SharedTier & SharedNotes, any CatalogDatabase) async throws -> Result
  ) async throws -> Result {
    let settings = try settings()
    let logger = settings.commandLogger
    return try await withStore(loadsSnapshot: loadsSnapshot) { store in
      let shared = settings.sharedTier(logger: logger)
      let service = CatalogService(
        store: store, shared: shared, configuration: settings.serviceConfiguration(isServing: false),
        spans: spans, logger: logger)
      return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await service.run() }
        defer { group.cancelAll() }
        await waitUntilConnected(shared)
        let result = try await body(service, shared, store)
        try await service.finishSharing()
        return result
      }
    }
  }

  /// A command asks once, and would take a connection that is only being made for an outage.
  private func waitUntilConnected(_ shared: any SharedTier) async {
    guard let redis = shared as? RedisSharedTier else { return }
    do {
      try await redis.waitUntilConnected()
    } catch {
      Output.note("Redis does not answer, so this goes on without it. \(error)")
    }
  }

  /// Tells the workers of a change that was just committed, so that they need not find out by looking.
  ///
  /// Without Redis, or when it does not answer, they find the change in the database within the staleness bound.
  func announce() async throws {
    let settings = try settings()
    guard let redis = settings.redis, settings.isCacheEnabled else { return }
    let manifest = try await withStore(loadsSnapshot: false) { try await $0.manifest() }
    let shared = RedisSharedTier(
      redis, keys: RedisKeys(prefix: settings.redisPrefix), staleLimit: .zero, threads: .singleton,
      logger: Logger(label: "modelcatalog") { _ in SwiftLogNoOpLogHandler() })
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await shared.run {} }
        defer { group.cancelAll() }
        try await shared.waitUntilConnected()
        _ = try await shared.raise(to: manifest, stamp: CatalogService.randomID())
      }
    } catch {
      Output.note(
        "Redis could not be told of the change; the workers find it in the database within a second. \(error)")
    }
  }
}
