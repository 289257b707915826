import AsyncHTTPClient
import Catalog
import CatalogServer
import CatalogSync
import Foundation
import Logging
import ServiceLifecycle
import TieredCaching

/// The provider sync with the client that it fetches with.
struct ProviderSyncWiring: Sendable {
  let service: SyncService
  private let client: HTTPClient

  /// A sync into a catalog.
  init(
    _ settings: SyncSettings, catalog: CatalogService, store: any CatalogDatabase, shared: any SharedTier & SharedNotes,
    spans: Spans, logger: Logger
  ) {
    client = HTTPClient(configuration: ProviderFetcher.configuration())
    let fetcher = ProviderFetcher(client: client, environment: settings.environment, spans: spans, logger: logger)
    service = SyncService(
      registry: settings.registry, configuration: settings.service, fetcher: fetcher, store: store,
      errors: ErrorStates(notes: shared, logger: logger),
      market: {
        do {
          return MarketPrices(try await catalog.read().value)
        } catch {
          logger.info("Prices cannot be compared with those of others", metadata: ["reason": "\(error)"])
          return MarketPrices()
        }
      },
      publish: { _ = try await catalog.publish($0) }, now: { Int(Date().timeIntervalSince1970) }, spans: spans,
      logger: logger)
  }

  /// Ends the connections to providers.
  func shutdown() async throws { try await client.shutdown() }
}

/// The sync as the server's routes see it.
extension ProviderSyncWiring: SyncControl {
  func run() async throws {
    try await service.run()
    try await shutdown()
  }

  func start(providers: [String], dryRun: Bool, force: Bool) async throws -> (job: String, document: [UInt8]) {
    var options = SyncOptions()
    options.dryRun = dryRun
    options.force = force
    options.isManual = true
    options.changeLimit = dryRun ? 200 : 0
    do {
      let job = try await service.start(try service.adapters(named: providers), options, trigger: .api)
      return (job.id, try SyncDocuments.document(of: job))
    } catch let error as UnknownProvider {
      throw SyncControlError.unknownProvider(error.description)
    } catch let error as TooManyJobs {
      throw SyncControlError.busy(error.description)
    }
  }

  func status() async throws -> [UInt8] { try SyncDocuments.document(of: try await service.status()) }

  func job(_ id: String) async throws -> [UInt8] {
    do {
      return try SyncDocuments.document(of: try await service.job(id))
    } catch let error as NoSuchJob {
      throw SyncControlError.unknownJob(error.description)
    }
  }

  func clearError(provider: String) async throws {
    do {
      try await service.clearError(of: provider)
    } catch let error as UnknownProvider {
      throw SyncControlError.unknownProvider(error.description)
    } catch let error as ErrorStateNotCleared {
      throw SyncControlError.unavailable(error.description)
    }
  }
}
