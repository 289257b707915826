import Catalog
import NIOConcurrencyHelpers
import NIOPosix
import RedisClient
import RedisTier
import TestSupport
import Testing
import TieredCaching

/// One worker of a gateway: a catalog service, the database as it sees it, and its log.
struct Worker: Sendable {
  let service: CatalogService
  /// The database, which can be made to fail for this worker alone.
  let database: FaultyCatalogStore
  let log: RecordingLog

  /// Runs `body` with a worker on a database.
  ///
  /// - Parameters:
  ///   - database: what the workers of a test share; by default one with ``Samples``.
  ///   - shared: the tier between worker and database; by default that of a worker without Redis.
  ///   - configure: changes policy, lifetimes or id.
  static func with<Result>(
    _ database: (any CatalogStore)? = nil, shared: (any SharedTier)? = nil, time: any TimeSource = SystemTime(),
    configure: (inout CatalogService.Configuration) -> Void = { _ in }, _ body: (Worker) async throws -> Result
  ) async throws -> Result {
    var configuration = CatalogService.Configuration(policy: .patient)
    configure(&configuration)
    let store = FaultyCatalogStore(try await database.orSamples())
    let log = RecordingLog()
    let worker = Worker(
      service: CatalogService(
        store: store, shared: shared ?? InProcessTier(keepsEveryPart: false), configuration: configuration, time: time,
        logger: log.logger),
      database: store, log: log)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await worker.service.run() }
      defer { group.cancelAll() }
      return try await body(worker)
    }
  }

  /// How many loads the database was asked for.
  var loads: Int { database.calls(.load) }

  /// Reads a gateway until it has `count` offers, which the database has as of now. No answer to a read that begins more than
  /// `bound` later may lack them and claim to be fresh.
  func expect(_ count: Int, of gateway: String, within bound: Duration) async throws {
    let committed = ContinuousClock.now
    try await wait(for: "\(count) offers of \(gateway)") {
      let isLate = ContinuousClock.now - committed > bound
      let answer = try await service.readGatewayCatalog(ProviderSlug(gateway))
      let isSeen = answer.value?.count == count
      #expect(isSeen || answer.freshness == .stale || !isLate, "an old answer claims to be fresh")
      return isSeen
    }
  }

  /// The ids of a gateway's offers.
  func ids(_ gateway: String) async -> [String] { await service.gatewayCatalog(gateway).map(\.offer.id) }
}

extension Optional<any CatalogStore> {
  fileprivate func orSamples() async throws -> any CatalogStore {
    if let self { return self }
    return try await Samples.database()
  }
}

extension CachePolicy {
  /// Quick to notice things and slow to give up, for tests on a busy machine that are not about time limits.
  static let patient = CachePolicy(
    stalenessBound: .seconds(2), heartbeat: .milliseconds(50), softTimeout: .seconds(2), retryDelay: .milliseconds(50))
}

extension RedisSharedTier {
  /// A tier on a test's server.
  ///
  /// - Parameter patience: how long a command may take; nil for what is usual in production.
  convenience init(_ server: RedisServer, log: RecordingLog = RecordingLog(), patience: Duration? = .seconds(20)) throws
  {
    var configuration = try RedisClient.Configuration(url: server.url)
    if let patience {
      configuration.connectTimeout = patience
      configuration.commandTimeout = patience
      configuration.stallTimeout = patience
    }
    self.init(configuration, staleLimit: .seconds(3600), threads: .singleton, logger: log.logger)
  }
}

/// A small catalog: three gateways, one model that two of them sell.
enum Samples {
  static let time = 1_700_000_000

  static func offers() throws -> [Offer] {
    try [
      .sample(provider: "openrouter", id: "openai/gpt-4o"), .sample(provider: "openrouter", id: "acme/big"),
      .sample(provider: "openrouter", id: "acme/small"), .sample(provider: "anthropic", id: "claude-sonnet-4"),
      .sample(provider: "openai", id: "gpt-4o"),
    ]
  }

  /// A database with these offers.
  static func database(_ offers: [Offer]? = nil) async throws -> InMemoryCatalogStore {
    let store = InMemoryCatalogStore { time }
    for offers in Dictionary(grouping: try offers ?? Self.offers(), by: \.provider).values {
      try await store.importOffers(offers)
    }
    return store
  }
}

/// Something that a test makes go wrong.
struct Outage: Error, CustomStringConvertible {
  let description = "the database is away"
}

/// A condition did not come to hold.
struct WaitedInVain: Error, CustomStringConvertible {
  let description: String
}

/// Waits until `condition` holds and says how long that took.
@discardableResult
func wait(
  for description: String, within limit: Duration = .seconds(20), until condition: () async throws -> Bool
) async throws -> Duration {
  let start = ContinuousClock.now
  while try await !condition() {
    guard ContinuousClock.now - start < limit else {
      throw WaitedInVain(description: "\(description) did not come within \(limit)")
    }
    try await Task.sleep(for: .milliseconds(10))
  }
  return ContinuousClock.now - start
}
