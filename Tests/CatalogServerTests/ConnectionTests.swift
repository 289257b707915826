import Catalog
import CatalogServer
import NIOCore
import TestSupport
import Testing
import TieredCaching

/// What clients that are slow, silent or gone can do to the server and to others.
@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
  @Test(
    "a client that does not read is held back while others are served, and then gets everything in order",
    arguments: [[], [TestServer.slowField]] as [[String]])
  func clientThatDoesNotRead(_ fields: [String]) async throws {
    try await TestServer.run(Catalogs.random()) { server in
      let list = try await server.get("/v1/models")
      let stats = try await server.get("/v1/stats")
      let pair =
        TestServer.request("GET", "/v1/models", fields: fields) + TestServer.request("GET", "/v1/stats", fields: fields)
      let pairs = 20_000_000 / list.body.count
      try await server.connect { client in
        let start = server.service.counters.statistics[.hits]
        client.send(String(repeating: pair, count: pairs))
        try await Self.waitUntilStill(from: start) { server.service.counters.statistics[.hits] }
        // The HTTP parser's path runs ahead by the requests that were parsed at once; their bodies are not copies.
        if fields.isEmpty { #expect(server.service.counters.statistics[.hits] < pairs) }
        #expect(try await server.get("/v1/stats").comparable == stats.comparable)
        for _ in 0..<pairs {
          #expect(try await client.response().body == list.body)
          #expect(try await client.response().body == stats.body)
        }
      }
    }
  }

  /// Waits until a count has moved from `start` and then not again for a while; no longer than some seconds.
  private static func waitUntilStill(from start: Int, _ count: () -> Int) async throws {
    var last = start
    var still = 0
    // A busy machine takes its time over answers that are not ready.
    let deadline = ContinuousClock.now + .seconds(30)
    while still < 3, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(150))
      let now = count()
      still = now == last && now != start ? still + 1 : 0
      last = now
    }
  }

  @Test(
    "a client that sends everything and then closes its side gets all answers",
    arguments: [[], [TestServer.slowField]] as [[String]])
  func halfClose(_ fields: [String]) async throws {
    try await TestServer.run(Catalogs.random()) { server in
      let list = try await server.get("/v1/models")
      let count = 8_000_000 / list.body.count
      try await server.connect { client in
        client.send(String(repeating: TestServer.request("GET", "/v1/models", fields: fields), count: count))
        try await client.finish()
        for index in 0..<count {
          let response = try await client.response()
          #expect(response.body == list.body, "response \(index)")
        }
        #expect(await client.rest().readableBytes == 0)
      }
    }
  }

  @Test(
    "a connection on which nothing happens is closed",
    arguments: [
      "", "GET /v1/mod", TestServer.request("GET", "/v1/stats"), TestServer.request("GET", "/nowhere"),
      TestServer.request("GET", "/v1/stats", fields: [TestServer.slowField]),
      "POST /v1/models/compare HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{",
    ])
  func idle(_ request: String) async throws {
    try await TestServer.run(
      Catalogs.small(), setup: { $0.configuration.limits.idleTimeout = .milliseconds(150) }
    ) { server in
      let start = ContinuousClock.now
      try await server.connect { client in
        if !request.isEmpty { client.send(request) }
        _ = await client.rest()
        #expect(ContinuousClock.now - start >= .milliseconds(140))
      }
    }
  }

  @Test("a client that never takes its answers is closed in the end", arguments: [true, false])
  func idleWithoutReading(_ isReady: Bool) async throws {
    try await TestServer.run(
      Catalogs.random(), setup: { $0.configuration.limits.idleTimeout = .milliseconds(150) }
    ) { server in
      let count = 300
      try await server.connect { client in
        // A query that means nothing makes a target of its own, whose answer is not ready.
        let requests = (0..<count).map { index in
          TestServer.request("GET", isReady ? "/v1/models" : "/v1/models?" + String(repeating: "&", count: index))
        }
        let start = server.service.counters.statistics.totalRequests
        client.send(requests.joined())
        try await Self.waitUntilStill(from: start) { server.service.counters.statistics.totalRequests }
        // Two checks may pass before a connection is found to be idle.
        try await Task.sleep(for: .milliseconds(600))
        var answered = 0
        await #expect(throws: ClientError.self) {
          while true {
            _ = try await client.response()
            answered += 1
          }
        }
        #expect(answered < count)
      }
    }
  }

  @Test(
    "a request that wants to leave HTTP gets one answer, and nothing behind it is read",
    arguments: [
      TestServer.request("GET", "/v1/stats", fields: ["Connection: upgrade", "Upgrade: x"]),
      TestServer.request("GET", "/v1/stats", fields: ["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings"]),
      TestServer.request(
        "GET", "/v1/stats", fields: ["Connection: HTTP2-Settings", "Connection: UPGRADE", "Upgrade:"]),
      TestServer.request("POST", "/v1/nowhere", fields: ["Connection: upgrade", "Upgrade: x"], body: "{}"),
      "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ])
  func otherProtocol(_ request: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      try await server.connect { client in
        client.send(TestServer.request("GET", "/v1/models?limit=1") + request + TestServer.request("GET", "/v1/stats"))
        #expect(try await client.response()["connection"] == nil, "the one before it is not the last")
        let response = try await client.response()
        #expect(response.status < 500)
        #expect(response["connection"] == "close")
        for _ in 0..<20 { client.send(String(repeating: "x", count: 1 << 20)) }
        #expect(await client.rest().readableBytes == 0)
      }
    }
  }

  @Test("clients that leave in the middle of anything do no harm")
  func clientsThatLeave() async throws {
    try await TestServer.run(Catalogs.random()) { server in
      let request = TestServer.request("GET", "/v1/models")
      for length in stride(from: 0, to: request.utf8.count + 1, by: 5) {
        try await server.connect { client in client.send(String(decoding: request.utf8.prefix(length), as: UTF8.self)) }
      }
      try await server.connect { client in client.send(String(repeating: request, count: 100)) }
      #expect(try await server.get("/v1/models").status == 200)
    }
  }
}
