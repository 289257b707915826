import Catalog
import RedisClient
import TestSupport
import Testing
import TieredCaching

extension CatalogCachingIntegrationTests {
  /// What is usual in production, except that things are noticed more quickly.
  private static let production = CachePolicy(
    coherence: .strict, heartbeat: .milliseconds(50), retryDelay: .milliseconds(50))

  @Test("While Redis is gone reads go on and see changes; when it is back, everything is used again within 5 s")
  func redisKilled() async throws {
    try await Fleet.with(patience: nil, configure: { $0.policy = Self.production }) { fleet in
      try await fleet.server.kill()
      for round in 0..<20 {
        for worker in fleet.workers { #expect(await worker.service.fullCatalog().count == 5, "round \(round)") }
        try await Task.sleep(for: .milliseconds(20))
      }
      try await fleet.add("claude-opus-5", to: "anthropic")
      for worker in fleet.workers {
        try await worker.expect(2, of: "anthropic", within: Self.production.stalenessBound)
      }
      try await wait(for: "the log lines") { fleet.workers.allSatisfy { $0.log.count("Redis unavailable") > 0 } }

      try await fleet.server.start()
      try await wait(for: "recovery", within: .seconds(5)) {
        fleet.workers.allSatisfy {
          $0.log.count("Redis available again") > 0 && $0.service.coherence.breaker == .closed
        }
      }
      // Not once per read. On a machine with too much to do, Redis can seem gone once more while it starts.
      for worker in fleet.workers { #expect((1...3).contains(worker.log.count("Redis unavailable"))) }
      try await wait(for: "a manifest") { try await fleet.redis.hasManifest() }
      try await wait(for: "reports") { await fleet.one.service.cacheStatistics().fleet?.workers.count == 2 }

      // Strict coherence through Redis works again.
      try await fleet.add("claude-haiku-5", to: "anthropic")
      try await fleet.one.service.publish(await fleet.database.manifest())
      #expect(await fleet.two.ids("anthropic").count == 3)
    }
  }

  @Test("A Redis that is silent costs a read the soft timeout at most a few times, and no answer")
  func redisSilent() async throws {
    try await Fleet.with(patience: nil, configure: { $0.policy = Self.production }) { fleet in
      fleet.server.pause()
      let start = ContinuousClock.now
      for _ in 0..<100 { #expect(await fleet.one.service.fullCatalog().count == 5) }
      // A hundred soft timeouts would take five seconds.
      #expect(ContinuousClock.now - start < .seconds(3))
      try await wait(for: "an open breaker") { fleet.one.service.coherence.breaker != .closed }
      fleet.server.resume()
      try await wait(for: "recovery", within: .seconds(5)) { fleet.one.service.coherence.breaker == .closed }
      #expect(try await fleet.one.service.readFullCatalog().freshness == .fresh)
    }
  }

  @Test("A worker that starts while Redis is down serves from the database, and fills Redis when it comes")
  func startedWhileDown() async throws {
    let server = try RedisServer()
    let database = try await Samples.database()
    try await Fleet.worker(server, database, patience: nil, configure: { $0.policy = Self.production }) { one in
      let answer = try await one.service.readFullCatalog()
      #expect(answer.value.count == 5 && one.loads == 1)
      for _ in 0..<20 { #expect(await one.service.fullCatalog().count == 5) }

      try await server.start()
      try await Fleet.client(of: server) { redis in
        try await wait(for: "a manifest in Redis", within: .seconds(5)) { try await redis.hasManifest() }
        #expect(await one.service.invalidateGatewayCatalog("openrouter"))
        try await one.service.finishSharing()
        #expect(try await redis.text("models:provider:openrouter")?.hasPrefix("modelcatalog/1 kind=part") == true)
      }
    }
    try await server.kill()
  }

  @Test("When Redis loses its data, reads go on and the manifest is filled again from the database")
  func dataLost() async throws {
    try await Fleet.with { fleet in
      for _ in 0..<5 {
        try await fleet.redis.execute(Raw("FLUSHALL"))
        for worker in fleet.workers {
          let answer = try await worker.service.readFullCatalog()
          #expect(answer.value.count == 5)
        }
        try await wait(for: "a manifest") { try await fleet.redis.hasManifest() }
        #expect(await fleet.two.service.invalidateGatewayCatalog("openrouter"))
        let version = await fleet.database.manifest().version
        #expect(try await fleet.one.service.readFullCatalog().version == version)
      }
    }
  }

  @Test(
    "Whatever somebody writes over the keys in Redis, reads go on, and everything is put right again",
    arguments: ["models:manifest", "models:lease", "models:provider:openrouter", "models:workers", "models:fleet"])
  func overwritten(key: String) async throws {
    try await Fleet.with { fleet in
      for command in [["SET", key, "garbage"], ["RPUSH", key, "garbage"]] {
        try await fleet.redis.del([key])
        try await fleet.redis.execute(Raw(command[0], command.dropFirst().map { .text($0) }))
        for worker in fleet.workers { #expect(await worker.service.fullCatalog().count == 5) }
        #expect(await fleet.one.service.invalidateGatewayCatalog("openrouter"))
        for worker in fleet.workers {
          let answer = try await worker.service.readFullCatalog()
          #expect(answer.value.count == 5 && answer.freshness == .fresh)
        }
        try await wait(for: "a manifest") { try await fleet.redis.hasManifest() }
        try await wait(for: "reports") { await fleet.one.service.cacheStatistics().fleet?.workers.count == 2 }
      }
      try await Fleet.worker(fleet.server, fleet.database) { three in
        let answer = try await three.service.readFullCatalog()
        #expect(answer.value.count == 5 && answer.freshness == .fresh)
      }
    }
  }

  @Test("A database that fails costs no reader anything while another worker's parts are in Redis")
  func databaseFails() async throws {
    try await Fleet.with { fleet in
      for worker in fleet.workers { worker.database.fail(.load, with: Outage()) }
      try await Fleet.worker(fleet.server, fleet.database) { three in
        three.database.fail(.load, with: Outage())
        let answer = try await three.service.readFullCatalog()
        #expect(answer.value.count == 5 && answer.freshness == .fresh && answer.tier != .database)
      }
    }
  }
}
