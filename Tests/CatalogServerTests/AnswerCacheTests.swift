import Catalog
import TestSupport
import Testing
import TieredCaching

@testable import CatalogServer

/// What clients can do to the memory, the counts and the log of the server.
@Suite(.timeLimit(.minutes(1)))
struct AnswerCacheTests {
  private func cache(_ server: TestServer) async throws -> JSONValue {
    try #require(try await server.json("/health/ready")["cache"])
  }

  /// Sends requests on one connection and gives the statuses of the responses.
  private func send(_ targets: [String], to server: TestServer) async throws -> [Int] {
    try await server.connect { client in
      client.send(targets.map { TestServer.request("GET", $0) }.joined())
      var statuses: [Int] = []
      for _ in targets { statuses.append(try await client.response().status) }
      return statuses
    }
  }

  @Test("the answers that are kept stay within their bounds, whatever is asked for")
  func bounded() async throws {
    let limit = 400_000
    try await TestServer.run(Catalogs.small(), setup: { $0.configuration.answerBytes = limit }) { server in
      let statuses = try await send((0..<600).map { "/v1/models?limit=1&offset=\($0)" }, to: server)
      #expect(statuses.allSatisfy { $0 == 200 })
      let cache = try await cache(server)
      #expect(try #require(cache["entries"]?.int) > 10)
      #expect(try #require(cache["entries"]?.int) <= 500)
      #expect(try #require(cache["size_bytes"]?.int) <= limit)
    }
  }

  @Test(
    "answers that are being made count too: when they would not fit they are made one after the other, and none is lost",
    arguments: [1_000, 1 << 20])
  func answersUnderWay(limit: Int) async throws {
    try await LoadedAnswers.with(Catalogs.small(), answerBytes: limit) { loaded in
      let most = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<200 {
          group.addTask {
            _ = try await loaded.answers.answer("/v1/models?offset=\(number % 100)", acceptsGzip: true)
            let size = loaded.answers.size
            return size.bytes + size.reservedBytes
          }
        }
        return try await group.reduce(0, max)
      }
      #expect(most <= limit)
      #expect(loaded.answers.size.reservedBytes == 0)
    }
  }

  @Test("requests that fail, and addresses that are too long, leave nothing behind")
  func failuresLeaveNothing() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      _ = try await server.get("/v1/models", "Accept-Encoding: gzip")
      let before = try await cache(server)
      let failing = [
        "/v1/models/no-such-model", "/v1/models?colour=red", "/v1/models?limit=0", "/v1/models?gateway=nobody",
        "/nowhere",
        "/v1/models/no-such-model/offers", "/v1/pricing/nothing", "/v1/models/%", "/v1/models/by-category/best",
        "/v1/models?cursor=x", "/health/live",
      ]
      let long = "/v1/models?" + String(repeating: "&", count: 600)
      let statuses = try await send(failing + [long], to: server)
      #expect(statuses.dropLast(2).allSatisfy { $0 >= 400 })
      #expect(statuses.last == 200)
      let after = try await cache(server)
      #expect(after["entries"] == before["entries"])
      #expect(after["size_bytes"] == before["size_bytes"])
      #expect(after["sets"] == before["sets"])
    }
  }

  @Test("the first request for an answer is a miss, later ones are hits, on either path")
  func counts() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      _ = try await server.get("/v1/models", "Accept-Encoding: gzip")
      let before = server.service.counters.statistics
      for fields in [[], [], [TestServer.slowField]] {
        _ = try await server.send("GET", "/v1/gateways", fields: fields)
      }
      let after = server.service.counters.statistics
      #expect(after[.misses] - before[.misses] == 1)
      #expect(after[.hits] - before[.hits] == 2)
      let shown = try await cache(server)
      #expect(shown["hits"]?.int == after[.hits])
      #expect(shown["misses"]?.int == after[.misses])
      #expect(shown["total_requests"]?.int == after.totalRequests)
    }
  }

  @Test("what is prepared before anybody asks is no miss, and a hit for the first who asks")
  func prepared() async throws {
    try await TestServer.run(Catalogs.small(), setup: { $0.configuration.adminKeys = [Admin.key] }) { server in
      let fields = ["Authorization: Bearer \(Admin.key)"]
      let warmed = try await server.send("POST", "/api/system/cache/warm", fields: fields)
      #expect(warmed.status == 200)
      #expect(server.service.counters.statistics[.misses] == 0)
      _ = try await server.get("/v1/models/unique", "Accept-Encoding: gzip")
      #expect(server.service.counters.statistics[.misses] == 0)
      #expect(server.service.counters.statistics[.hits] == 1)
    }
  }

  @Test("many clients that ask for the same answer at once make it once")
  func singleFlight() async throws {
    try await TestServer.run(Catalogs.random()) { server in
      _ = try await server.get("/v1/models", "Accept-Encoding: gzip")
      let before = server.service.counters.statistics
      try await withThrowingTaskGroup(of: [UInt8].self) { group in
        for _ in 0..<20 { group.addTask { try await server.get("/v1/models?sort=price").body } }
        let bodies = try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        #expect(bodies.count == 1)
      }
      // A client that comes between the end of the work and the answer's arrival in the cache may cause it again.
      #expect(server.service.counters.statistics[.sets] - before[.sets] <= 2)
    }
  }

  @Test("when the version moves, the answers of the old one go")
  func versionMoves() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      _ = try await send((0..<50).map { "/v1/models?limit=1&offset=\($0)" }, to: server)
      #expect(try #require(try await cache(server)["entries"]?.int) >= 50)
      try await server.store.replace(with: [try .sample(provider: "newcomer")])
      try await server.service.refresh()
      #expect(try #require(try await cache(server)["entries"]?.int) <= 1)
    }
  }

  @Test("nothing that a client sends reaches the log as it is")
  func log() async throws {
    let log = RecordingLog()
    try await TestServer.run(
      Catalogs.small(),
      setup: { $0.logger = log.logger }
    ) { server in
      server.store.fail(.changes, with: StoreError.unavailable("gone"))
      let marker = "injected"
      for target in [
        "/\(marker)", "/v1/models?q=\(marker)", "/v1/models/\(marker)%0A", "/v1/changes?gateway=\(marker)",
      ] {
        _ = try await server.get(target, "User-Agent: \(marker)", "If-None-Match: \(marker)", "X-\(marker): \(marker)")
      }
      _ = try await server.post("/v1/cost/estimate", "{\"model\":\"\(marker)\"}")
      let lines = log.lines.map(\.text)
      #expect(!lines.isEmpty)
      #expect(lines.filter { $0.contains(marker) } == [])
      #expect(lines.allSatisfy { line in !line.unicodeScalars.contains { $0.properties.generalCategory == .control } })
    }
  }
}
