import Catalog
import RedisClient
import TestSupport
import Testing
import TieredCaching

extension CatalogCachingIntegrationTests {
  @Test("Finished views are in Redis under the specification's keys, as JSON behind one line, and follow the catalog")
  func views() async throws {
    try await RedisServer.with { server in
      let database = try await Samples.database()
      // Workers look every few seconds; this one has hours to spare.
      let time = ManualTime()
      let policy = CachePolicy(
        stalenessBound: .seconds(3600), heartbeat: .seconds(1), loadTimeout: .seconds(36_000),
        softTimeout: .seconds(3600))
      try await Fleet.client(of: server) { redis in
        try await Fleet.worker(
          server, database, time: time,
          configure: { configuration in
            configuration = CatalogService.Configuration(policy: policy, publishesViews: true)
          }
        ) { worker in
          _ = try await Self.advancing(time) { try await worker.service.readModel("gpt-4o") }
          _ = try await worker.service.readPricing("gpt-4o")
          let version = await database.manifest().version
          _ = try await Self.advancing(time) {
            try await wait(for: "the views") { try await Self.views(redis, of: version).count == 8 }
          }
          let views = try await Self.views(redis, of: version)
          #expect(
            views.keys.sorted() == [
              "models:catalog:full", "models:gateway:anthropic", "models:gateway:openai", "models:gateway:openrouter",
              "models:model:gpt-4o", "models:pricing:gpt-4o", "models:stats", "models:unique",
            ])
          try Self.check(views)

          try await database.importOffers([.sample(provider: "groq", id: "acme/fast")])
          let next = await database.manifest().version
          _ = try await Self.advancing(time) {
            try await wait(for: "the views of the next version") { try await Self.views(redis, of: next).count == 7 }
          }
        }
      }
    }
  }

  /// What the views of the samples say.
  private static func check(_ views: [String: JSONValue]) throws {
    let ids = { (key: String) in views[key]?.array?.compactMap { $0.object?["id"]?.string } }
    #expect(ids("models:catalog:full")?.count == 5)
    #expect(ids("models:gateway:openrouter") == ["acme/big", "acme/small", "openai/gpt-4o"])
    #expect(views["models:unique"]?.array?.count == 4)
    #expect(views["models:stats"]?.object?["total_models"]?.int == 5)
    #expect(views["models:stats"]?.object?["total_providers"]?.int == 3)
    #expect(views["models:model:gpt-4o"]?.object?["source_gateway"]?.string == "openai")
    #expect(views["models:pricing:gpt-4o"]?.object?["prompt"]?.string == "0.0000025")
  }

  /// The views in Redis that are of a version, read as a program in another language would.
  private static func views(_ redis: RedisClient, of version: String) async throws -> [String: JSONValue] {
    let parts = ["models:provider:", "models:manifest", "models:lease", "models:workers", "models:fleet"]
    let keys = try await redis.execute(Raw("KEYS", ["models:*"])).array?.compactMap(\.text) ?? []
    var views: [String: JSONValue] = [:]
    for key in keys where !parts.contains(where: key.hasPrefix) {
      guard let text = try await redis.text(key), let end = text.firstIndex(of: "\n") else { continue }
      if text[..<end].contains(" version=\(version) ") {
        views[key] = try JSONReader.parse(String(text[text.index(after: end)...]))
      }
    }
    return views
  }

  /// Lets time pass quickly while `work` is under way.
  private static func advancing<Result>(
    _ time: ManualTime, _ work: () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        while !Task.isCancelled {
          time.advance(by: .milliseconds(200))
          try await Task.sleep(for: .milliseconds(10))
        }
      }
      defer { group.cancelAll() }
      return try await work()
    }
  }
}
