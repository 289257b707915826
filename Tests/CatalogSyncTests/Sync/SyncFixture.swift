import AsyncHTTPClient
import Catalog
import Logging
import NIOConcurrencyHelpers
import TestSupport
import TieredCaching

@testable import CatalogSync

/// A sync of a few providers of a replay server into a store in memory, with a clock that a test sets.
struct SyncFixture: Sendable {
  let server: ReplayServer
  let store: InMemoryCatalogStore
  /// What stands between the service and the store.
  let faults: FaultyCatalogStore
  let service: SyncService
  let errors: ErrorStates
  let published: NIOLockedValueBox<[ImportReport]>
  let clock: NIOLockedValueBox<Int>
  /// Makes the sync of another worker of the same fleet.
  let worker: @Sendable () -> SyncService

  /// Runs a test.
  ///
  /// - Parameters:
  ///   - adapters: the providers; by default two with plain lists.
  ///   - curated: lists of many providers.
  ///   - market: what other providers ask.
  ///   - spans: where the spans of syncs go.
  ///   - metrics: receive what all workers count.
  static func run<Result>(
    adapters: [ProviderAdapter]? = nil, curated: [ProviderAdapter] = [],
    configuration: SyncService.Configuration = .init(),
    environment: [String: String] = [:], market: MarketPrices = MarketPrices(), spans: Spans = .none,
    metrics: SyncMetrics = SyncMetrics(),
    _ body: (SyncFixture) async throws -> Result
  ) async throws -> Result {
    let adapters = try adapters ?? [plainAdapter("acme"), plainAdapter("other")]
    return try await withFetcher(environment: environment, spans: spans) { server, fetcher in
      let clock = NIOLockedValueBox(observed)
      let published = NIOLockedValueBox<[ImportReport]>([])
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      let store = InMemoryCatalogStore(now: { clock.withLockedValue { $0 } })
      let faults = FaultyCatalogStore(store)
      let errors = ErrorStates(notes: InProcessTier(keepsEveryPart: true), logger: logger)
      let worker: @Sendable () -> SyncService = {
        SyncService(
          registry: ProviderRegistry(adapters, curated: curated), configuration: configuration, fetcher: fetcher,
          store: faults,
          errors: errors, market: { market }, publish: { report in published.withLockedValue { $0.append(report) } },
          now: { clock.withLockedValue { $0 } }, spans: spans, logger: logger, metrics: metrics)
      }
      return try await body(
        SyncFixture(
          server: server, store: store, faults: faults, service: worker(), errors: errors, published: published,
          clock: clock,
          worker: worker))
    }
  }

  /// Serves a plain list of a provider.
  func serve(_ slug: String, _ ids: [String]) {
    let rows = ids.map { #"{"id":"\#($0)"}"# }.joined(separator: ",")
    server.serve("/\(slug)/v1/models", #"{"data":[\#(rows)]}"#)
  }

  /// Syncs providers as the schedule does, or as an operator does.
  func sync(_ names: [String] = [], isManual: Bool = false, dryRun: Bool = false, force: Bool = false) async throws
    -> [String: SyncResult]
  {
    var options = SyncOptions()
    options.isManual = isManual
    options.dryRun = dryRun
    options.force = force
    options.changeLimit = 100
    let job = await service.perform(try service.adapters(named: names), options, trigger: .command)
    return Dictionary(uniqueKeysWithValues: job.results.map { ($0.provider, $0) })
  }

  /// The ids that the store has of a provider.
  func ids(_ slug: String) async throws -> [String] {
    try await store.load(changedSince: nil).parts[PartID(slug)]?.offers.map(\.id) ?? []
  }

  /// Whether the schedule would sync a provider now.
  func isDue(_ slug: String) async throws -> Bool { try await service.due().contains { $0.slug.text == slug } }

  /// Lets time pass, in seconds.
  func pass(_ seconds: Int) { clock.withLockedValue { $0 += seconds } }
}
