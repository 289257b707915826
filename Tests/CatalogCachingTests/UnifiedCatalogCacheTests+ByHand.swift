import Catalog
import TestSupport
import Testing
import TieredCaching

extension UnifiedCatalogCacheTests {
  private static func byHand(_ ids: String...) throws -> [Offer] {
    try ids.map { try .sample(provider: "openrouter", id: $0) }
  }

  @Test("A catalog that was cached by hand is in every view, and its gateway is the only one that changes")
  func cachedByHand() async throws {
    try await Worker.with { worker in
      let catalog = worker.service
      let before = try await catalog.readFullCatalog().version
      let offers = try Self.byHand("acme/by-hand")
      #expect(await catalog.cacheGatewayCatalog("openrouter", offers, ttl: .seconds(60)))
      #expect(await worker.ids("openrouter") == ["acme/by-hand"])
      #expect(await catalog.fullCatalog().count == 3)
      #expect(await catalog.uniqueModels().map(\.key.text).contains("acme/by-hand"))
      #expect(await catalog.statistics()?.totals.total == 3)
      #expect(await catalog.model("acme/by-hand") != nil)
      #expect(await catalog.model("acme/big") == nil)
      #expect(try await catalog.readFullCatalog().version != before)
      #expect(try await worker.database.load(changedSince: nil).parts[PartID("openrouter")]?.offers.count == 3)
    }
  }

  @Test("It ends after its time, and then the database counts again")
  func timeToLive() async throws {
    try await Worker.with { worker in
      let before = try await worker.service.readFullCatalog().version
      let offers = try Self.byHand("acme/by-hand")
      let start = ContinuousClock.now
      #expect(await worker.service.cacheGatewayCatalog("openrouter", offers, ttl: .seconds(1)))
      #expect(await worker.ids("openrouter") == ["acme/by-hand"])
      try await wait(for: "its end") { await worker.ids("openrouter").count == 3 }
      #expect(ContinuousClock.now - start > .milliseconds(900))
      #expect(try await worker.service.readFullCatalog().version == before)
    }
  }

  @Test("It yields to the next revision of the database")
  func yieldsToChange() async throws {
    let database = try await Samples.database()
    try await Worker.with(database) { worker in
      _ = await worker.service.fullCatalog()
      let offers = try Self.byHand("acme/by-hand")
      #expect(await worker.service.cacheGatewayCatalog("openrouter", offers))
      var synced = try Samples.offers().filter { $0.provider.text == "openrouter" }
      synced.append(try .sample(provider: "openrouter", id: "acme/new"))
      try await database.importOffers(synced)
      try await worker.service.publish(await database.manifest())
      #expect(await worker.ids("openrouter") == ["acme/big", "acme/new", "acme/small", "openai/gpt-4o"])
    }
  }

  @Test("It yields to an invalidation, and a change of another gateway leaves it alone")
  func yieldsToInvalidation() async throws {
    try await Worker.with { worker in
      _ = await worker.service.fullCatalog()
      let offers = try Self.byHand("acme/by-hand")
      #expect(await worker.service.cacheGatewayCatalog("openrouter", offers))
      #expect(await worker.service.invalidateGatewayCatalog("anthropic"))
      #expect(await worker.ids("openrouter") == ["acme/by-hand"])
      #expect(await worker.service.invalidateGatewayCatalog("openrouter"))
      #expect(await worker.ids("openrouter").count == 3)
    }
  }

  @Test("The later of two publications counts, and the last of two offers with one id")
  func replaced() async throws {
    try await Worker.with { worker in
      _ = await worker.service.fullCatalog()
      let one = try Self.byHand("acme/one")
      #expect(await worker.service.cacheGatewayCatalog("openrouter", one))
      var offers = try Self.byHand("acme/two", "acme/two")
      offers[1].name = "The last one"
      #expect(await worker.service.cacheGatewayCatalog("openrouter", offers))
      let found = await worker.service.gatewayCatalog("openrouter")
      #expect(found.map(\.offer.id) == ["acme/two"] && found.first?.offer.name == "The last one")
    }
  }

  @Test("An empty catalog can be cached by hand too")
  func emptyByHand() async throws {
    try await Worker.with { worker in
      _ = await worker.service.fullCatalog()
      #expect(await worker.service.cacheGatewayCatalog("openrouter", []))
      #expect(await worker.ids("openrouter").isEmpty)
      #expect(await worker.service.fullCatalog().count == 2)
    }
  }

  @Test("What no offer can be is refused, and nothing changes")
  func invalidOffers() async throws {
    try await Worker.with { worker in
      let before = try await worker.service.readFullCatalog().version
      var broken = try Self.byHand("acme/fine", "acme/broken")
      broken[1].name = ""
      #expect(await !worker.service.cacheGatewayCatalog("openrouter", broken))
      await #expect(throws: StoreError.self) {
        try await worker.service.publishGatewayCatalog(.sample("openrouter"), [.sample(provider: "openai")])
      }
      #expect(try await worker.service.readFullCatalog().version == before)
    }
  }

  @Test("A gateway that the catalog does not know is refused", arguments: ["nobody", "No Slug!"])
  func unknownGateway(gateway: String) async throws {
    try await Worker.with { worker in
      let before = try await worker.service.readFullCatalog().version
      #expect(await !worker.service.cacheGatewayCatalog(gateway, []))
      #expect(try await worker.service.readFullCatalog().version == before)
    }
  }
}
