import Catalog
import NIOCore
import RedisClient
import RedisTier
import TestSupport
import TieredCaching

/// Two workers on one Redis and one database, and a client that looks into Redis.
struct Fleet: Sendable {
  let server: RedisServer
  let database: InMemoryCatalogStore
  let redis: RedisClient
  let one: Worker
  let two: Worker

  /// Runs `body` with two workers, both of which have read the catalog.
  ///
  /// - Parameters:
  ///   - offers: what is in the database; ``Samples`` by default.
  ///   - patience: how long a command of Redis may take; nil for what is usual in production.
  ///   - configure: changes the policy of both.
  static func with<Result>(
    _ offers: [Offer]? = nil, patience: Duration? = .seconds(20),
    configure: (inout CatalogService.Configuration) -> Void = { _ in }, _ body: (Fleet) async throws -> Result
  ) async throws -> Result {
    try await RedisServer.with { server in
      let database = try await Samples.database(offers)
      return try await client(of: server) { redis in
        try await worker(server, database, patience: patience, configure: configure) { one in
          _ = try await one.service.readFullCatalog()
          try await one.service.finishSharing()
          return try await worker(server, database, patience: patience, configure: configure) { two in
            _ = try await two.service.readFullCatalog()
            return try await body(Fleet(server: server, database: database, redis: redis, one: one, two: two))
          }
        }
      }
    }
  }

  /// Runs `body` with a worker on Redis that promises strict coherence.
  static func worker<Result>(
    _ server: RedisServer, _ database: any CatalogStore, patience: Duration? = .seconds(20),
    time: any TimeSource = SystemTime(), configure: (inout CatalogService.Configuration) -> Void = { _ in },
    _ body: (Worker) async throws -> Result
  ) async throws -> Result {
    try await Worker.with(
      database, shared: RedisSharedTier(server, patience: patience), time: time,
      configure: { configuration in
        configuration.policy.coherence = .strict
        configure(&configuration)
      }, body)
  }

  /// Runs `body` with a client that is connected.
  static func client<Result>(of server: RedisServer, _ body: (RedisClient) async throws -> Result) async throws
    -> Result
  {
    var configuration = try RedisClient.Configuration(url: server.url)
    configuration.commandTimeout = .seconds(20)
    let client = RedisClient(configuration, logger: RecordingLog().logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await client.run() }
      defer { group.cancelAll() }
      try await client.waitUntilConnected(timeout: .seconds(20))
      return try await body(client)
    }
  }

  var workers: [Worker] { [one, two] }

  /// How many loads all workers asked the database for.
  var loads: Int { one.loads + two.loads }

  /// Puts another offer of a gateway into the database and says nothing to anybody.
  func add(_ id: String, to gateway: String) async throws {
    let offers = try await database.offers(gateway) + [.sample(provider: gateway, id: id)]
    try await database.importOffers(offers)
  }
}

extension RedisClient {
  /// The text under a key; nil for none.
  func text(_ key: String) async throws -> String? { try await get(key).map { String(buffer: $0) } }

  /// Whether the manifest is there and filled. After an outage the test's own connection, too, comes back by itself.
  func hasManifest() async throws -> Bool {
    do {
      return try await execute(Raw("HGET", ["models:manifest", "complete"])).text == "1"
    } catch RedisError.notConnected {
      return false
    }
  }
}
