import Catalog
import RedisClient
import TestSupport
import Testing
import TieredCaching

/// The specification's integration tests: two workers, a real Redis, one database.
@Suite(
  "Catalog caching", .serialized, .enabled(if: RedisServer.isInstalled, "redis-server is not installed"),
  .timeLimit(.minutes(5)))
struct CatalogCachingIntegrationTests {
  // MARK: The hierarchy

  @Test("What one worker loaded from the database, the next one finds in Redis, and then each in its memory")
  func hierarchy() async throws {
    try await RedisServer.with { server in
      let database = try await Samples.database()
      try await Fleet.worker(server, database) { one in
        let loaded = try await one.service.readFullCatalog()
        #expect(loaded.value.count == 5 && one.service.counters.statistics[.databaseParts] == 3)
        #expect(try await one.service.readFullCatalog().tier == .local)
        try await one.service.finishSharing()

        try await Fleet.worker(server, database) { two in
          two.database.fail(.load, with: Outage())
          let found = try await two.service.readFullCatalog()
          #expect(found.tier != .database && found.freshness == .fresh && found.version == loaded.version)
          #expect(found.value.map(\.record) == loaded.value.map(\.record))
          #expect(try await two.service.readUniqueModels().tier == .local)
          #expect(two.loads == 0 && two.service.counters.statistics[.sharedParts] == 3)
        }
        #expect(one.loads == 1)
      }
    }
  }

  @Test("Workers that start at the same time make one load together")
  func oneLoad() async throws {
    try await RedisServer.with { server in
      let database = FaultyCatalogStore(try await Samples.database())
      database.hold(.load) {
        // A test that has ended needs no slow database.
        do { try await Task.sleep(for: .milliseconds(300)) } catch { return }
      }
      try await Fleet.worker(server, database) { one in
        try await Fleet.worker(server, database) { two in
          try await Fleet.worker(server, database) { three in
            async let first = one.service.readFullCatalog()
            async let second = two.service.readFullCatalog()
            async let third = three.service.readFullCatalog()
            let answers = try await [first, second, third]
            #expect(answers.allSatisfy { $0.value.count == 5 && $0.freshness == .fresh })
            #expect(Set(answers.map(\.version)).count == 1)
            #expect(database.calls(.load) == 1)
          }
        }
      }
    }
  }

  @Test("Without Redis a worker serves from its memory and the database, and Redis stays empty")
  func cacheDisabled() async throws {
    try await RedisServer.with { server in
      try await Worker.with(shared: InProcessTier(keepsEveryPart: false)) { worker in
        var tiers: [Tier] = []
        for _ in 0..<20 { tiers.append(try await worker.service.readFullCatalog().tier) }
        #expect(tiers.dropFirst().allSatisfy { $0 == .local })
        #expect(worker.loads == 1)
        #expect(await worker.service.invalidateGatewayCatalog("openrouter"))
        #expect(worker.loads == 2)
      }
      #expect(try await server.cli("DBSIZE") == "0")
    }
  }

  // MARK: Coherence

  @Test("A change that one worker published is in the next read of the other")
  func strictCoherence() async throws {
    try await Fleet.with { fleet in
      for round in 0..<10 {
        let before = fleet.loads
        try await fleet.add("claude-\(round)", to: "anthropic")
        try await fleet.one.service.publish(await fleet.database.manifest())
        let answer = try await fleet.two.service.readGatewayCatalog(.sample("anthropic"))
        #expect(answer.value?.count == 2 + round && answer.freshness == .fresh)
        #expect(answer.version == (try await fleet.one.service.readFullCatalog().version))
        #expect(fleet.loads == before + 1)
      }
    }
  }

  @Test("A change that nobody published is served by all within the staleness bound", arguments: Coherence.allCases)
  func changeFromAnywhere(coherence: Coherence) async throws {
    let bound = CachePolicy.patient.stalenessBound
    try await Fleet.with(configure: { $0.policy.coherence = coherence }) { fleet in
      try await fleet.add("claude-opus-5", to: "anthropic")
      for worker in fleet.workers {
        try await worker.expect(2, of: "anthropic", within: bound)
      }
    }
  }

  @Test("An invalidation by one worker reaches the other: its next answer was made after it")
  func invalidation() async throws {
    try await Fleet.with { fleet in
      let before = try await fleet.two.service.readFullCatalog().version
      let publication = try await fleet.one.service.invalidate(.gateway(.sample("openrouter")))
      #expect(publication.isShared && publication.version != before)
      let after = try await fleet.two.service.readFullCatalog()
      #expect(after.version == publication.version && after.freshness == .fresh)

      #expect(await fleet.two.service.clearAllCaches())
      let cleared = try await fleet.one.service.readFullCatalog()
      #expect(cleared.version != publication.version && cleared.freshness == .fresh)
      #expect(cleared.version == (try await fleet.two.service.readFullCatalog().version))
    }
  }

  @Test("A purge by one worker keeps the other from serving what it held, also while its database fails")
  func purge() async throws {
    try await Fleet.with { fleet in
      for worker in fleet.workers { worker.database.fail(.load, with: Outage()) }
      await #expect(throws: CacheError.self) {
        try await fleet.one.service.invalidate(.gateway(.sample("openrouter")), purging: true)
      }
      #expect(await fleet.two.service.fullCatalog().isEmpty)
      for worker in fleet.workers { worker.database.fail(.load, with: nil) }
      for worker in fleet.workers {
        try await wait(for: "the catalog") { await worker.service.fullCatalog().count == 5 }
      }
    }
  }

  @Test("What one worker cached by hand is served by the other at once, and ends on both after its time")
  func cachedByHand() async throws {
    try await Fleet.with { fleet in
      let offers = try [Offer.sample(provider: "openrouter", id: "acme/by-hand")]
      #expect(await fleet.one.service.cacheGatewayCatalog("openrouter", offers, ttl: .seconds(2)))
      for worker in fleet.workers {
        #expect(await worker.ids("openrouter") == ["acme/by-hand"])
        #expect(await worker.service.fullCatalog().count == 3)
        #expect(await worker.service.statistics()?.totals.total == 3)
      }
      for worker in fleet.workers {
        try await wait(for: "its end") { await worker.ids("openrouter").count == 3 }
      }
      let versions = try await [
        fleet.one.service.readFullCatalog().version, fleet.two.service.readFullCatalog().version,
      ]
      let version = await fleet.database.manifest().version
      #expect(versions == [version, version])
    }
  }

  @Test("What was cached by hand yields on both workers to the next change of the database")
  func byHandYields() async throws {
    try await Fleet.with { fleet in
      let offers = try [Offer.sample(provider: "openrouter", id: "acme/by-hand")]
      #expect(await fleet.one.service.cacheGatewayCatalog("openrouter", offers))
      #expect(await fleet.two.ids("openrouter") == ["acme/by-hand"])
      try await fleet.add("acme/new", to: "openrouter")
      try await fleet.two.service.publish(await fleet.database.manifest())
      for worker in fleet.workers { #expect(await worker.ids("openrouter").count == 4) }
    }
  }

  // MARK: Figures

  @Test("More than nine of ten reads are hits, while the catalog changes now and then")
  func hitRate() async throws {
    try await Fleet.with { fleet in
      for round in 0..<100 {
        for worker in fleet.workers {
          _ = await worker.service.fullCatalog()
          _ = await worker.service.uniqueModels()
          _ = await worker.ids("openrouter")
          _ = await worker.service.model("gpt-4o")
        }
        if round.isMultiple(of: 25) {
          try await fleet.add("claude-\(round)", to: "anthropic")
          try await fleet.one.service.publish(await fleet.database.manifest())
        }
      }
      for worker in fleet.workers {
        let report = await worker.service.cacheStatistics()
        #expect(report.totalRequests > 400 && report.hitRatePercent > 90)
      }
      #expect(fleet.loads <= 1 + 4)
    }
  }

  @Test("Each worker tells what the whole fleet did")
  func fleetStatistics() async throws {
    try await Fleet.with { fleet in
      for _ in 0..<10 { _ = await fleet.one.service.fullCatalog() }
      for _ in 0..<5 { _ = await fleet.two.service.uniqueModels() }
      let requests = fleet.workers.map { $0.service.counters.statistics.totalRequests }.reduce(0, +)
      try await wait(for: "the reports of both") {
        await fleet.one.service.cacheStatistics().fleet?.statistics.totalRequests == requests
      }
      let fleetReport = try #require(await fleet.two.service.cacheStatistics().fleet)
      #expect(fleetReport.statistics[.databaseLoads] == 1 && fleetReport.statistics[.sharedParts] == 3)
      #expect(fleetReport.workers.map(\.id) == fleet.workers.map(\.service.configuration.workerID).sorted())
      let version = await fleet.database.manifest().version
      #expect(fleetReport.workers.allSatisfy { $0.version == version && $0.isFresh })
    }
  }
}
