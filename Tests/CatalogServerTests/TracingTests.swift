import Telemetry
import TestSupport
import Testing
import TieredCaching

@testable import CatalogServer

extension TestServer.Setup {
  /// Lets the spans of requests and of the cache go to a test.
  mutating func trace(with tracer: SpanTracer, _ sampler: TraceSampler) {
    spans = Spans(tracer: tracer)
    configuration.tracing = RequestTracing(tracer: tracer) { parent, state in
      sampler.begin(traceparent: parent, tracestate: state).map { SpanTracer.context(of: $0) }
    }
  }
}

/// What requests leave in a trace.
@Suite(.timeLimit(.minutes(1)))
struct TracingTests {
  private static let parent = "4bf92f3577b34da6a3ce929d0e0e4736"
  private let traces = RecordedTraces()

  /// Runs a test with a server whose sampler takes a share of the requests.
  private func withServer(
    ratio: Double = 1, configure: (inout TestServer.Setup) -> Void = { _ in },
    _ body: (TestServer) async throws -> Void
  ) async throws {
    let sampler = try #require(TraceSampler(named: "parentbased_traceidratio", ratio: ratio))
    try await TestServer.run(Catalogs.small()) { setup in
      setup.trace(with: traces.tracer(ratio: ratio), sampler)
      setup.configuration.warmsOnStartup = false
      configure(&setup)
    } _: { server in
      try await body(server)
    }
  }

  @Test(
    "A read is one tree: first the view is built, then it is found in memory, by the parser's way as by the fast one")
  func readTree() async throws {
    try await withServer { server in
      _ = try await server.get("/v1/stats")
      #expect(
        traces.tree("GET /v1/stats", "cache.decision", "cache.joined", "catalog.view") == [
          "GET /v1/stats catalog.view=stats", "  catalog.read cache.decision=miss catalog.view=stats",
          "    view.build cache.joined=false",
        ])
      for fields in [[], [TestServer.slowField]] {
        let answer = try await server.send("GET", "/v1/stats", fields: fields)
        #expect(
          traces.tree("GET /v1/stats", "cache.decision", "http.response.status_code", "catalog.tier") == [
            "GET /v1/stats http.response.status_code=200", "  catalog.read cache.decision=hit catalog.tier=local",
          ])
        let read = try #require(traces.span("catalog.read"))
        #expect(read["catalog.version"] == answer["x-catalog-version"])
        #expect(traces.span("GET /v1/stats")?["http.response.body.size"] == "\(answer.body.count)")
      }
    }
  }

  @Test("What is loaded for a request is part of its trace, with how much came")
  func load() async throws {
    try await withServer { setup in
      setup.configuration.adminKeys = ["key-for-the-tests-of-traces"]
      // Nobody but the request looks at the database.
      setup.policy = CachePolicy(stalenessBound: .seconds(300), heartbeat: .seconds(60))
    } _: { server in
      let cleared = try await server.send(
        "POST", "/api/system/cache/clear", fields: ["Authorization: Bearer key-for-the-tests-of-traces"])
      #expect(cleared.status == 200)
      let tree = traces.tree("POST /api/system/cache/clear", "cache.lease")
      #expect(tree.contains("  database.check"))
      #expect(tree.contains("  database.load cache.lease=true"))
      #expect(tree.contains("  cache.install"))
      let load = try #require(traces.span("database.load"))
      let rows = try Catalogs.small().count
      #expect(load["catalog.rows"] == "\(rows)")
    }
  }

  @Test("A read that waits for a load that others began says so, and the load is no part of its trace")
  func joins() async throws {
    try await withServer { setup in
      setup.waitsForLoad = false
      setup.prepareStore = { store in
        store.hold(.load) {
          // Until the request is there; ended early, it is the same test.
          do { try await Task.sleep(for: .milliseconds(300)) } catch { return }
        }
      }
    } _: { server in
      while server.store.calls(.load) == 0 { try await Task.sleep(for: .milliseconds(1)) }
      _ = try await server.get("/v1/stats")
      let tree = traces.tree("GET /v1/stats", "cache.joined")
      #expect(tree.contains("    cache.check cache.joined=true"))
      #expect(!tree.contains { $0.contains("database.load") })
    }
  }

  @Test("A request goes on with the trace that it names, and a malformed name begins a new one")
  func contextIn() async throws {
    try await withServer { server in
      for fields in [[], [TestServer.slowField]] {
        _ = try await server.send(
          "GET", "/v1/stats", fields: ["traceparent: 00-\(Self.parent)-00f067aa0ba902b7-01"] + fields)
        let span = try #require(traces.span("GET /v1/stats"))
        #expect(span.context.traceID.description == Self.parent)
        #expect(span.parentID == 0x00F0_67AA_0BA9_02B7)
        for bad in ["00-\(Self.parent)-00f067aa0ba902b7", "00-zz-00f067aa0ba902b7-01"] {
          _ = try await server.send("GET", "/v1/stats", fields: ["traceparent: \(bad)"] + fields)
          let fresh = try #require(traces.span("GET /v1/stats"))
          #expect(fresh.context.traceID.description != Self.parent)
          #expect(fresh.parentID == nil)
        }
      }
    }
  }

  @Test("Two traceparent fields count as none")
  func twoParents() async throws {
    try await withServer { server in
      let field = "traceparent: 00-\(Self.parent)-00f067aa0ba902b7-01"
      for fields in [[], [TestServer.slowField]] {
        _ = try await server.send("GET", "/v1/stats", fields: [field, field] + fields)
        #expect(traces.span("GET /v1/stats")?.context.traceID.description != Self.parent)
      }
    }
  }

  @Test("Who is not sampled leaves nothing, and whoever called decides")
  func sampling() async throws {
    try await withServer(ratio: 0) { server in
      let sampled = "traceparent: 00-\(Self.parent)-00f067aa0ba902b7-01"
      for fields in [[], [TestServer.slowField]] {
        for _ in 0..<5 { _ = try await server.send("GET", "/v1/stats", fields: fields) }
        let count = traces.finished.count { $0.name == "GET /v1/stats" }
        _ = try await server.send("GET", "/v1/stats", fields: [sampled] + fields)
        #expect(traces.finished.count { $0.name == "GET /v1/stats" } == count + 1)
        #expect(count == (fields.isEmpty ? 0 : 1))
      }
    }
  }

  @Test(
    "Names are routes; nothing that a client sent is in names and attributes",
    arguments: [
      ("GET", "/v1/models/hunter2?q=hunter2", "GET /v1/models/{id}"),
      ("GET", "/v1/models?gateway=hunter2&hunter2=1", "GET /v1/models"),
      ("GET", "/hunter2/hunter2", "GET"), ("GET", "/v1/models/%hunter2", "GET"),
      ("GET", "/admin/cache/refresh/hunter2", "GET /api/system/cache/refresh/{gateway}"),
      ("DELETE", "/admin/offers/hunter2/hunter2", "DELETE /admin/offers/{gateway}/{id}"),
      ("GET", "/admin/hunter2", "GET"),
      ("POST", "/admin/sync/hunter2", "POST /admin/sync/{provider}"),
      ("GET", "/v1/models/a/hunter2/history?hunter2", "GET /v1/models/{id}/history"),
      ("GET", "/v1/pricing/hunter2", "GET /v1/pricing/{id}"),
      ("GET", "/v1/models/by-category/hunter2", "GET /v1/models/by-category/{category}"),
      ("GET", "/console/model?id=hunter2", "GET /console/model"), ("GET", "/console/hunter2", "GET"),
      ("GET", "/console/assets/hunter2", "GET /console/assets/{name}"),
    ])
  func names(_ method: String, _ target: String, _ name: String) async throws {
    try await withServer { server in
      let answer = try await server.send(
        method, target, fields: ["Authorization: Bearer hunter2hunter2hunter2", "tracestate: hunter2"])
      #expect(traces.span(name)?["http.response.status_code"] == "\(answer.status)")
      #expect(!traces.text.lowercased().contains("hunter2"))
    }
  }
}

/// What requests are called.
@Suite(.timeLimit(.minutes(1)))
struct RequestIDTests {
  private static let long = String(repeating: "a", count: 65)

  @Test("A plain name is taken over, by the parser's way as by the fast one", arguments: ["a", "req_1.2-B", "0f3c"])
  func plain(_ id: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      _ = try await server.get("/v1/stats")
      for field in ["Accept: */*", TestServer.slowField] {
        #expect(try await server.get("/v1/stats", "X-Request-ID: \(id)", field)["x-request-id"] == id)
        #expect(try await server.get("/nowhere", "x-request-id: \(id)", field)["x-request-id"] == id)
      }
    }
  }

  @Test("Any other name is not: the parser's way makes one", arguments: ["a b", "a;b", "<x>", long, "a/b"])
  func refused(_ id: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let slow = try await server.get("/v1/stats", "X-Request-ID: \(id)", TestServer.slowField)
      let made = try #require(slow["x-request-id"])
      #expect(made != id && RequestID.isPlain(made.utf8))
      let fast = try await server.get("/v1/models/gpt-4o", "X-Request-ID: \(id)")
      #expect(fast["x-request-id"] != id)
    }
  }

  @Test("An answer from memory makes no name of its own: nothing about it is logged")
  func none() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let answer = try await server.get("/v1/models/gpt-4o")
      #expect(answer["x-cache"]?.hasPrefix("hit") == true)
      #expect(answer.fields.contains { $0.name == "x-request-id" } == false)
    }
  }

  @Test("The log of a refused request has its name, and neither query nor key")
  func logged() async throws {
    let log = RecordingLog()
    try await TestServer.run(Catalogs.small()) { setup in
      setup.logger = log.logger
      setup.configuration.adminKeys = ["key-for-the-tests-of-names"]
    } _: { server in
      _ = try await server.get("/v1/models?hunter2=1", "X-Request-Id: first")
      _ = try await server.get("/admin/cache-status?hunter2", "X-Request-Id: second", "Authorization: Bearer hunter2")
    }
    let refused = log.lines.filter { $0.message == "Request refused" }
    #expect(refused.map { $0.metadata["request_id"] } == ["first", "second"])
    #expect(refused.map { $0.metadata["status"] } == ["400", "401"])
    #expect(log.lines.contains { $0.message == "Admin call" && $0.metadata["request_id"] == "second" })
    #expect(!log.lines.map(\.text).joined().contains("hunter2"))
  }
}
