import Catalog
import RedisTier
import TestSupport
import Testing
import TieredCaching

extension UnifiedCatalogCacheTests {
  @Test("Hits and misses are logged in the words of the specification")
  func readLines() async throws {
    try await Worker.with(time: ManualTime()) { worker in
      _ = await worker.service.uniqueModels()
      _ = await worker.service.fullCatalog()
      #expect(worker.log.lines.contains("debug: Cache MISS: Unique models"))
      #expect(worker.log.lines.contains("trace: Cache HIT: Full model catalog"))
    }
  }

  @Test("Sets and invalidations are logged in the words of the specification")
  func writeLines() async throws {
    let offers = try (0..<1234).map { try Offer.sample(provider: "openrouter", id: "acme/model-\($0)") }
    try await Worker.with(Samples.database(offers), shared: InProcessTier(keepsEveryPart: true)) { worker in
      _ = await worker.service.fullCatalog()
      try await worker.service.finishSharing()
      #expect(await worker.service.invalidateGatewayCatalog("openrouter"))
      #expect(
        await worker.service.cacheGatewayCatalog("openrouter", Array(offers.prefix(2)), ttl: .seconds(120)))
      let lines = worker.log.lines
      #expect(lines.contains("info: Cache SET: Gateway catalog for openrouter (1234 models, TTL: 1800s)"))
      #expect(lines.contains("notice: Cache INVALIDATE: Gateway catalog for openrouter"))
      #expect(lines.contains("info: Cache SET: Gateway catalog for openrouter (2 models, TTL: 120s)"))
    }
  }

  @Test("Redis that is not there is logged once, and the catalog is served without it")
  func redisUnavailable() async throws {
    // The server is never started, so nobody listens on its port.
    let server = try RedisServer()
    let policy = CachePolicy(heartbeat: .milliseconds(50))
    try await Worker.with(shared: RedisSharedTier(server), configure: { $0.policy = policy }) { worker in
      for _ in 0..<30 {
        #expect(await worker.service.fullCatalog().count == 5)
        try await Task.sleep(for: .milliseconds(50))
      }
      try await wait(for: "the log line") { worker.log.count("Redis unavailable") > 0 }
      #expect(worker.log.count("Redis unavailable") == 1)
      #expect(worker.log.count("Redis available again") == 0)
      #expect(await worker.service.cacheStatistics().fleetFailure != nil)
      #expect(await !worker.service.cacheGatewayCatalog("openrouter", []))
    }
  }

  @Test("The same failure of the database is logged once")
  func failureOnce() async throws {
    try await Worker.with { worker in
      _ = await worker.service.fullCatalog()
      worker.database.fail(.manifest, with: Outage())
      let failures = { worker.service.counters.statistics[.errors] }
      try await wait(for: "failures") { failures() > 5 }
      #expect(worker.log.count("Catalog cannot be confirmed") == 1)
    }
  }
}
