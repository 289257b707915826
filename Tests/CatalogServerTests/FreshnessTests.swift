import Catalog
import CatalogServer
import Logging
import TestSupport
import Testing
import TieredCaching

@Suite(.timeLimit(.minutes(1)))
struct FreshnessTests {
  @Test("a change that was committed is served soon, without anybody asking for it")
  func commitIsServed() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let before = try await server.get("/v1/models")
      try await server.store.replace(with: [try .sample(provider: "openai", id: "gpt-4o", contextLength: 7)])
      try await server.connect { client in
        let deadline = ContinuousClock.now + .seconds(10)
        var context: Int?
        repeat {
          client.send(TestServer.request("GET", "/v1/models/gpt-4o?gateway=openai"))
          context = try await client.response().json["context_length"]?.int
        } while context != 7 && ContinuousClock.now < deadline
        #expect(context == 7)
      }
      let after = try await server.get("/v1/models")
      #expect(after["x-catalog-version"] != before["x-catalog-version"])
      #expect(after.text.contains(#""context_length":7,"#))
    }
  }

  @Test("no answer mixes versions while the catalog changes")
  func noMixOfVersions() async throws {
    func round(_ number: Int) throws -> [Offer] {
      try ["first", "second"].flatMap { provider in
        try (0..<20).map { try Offer.sample(provider: provider, id: "m\($0)", contextLength: number) }
      }
    }
    try await TestServer.run(round(1)) { server in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for number in 2...40 {
            try await server.store.replace(with: round(number))
            try await server.service.refresh()
          }
        }
        for target in ["/v1/models", "/v1/models?limit=40&sort=name", "/v1/models/unique?limit=1000"] {
          group.addTask { try await Self.expectOneVersion(target, server, last: 40) }
        }
        try await group.waitForAll()
      }
    }
  }

  /// Reads until the last round is served; in every answer all context lengths must be those of one round, and the same
  /// version must always be the same round.
  private static func expectOneVersion(_ target: String, _ server: TestServer, last: Int) async throws {
    try await server.connect { client in
      var rounds: [String: String] = [:]
      var latest = 0
      while latest < last {
        client.send(TestServer.request("GET", target))
        let response = try await client.response()
        let contexts = Set(response.text.matches(of: /"context_length":(\d+)/).map { String($0.1) })
        try #require(contexts.count == 1, "\(target): \(contexts)")
        let context = try #require(contexts.first)
        let version = try #require(response["x-catalog-version"])
        #expect(rounds[version, default: context] == context)
        rounds[version] = context
        let number = try #require(Int(context))
        #expect(number >= latest, "an older version came back")
        latest = number
      }
    }
  }

  @Test("while the database fails, reads go on, marked as stale, and health says so")
  func storeFails() async throws {
    let time = ManualTime()
    try await TestServer.run(
      Catalogs.small(),
      setup: {
        $0.time = time
        $0.policy = CachePolicy()
      }
    ) { server in
      let fresh = try await server.get("/v1/models")
      #expect(try await server.json("/health/ready")["status"] == .string("ready"))
      for operation in [FaultyCatalogStore.Operation.manifest, .load, .changes] {
        server.store.fail(operation, with: StoreError.unavailable("the disk is gone"))
      }
      time.advance(by: .seconds(7))
      for target in ["/v1/models", "/v1/stats", "/v1/models/gpt-4o"] {
        let stale = try await server.get(target)
        #expect(stale.status == 200)
        #expect(stale["x-cache"]?.hasSuffix("state=stale") == true, "\(target)")
        #expect(stale["age"] == "7")
      }
      #expect(try await server.get("/v1/models").body == fresh.body)
      let health = try await server.json("/health/ready")
      #expect(health["status"] == .string("stale"))
      #expect(health["models"]?.int == 7)
      let changes = try await server.get("/v1/changes")
      #expect(changes.status == 503)
      #expect(changes["retry-after"] != nil)

      server.store.fail(.manifest, with: nil)
      time.advance(by: .seconds(1))
      try await server.service.refresh()
      #expect(try await server.get("/v1/models")["x-cache"]?.hasSuffix("state=fresh") == true)
      #expect(try await server.json("/health")["status"] == .string("ready"))
    }
  }

  @Test("what cannot be confirmed beyond the stale limit is not served any more, nor called empty")
  func tooStale() async throws {
    let time = ManualTime()
    try await TestServer.run(
      Catalogs.small(),
      setup: {
        $0.time = time
        $0.policy = CachePolicy()
      }
    ) { server in
      server.store.fail(.manifest, with: StoreError.unavailable("the disk is gone"))
      time.advance(by: .seconds(4_000))
      for target in ["/v1/models", "/v1/models/gpt-4o"] {
        let response = try await server.get(target)
        #expect(response.status == 503)
        #expect(try response.json["detail"]?.string?.contains("database does not answer") == true)
      }
      #expect(try await server.get("/health/ready").status == 503)
      #expect(try await server.get("/health/live").status == 200)
    }
  }

  @Test("what failed stands in the log and is told to operators, and to nobody else")
  func privateReasons() async throws {
    let (time, log) = (ManualTime(), RecordingLog())
    let secret = "10.9.8.7"
    try await TestServer.run(
      Catalogs.small(),
      setup: {
        $0.time = time
        $0.policy = CachePolicy()
        $0.logger = log.logger
        $0.configuration.adminKeys = [Admin.key]
      }
    ) { server in
      for operation in [FaultyCatalogStore.Operation.manifest, .load, .changes, .changesOfOffers] {
        server.store.fail(operation, with: StoreError.unavailable("postgres://me@\(secret)/gateway: refused"))
      }
      let expectSilence = { (method: String, targets: [String]) in
        for target in targets {
          let before = log.lines.count
          let response = try await server.send(method, target, body: method == "POST" ? #"{"models":["gpt-4o"]}"# : nil)
          #expect(response.status == 503, "\(target)")
          #expect(!response.text.contains(secret), "\(target): \(response.text)")
          let told = log.lines.dropFirst(before).contains {
            $0.level == .warning && $0.metadata["reason"]?.contains(secret) == true
          }
          #expect(told || target == "/health/ready", "\(target)")
        }
      }
      try await expectSilence(
        "GET", ["/v1/changes", "/v1/changes.atom", "/v1/models/gpt-4o/history", "/console/changes"])
      time.advance(by: .seconds(4_000))
      try await expectSilence(
        "GET", ["/v1/models?limit=1", "/v1/models/gpt-4o", "/v1/deprecations", "/console", "/health/ready"])
      try await expectSilence("POST", ["/v1/models/compare"])
      #expect(try await server.get("/health/ready").json["last_failure"] == .string("database"))
      #expect(try await server.admin("GET", "/admin/cache-status").text.contains(secret))
      #expect(try await OperatorBrowser(server).get("/console/ops").text.contains(secret))
    }
  }

  @Test("before the first load, reads are refused with a problem and the server is not ready")
  func beforeFirstLoad() async throws {
    try await TestServer.run(
      Catalogs.small(),
      setup: { setup in
        setup.waitsForLoad = false
        setup.prepareStore = { $0.fail(.load, with: StoreError.unavailable("no such table")) }
      }
    ) { server in
      for target in ["/v1/models", "/v1/models/unique", "/v1/stats", "/v1/models/gpt-4o"] {
        let response = try await server.get(target)
        #expect(response.status == 503, "\(target)")
        #expect(response["content-type"] == "application/problem+json")
        #expect(response["retry-after"] != nil)
      }
      #expect(try await server.post("/v1/models/compare", #"{"models":["gpt-4o"]}"#).status == 503)
      let ready = try await server.get("/health/ready")
      #expect(ready.status == 503)
      #expect(try ready.json["status"] == .string("not_ready"))
      #expect(try await server.get("/health/live").status == 200)
      server.store.fail(.load, with: nil)
      try await server.service.refresh()
      #expect(try await server.json("/v1/models")["total"]?.int == 7)
    }
  }

  @Test("an empty catalog is an empty list, not an error")
  func emptyCatalog() async throws {
    try await TestServer.run { server in
      let list = try await server.json("/v1/models")
      #expect(list["data"]?.array?.isEmpty == true)
      #expect(list["total"]?.int == 0)
      #expect(try await server.json("/v1/stats")["total_models"]?.int == 0)
      #expect(try await server.json("/health/catalog/models")["status"] == .string("empty"))
    }
  }
}
