import RedisTier
import TestSupport
import Testing
import TieredCaching

@testable import Catalog

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

  @Test("An outage of the database ends with a line, and the next one is logged again, be it for the same reason")
  func failureAgain() async throws {
    try await Worker.with { worker in
      _ = await worker.service.fullCatalog()
      for outage in 1...2 {
        worker.database.fail(.manifest, with: Outage())
        try await wait(for: "the failure") { worker.log.count("Catalog cannot be confirmed") == outage }
        #expect(worker.log.count("The database answers again") == outage - 1)
        worker.database.fail(.manifest, with: nil)
        try await wait(for: "the recovery") { worker.log.count("The database answers again") == outage }
      }
      #expect(worker.log.lines.contains("notice: The database answers again"))
    }
  }

  @Test("A database that answers now and then is told of once")
  func flapping() throws {
    let log = RecordingLog()
    let events = CacheEventLog(logger: log.logger)
    for _ in 0..<20 {
      events.record(.failed(reason: "away", isLoad: false))
      for _ in 0..<3 { events.record(.checked(.database, duration: .zero)) }
    }
    #expect(log.lines.count == 1)
    for _ in 0..<8 { events.record(.checked(.database, duration: .zero)) }
    #expect(log.count("The database answers again") == 1)
  }

  @Test("What cannot be loaded from a database that answers is logged once, and the database is not called back again")
  func loadFailure() async throws {
    let database = try await Samples.database()
    try await Worker.with(database) { worker in
      _ = await worker.service.fullCatalog()
      worker.database.fail(.load, with: Outage())
      try await database.importOffers([.sample(contextLength: 5)])
      let failures = { worker.service.counters.statistics[.errors] }
      try await wait(for: "failures") { failures() > 3 }
      #expect(worker.log.count("Catalog cannot be confirmed") == 1)
      #expect(worker.log.count("The database answers again") == 0)
    }
  }

  @Test("A call that asks for what is none says nothing about the database, neither in the log nor in the counts")
  func callFailure() async throws {
    try await Worker.with { worker in
      _ = await worker.service.fullCatalog()
      #expect(await worker.service.gatewayCatalog("no such name!").isEmpty)
      #expect(worker.log.count("Catalog call failed") == 1)
      #expect(worker.log.count("Catalog cannot be confirmed") == 0)
      #expect(worker.service.counters.statistics[.errors] == 0)
    }
  }
}
