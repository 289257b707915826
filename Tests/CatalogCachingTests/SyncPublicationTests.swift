import Catalog
import TestSupport
import Testing
import TieredCaching

@Suite(
  "What a sync publishes", .serialized, .enabled(if: RedisServer.isInstalled, "redis-server is not installed"),
  .timeLimit(.minutes(5)))
struct SyncPublicationTests {
  private static func importMore(_ database: InMemoryCatalogStore) async throws -> ImportReport {
    let offers = try Samples.offers().filter { $0.provider.text == "openrouter" }
    let listing = ProviderListing(
      provider: Provider(slug: try .sample("openrouter")),
      offers: try offers + [.sample(provider: "openrouter", id: "acme/new")], stated: .all)
    return try await database.importListings([listing], options: ImportOptions(format: "test"))
  }

  @Test("Another worker finds the new catalog in Redis, and asks the database for nothing")
  func found() async throws {
    try await RedisServer.with { server in
      let database = try await Samples.database()
      try await Fleet.worker(server, database) { one in
        try await Fleet.worker(server, database) { two in
          _ = try await one.service.readFullCatalog()
          try await one.service.finishSharing()
          try await two.expect(3, of: "openrouter", within: .seconds(2))
          let loads = two.loads
          // From here on the other worker could not load anything.
          two.database.fail(.load, with: Outage())
          let publication = try await one.service.publish(try await Self.importMore(database))
          #expect(publication.isShared)
          let answer = try await two.service.readGatewayCatalog(.sample("openrouter"))
          #expect(answer.value?.count == 4)
          #expect(answer.freshness == .fresh)
          #expect(two.loads == loads)
        }
      }
    }
  }

  @Test("The gateway's catalog and all that is made of it count as invalidated; what did not change does not")
  func invalidated() async throws {
    try await RedisServer.with { server in
      let database = try await Samples.database()
      try await Fleet.worker(server, database) { one in
        _ = try await one.service.readFullCatalog()
        try await one.service.publish(try await Self.importMore(database))
        let lines = one.log.lines.filter { $0.hasPrefix("notice: Cache INVALIDATE: ") }
        #expect(
          lines.sorted() == [
            "notice: Cache INVALIDATE: Catalog statistics", "notice: Cache INVALIDATE: Full model catalog",
            "notice: Cache INVALIDATE: Gateway catalog for openrouter", "notice: Cache INVALIDATE: Unique models",
          ])
      }
    }
  }
}
