import CatalogServer
import NIOCore
import TestSupport
import Testing

/// What clients may ask of a running server, and what it still answers when they ask for more.
@Suite(.timeLimit(.minutes(1)))
struct LimitTests {
  @Test("a client that asks too much has to wait, and is still given what is ready")
  func costly() async throws {
    try await TestServer.run(
      Catalogs.small(), setup: { $0.configuration.limits.costlyRequests = RateLimit(1, per: .seconds(600), burst: 3) }
    ) { server in
      for limit in 1...3 { #expect(try await server.get("/v1/models?limit=\(limit)").status == 200) }
      let refused = try await server.get("/v1/models?limit=4")
      #expect(refused.status == 429)
      #expect(refused["content-type"] == "application/problem+json")
      #expect(Int(refused["retry-after"] ?? "").map { (1...600).contains($0) } == true)
      #expect(try await server.get("/v1/changes").status == 429)
      #expect(try await server.post("/v1/models/compare", #"{"models":["gpt-4o"]}"#).status == 429)
      #expect(try await server.get("/v1/models/no-such-model").status == 429)
      // What was made before, a single model, and what the server is looked after with.
      #expect(try await server.get("/v1/models?limit=2").status == 200)
      #expect(try await server.get("/v1/models?limit=2", TestServer.slowField).status == 200)
      #expect(try await server.get("/v1/models/gpt-4o").status == 200)
      #expect(try await server.get("/health/ready").status == 200)
      #expect(try await server.get("/nowhere").status == 404)
    }
  }

  @Test("pages of the console count too, what they load does not")
  func console() async throws {
    try await TestServer.run(
      Catalogs.small(), setup: { $0.configuration.limits.costlyRequests = RateLimit(1, per: .seconds(600), burst: 2) }
    ) { server in
      for target in ["/console", "/console/ops"] { #expect(try await server.get(target).status != 429) }
      for target in ["/console", "/console/ops", "/console/login", "/console/nowhere"] {
        let response = try await server.get(target)
        let page = try ConsoleReader(response, status: 429)
        #expect(page.text.contains("429"), "\(target)")
        #expect(Int(response["retry-after"] ?? "").map { (1...600).contains($0) } == true, "\(target)")
      }
      for _ in 0..<3 { #expect(try await server.get("/console/assets/console.css").status == 200) }
      #expect(try await server.get("/").status == 200)
    }
  }

  @Test("without a limit a client may ask what it likes")
  func unlimited() async throws {
    try await TestServer.run(Catalogs.small(), setup: { $0.configuration.limits.costlyRequests = nil }) { server in
      for limit in 1...50 {
        let response = try await server.get("/v1/models?limit=\(limit)")
        #expect(response.status == 200)
      }
    }
  }

  /// Behind a proxy, each client may send two wrong keys.
  private static func allowTwoWrongKeys(_ setup: inout TestServer.Setup) {
    setup.configuration.adminKeys = [Admin.key]
    setup.configuration.limits.wrongKeys = RateLimit(1, per: .seconds(600), burst: 2)
    setup.configuration.limits.trustedProxies = 1
  }

  @Test("after too many wrong keys not even the right one is looked at, and others are not held up")
  func wrongKeys() async throws {
    try await TestServer.run(Catalogs.small(), setup: Self.allowTwoWrongKeys) { server in
      let call = { (key: String, client: String) in
        try await server.send(
          "GET", "/admin/cache-status", fields: ["Authorization: Bearer \(key)", "X-Forwarded-For: \(client)"])
      }
      #expect(try await call(Admin.key, "192.0.2.1").status == 200)
      for _ in 0..<2 { #expect(try await call("wrong-key-wrong-key", "192.0.2.1").status == 401) }
      let refused = try await call(Admin.key, "192.0.2.1")
      #expect(refused.status == 429)
      #expect(refused["retry-after"] != nil)
      #expect(try await call("wrong-key-wrong-key", "192.0.2.1").status == 429)
      #expect(try await call(Admin.key, "192.0.2.2").status == 200)
    }
  }

  @Test("wrong keys that one client types at the login lock out that client alone, of the admin routes too")
  func wrongKeysAtLogin() async throws {
    try await TestServer.run(Catalogs.small(), setup: Self.allowTwoWrongKeys) { server in
      let login = { (key: String, client: String) in
        try await server.submit(
          "/console/login", ["key": key], from: ["Origin: http://localhost", "X-Forwarded-For: \(client)"])
      }
      for _ in 0..<2 { #expect(try await login("wrong", "192.0.2.1").status == 403) }
      let refused = try await login(Admin.key, "192.0.2.1")
      _ = try ConsoleReader(refused, status: 429)
      #expect(refused["retry-after"] != nil && refused["set-cookie"] == nil)
      let call = try await server.send(
        "GET", "/admin/cache-status",
        fields: ["Authorization: Bearer \(Admin.key)", "X-Forwarded-For: 192.0.2.1"])
      #expect(call.status == 429)
      #expect(try await login(Admin.key, "192.0.2.2").status == 303)
    }
  }

  @Test("a server with too many requests refuses further ones, but not those that it is looked after with")
  func tooManyRequests() async throws {
    try await TestServer.run(Catalogs.small(), setup: { $0.configuration.limits.concurrentRequests = 0 }) { server in
      let refused = try await server.get("/v1/models?limit=1")
      #expect(refused.status == 503)
      #expect(refused["retry-after"] == "1")
      let page = try await server.get("/console")
      _ = try ConsoleReader(page, status: 503)
      #expect(page["retry-after"] == "1")
      #expect(try await server.get("/v1/models/gpt-4o").status == 200)
      for path in ["/health/live", "/health/ready", "/"] { #expect(try await server.get(path).status == 200) }
    }
  }

  @Test(
    "a body that does not come keeps nobody out, and is not refused once it has come",
    arguments: [
      ("/v1/models/compare", "Accept: */*"), ("/console/login", "Content-Type: application/x-www-form-urlencoded"),
      ("/admin/providers/x", "Authorization: Bearer \(Admin.key)"),
    ])
  func slowBody(target: String, field: String) async throws {
    try await TestServer.run(
      Catalogs.small(),
      setup: {
        $0.configuration.limits.concurrentRequests = 1
        $0.configuration.adminKeys = [Admin.key]
      }
    ) { server in
      var attempt = 0
      var outcome = (refused: 0, status: 503)
      // It is refused when it comes while another request has the only place.
      while outcome.status == 503, attempt < 20 {
        attempt += 1
        outcome = try await Self.sendSlowly(to: target, field, on: server, attempt: attempt)
      }
      #expect([400, 403, 422].contains(outcome.status), "\(outcome.status)")
      // It has a place for the moment until its body is waited for, and no longer.
      #expect(outcome.refused < 5)
      #expect(try await server.get("/v1/models?limit=1000").status == 200)
    }
  }

  /// Sends a request whose body takes its time, and others meanwhile; says how many of those were refused, and what became of it.
  private static func sendSlowly(
    to target: String, _ field: String, on server: TestServer, attempt: Int
  ) async throws -> (refused: Int, status: Int) {
    let fields = [field, "Origin: http://localhost", "Content-Length: 20", "Connection: close"]
    let method = target.hasPrefix("/admin") ? "PUT" : "POST"
    var outcome = (refused: 0, status: 0)
    try await server.connect { client in
      client.send(TestServer.request(method, target, fields: fields))
      client.send("{")
      for page in 1...30 {
        let response = try await server.get("/v1/models?limit=\(page + attempt * 30)")
        if response.status != 200 { outcome.refused += 1 }
      }
      client.send(String(repeating: " ", count: 19))
      outcome.status = try await client.response().status
    }
    return outcome
  }

  @Test(
    "a request that comes too slowly ends its connection, also when something comes all the time",
    arguments: [
      "GET /v1/models?limit=1 HTTP/1.1\r\nHost: a\r\nX-Slow: ",
      "POST /v1/models/compare HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n",
      "POST /v1/models/compare HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2710\r\n",
    ])
  func slowRequest(_ start: String) async throws {
    try await TestServer.run(
      Catalogs.small(), setup: { $0.configuration.limits.requestTimeout = .milliseconds(300) }
    ) { server in
      try await server.connect { client in
        let begin = ContinuousClock.now
        client.send(start)
        let dripping = Task {
          while !Task.isCancelled {
            client.send("x")
            try await Task.sleep(for: .milliseconds(20))
          }
        }
        _ = await client.rest()
        dripping.cancel()
        #expect(ContinuousClock.now - begin >= .milliseconds(290))
      }
    }
  }

  @Test("a connection is kept although all of its requests together take long")
  func keptConnection() async throws {
    try await TestServer.run(
      Catalogs.small(), setup: { $0.configuration.limits.requestTimeout = .milliseconds(200) }
    ) { server in
      try await server.connect { client in
        let body = #"{"models":["gpt-4o"]}"#
        for _ in 0..<5 {
          client.send(TestServer.request("POST", "/v1/models/compare", body: body))
          #expect(try await client.response().status == 200)
          try await Task.sleep(for: .milliseconds(100))
        }
      }
    }
  }

  @Test("a body that is too large is refused, with a length and in chunks")
  func largeBody() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let text = String(repeating: "x", count: 70_000)
      #expect(try await server.send("POST", "/v1/cost/estimate", body: text).status == 413)
      try await server.connect { client in
        let chunk = String(repeating: "y", count: 0x1000)
        client.send("POST /v1/cost/estimate HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<20 { client.send("1000\r\n\(chunk)\r\n") }
        client.send("0\r\n\r\n")
        let response = try await client.response()
        #expect(response.status == 413)
      }
    }
  }
}
