import Catalog
import NIOCore
import TestSupport
import Testing

/// The fast path in a running server: nobody can tell its answers from those of the HTTP parser's path.
@Suite(.timeLimit(.minutes(1)))
struct FastPathTests {
  private static let oddTargets = [
    "/", "/v1//models", "//v1/models", "/v1/models/", "/v1/models?", "/v1/models?&&limit=2", "/v1/models#x",
    "/v1/models/gpt-4o/", "/v1/models//gpt-4o", "/v1/models/gpt-4o?", "/v1/models/gpt-4o#x", "/v1/models/%67pt-4o",
    "/v1/models/gpt-4o/offers/", "/v1/models/openai//gpt-4o", "/v1/models/compare", "/v1/models/batch-compare",
    "/v1/models/offers", "/v1/models/x/offers", "/v1/models/by-category/free", "/v1/models/unique/",
    "/v1/models/../stats", "/V1/models", "/v1/models/GPT-4O", "/v1/models/a+b", "/v1/models/no-such-model",
    "/v1/models?limit=0", "/health/live", "/v1/models?%6Cimit=2", "/v1/models?q=%22%3C", "/v1/models/%",
    "/v1/models?q={|}",
  ]

  private static let fieldSets: [[String]] = [
    [], ["Accept-Encoding: gzip"], ["accept-encoding:gzip"], ["Accept-Encoding: gzip;q=0, br"],
    ["Accept-Encoding: gzip", "Accept-Encoding: br"], ["Accept-Encoding: br", "Accept-Encoding: gzip"],
    ["If-None-Match: *"], ["If-None-Match: \"a\", \"b\""], ["If-None-Match: \"a\"", "If-None-Match: *"],
    ["Connection: keep-alive"], ["If-None-Match:"], ["X-Odd: \u{e9}"],
  ]

  @Test("it answers like the HTTP parser's path", arguments: fieldSets)
  func sameAnswer(_ fields: [String]) async throws {
    let special = ["compare", "batch-compare", "offers", "x", "x/offers", "by-category/free", "unique"]
    try await TestServer.run(Catalogs.small() + special.map { try .sample(id: $0) }) { server in
      // Odd targets differ in how they are routed, which no header field but the encoding plays a part in.
      for target in readTargets + (fields.isEmpty || fields == ["Accept-Encoding: gzip"] ? Self.oddTargets : []) {
        try await Self.expectSameAnswer(target, fields, server)
      }
    }
  }

  /// Asks once for the answer to be made and once for the answer that is ready, then along the HTTP parser's path.
  private static func expectSameAnswer(_ target: String, _ fields: [String], _ server: TestServer) async throws {
    try await server.connect { client in
      let plain = TestServer.request("GET", target, fields: fields)
      let slow = TestServer.request("GET", target, fields: fields + [TestServer.slowField])
      var answers: [String] = []
      for request in [plain, plain, slow] {
        client.send(request)
        answers.append(try await client.response().comparable)
      }
      #expect(answers[0] == answers[2], "\(target) \(fields)")
      #expect(answers[1] == answers[2], "\(target) \(fields)")
    }
  }

  @Test("it answers random targets like the HTTP parser's path", arguments: [1, 2, 3] as [UInt64])
  func sameAnswerToRandomTargets(_ seed: UInt64) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      var generator = SplitMix64(seed: seed)
      for _ in 0..<50 {
        try await Self.expectSameAnswer(Self.randomTarget(using: &generator), [], server)
      }
    }
  }

  private static func randomTarget(using generator: inout SplitMix64) -> String {
    let segments = [
      "v1", "models", "unique", "search", "gpt-4o", "openai", "offers", "compare", "pricing", "stats", "gateways",
      "%2F", "a%20b", "", ".", "by-category", "free", "health", "catalog", "changes",
    ]
    let parameters = [
      "limit=3", "limit=0", "offset=2", "gateway=router", "gateway=nobody", "q=gpt", "sort=price", "order=desc", "x=1",
      "unique_models=true", "cursor=1-a-0", "%", "=", "is_free=true",
    ]
    var pieces = Bool.random(using: &generator) ? ["v1", "models"] : []
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      pieces.append(segments.randomElement(using: &generator) ?? "")
    }
    let query = (0..<Int.random(in: 0...2, using: &generator)).compactMap { _ in
      parameters.randomElement(using: &generator)
    }
    return "/" + pieces.joined(separator: "/") + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
  }

  /// Requests of all kinds with the same answer each time.
  private static let mixed = [
    TestServer.request("GET", "/v1/stats"), TestServer.request("GET", "/v1/models/gpt-4o"),
    TestServer.request("GET", "/v1/models?limit=2"), TestServer.request("GET", "/nowhere"),
    TestServer.request("GET", "/v1/models"), TestServer.request("GET", "/v1/models?limit=0"),
    TestServer.request("GET", "/v1/models/openai/gpt-4o", fields: ["Accept-Encoding: gzip"]),
    TestServer.request("GET", "/v1/stats", fields: ["If-None-Match: *"]),
  ]
  private static let withBodies = [
    TestServer.request("POST", "/v1/models/compare", body: #"{"models":["gpt-4o"]}"#),
    TestServer.request("POST", "/v1/cost/estimate", body: #"{"model":"gpt-4o","input_tokens":9}"#),
    TestServer.request("GET", "/v1/gateways", fields: [TestServer.slowField]),
    TestServer.request("GET", "/v1/stats", fields: ["Content-Length: 3"]) + "abc",
  ]

  @Test("pipelined requests of all kinds are answered in order", arguments: 0..<6 as Range<UInt64>)
  func pipelining(_ seed: UInt64) async throws {
    try await TestServer.run(Catalogs.small() + Catalogs.random(providers: 1)) { server in
      var generator = SplitMix64(seed: seed)
      let kinds = Self.mixed + (seed % 2 == 0 ? Self.withBodies : [])
      var expected: [String: String] = [:]
      for kind in kinds {
        expected[kind] = try await server.connect { client in
          client.send(kind)
          return try await client.response().comparable
        }
      }
      let requests = (0..<200).map { _ in kinds.randomElement(using: &generator) ?? "" }
      try await server.connect { client in
        client.send(requests.joined())
        for (index, request) in requests.enumerated() {
          let response = try await client.response()
          #expect(response.comparable == expected[request], "request \(index): \(request)")
        }
      }
    }
  }

  @Test("requests that are cut at any byte get the same answers")
  func splitRequests() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let whole =
        TestServer.request("GET", "/v1/stats") + TestServer.request("GET", "/v1/models/gpt-4o", fields: ["Accept: */*"])
      let stats = try await server.get("/v1/stats").comparable
      let model = try await server.get("/v1/models/gpt-4o").comparable
      for length in 1..<whole.utf8.count {
        let cut = whole.utf8.index(whole.startIndex, offsetBy: length)
        try await server.connect { client in
          try await client.send(pieces: [whole.utf8[..<cut], whole.utf8[cut...]].map(Substring.init))
          #expect(try await client.response().comparable == stats, "cut at \(length)")
          #expect(try await client.response().comparable == model, "cut at \(length)")
        }
      }
    }
  }

  @Test("a connection on which bytes arrive one by one is answered")
  func oneByteAtATime() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let expected = try await server.get("/v1/stats").comparable
      try await server.connect { client in
        let request = TestServer.request("GET", "/v1/stats")
        try await client.send(pieces: request.utf8.indices.map { Substring(request.utf8[$0...].prefix(1)) })
        #expect(try await client.response().comparable == expected)
      }
    }
  }

  @Test(
    "malformed requests are refused or end the connection, and never get an answer",
    arguments: [
      "nonsense\r\n\r\n", "GET\r\n\r\n", "GET /v1/stats HTTP/1.1\r\nHost : a\r\n\r\n", "GET /v1/stats HTTP/9.9\r\n\r\n",
      "GET /v1/stats HTTP/1.1\r\nHost: a\r\nX: \u{0}\r\n\r\n",
      "GET /v1/stats HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
      "GET /v1/stats HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
      "GET /v1/stats HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\nContent-Length: 4\r\n\r\nGET ",
    ])
  func malformed(_ request: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      _ = try await server.get("/v1/stats")
      try await server.connect { client in
        client.send(request)
        try await client.finish()
        let rest = String(buffer: await client.rest())
        #expect(rest.isEmpty || rest.hasPrefix("HTTP/1.1 4"), "\(rest.prefix(300))")
        #expect(!rest.contains("total_models"))
      }
    }
  }

  @Test("Connection: close is obeyed")
  func connectionClose() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let expected = try await server.get("/v1/stats")
      try await server.connect { client in
        client.send(TestServer.request("GET", "/v1/stats", fields: ["Connection: close"]))
        let response = try await client.response()
        #expect(response.body == expected.body)
        #expect(await client.rest().readableBytes == 0)
      }
    }
  }
}
