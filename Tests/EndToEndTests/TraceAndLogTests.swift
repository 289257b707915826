import Foundation
import TestSupport
import Testing

/// What a server and a command tell of themselves: traces, logs, and no secrets.
@Suite("Traces and logs", .timeLimit(.minutes(3)))
struct TraceAndLogTests {
  private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

  /// As much of an OTLP document as the tests look at.
  private struct Document: Decodable {
    struct Resource: Decodable {
      struct Source: Decodable { let attributes: [Attribute] }
      let resource: Source
      let scopeSpans: [Scope]
    }
    struct Attribute: Decodable {
      struct Value: Decodable { let stringValue: String }
      let key: String
      let value: Value
    }
    struct Scope: Decodable { let spans: [Span] }
    struct Span: Decodable {
      let traceId: String
      let spanId: String
      let parentSpanId: String?
      let name: String
    }

    let resourceSpans: [Resource]

    /// What the spans of a document come from.
    static func source(_ bytes: Data) throws -> [String: String] {
      let attributes = try JSONDecoder().decode(Document.self, from: bytes).resourceSpans.flatMap(\.resource.attributes)
      return Dictionary(uniqueKeysWithValues: attributes.map { ($0.key, $0.value.stringValue) })
    }

    static func spans(_ bytes: Data) throws -> [Span] {
      try JSONDecoder().decode(Document.self, from: bytes).resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans)
    }
  }

  private struct Line: Decodable {
    let time: String
    let level: String
    let label: String
    let message: String
    let requestID: String?
    let traceID: String?

    private enum CodingKeys: String, CodingKey {
      case time, level, label, message
      case requestID = "request_id"
      case traceID = "trace_id"
    }
  }

  private func withReplay(_ body: (ReplayServer) async throws -> Void) async throws {
    let server = try await ReplayServer()
    do {
      try await body(server)
      try await server.stop()
    } catch {
      try await server.stop()
      throw error
    }
  }

  @Test("A collector gets the tree of a read, below the span of whoever asked")
  func collector() async throws {
    try await withReplay { collector in
      collector.serve("/v1/traces", "{}")
      let environment = [
        "OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_TRACES_SAMPLER": "parentbased_always_off",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-api-key=hunter2%2Cand%20more, Authorization=Bearer hunter2=",
      ]
      try await withSandbox(.bundled) { sandbox in
        try await sandbox.withServer(environment: environment) { server in
          _ = try await server.get("/v1/models/gpt-4o")
          _ = try await server.get(
            "/v1/models?limit=3", fields: ["traceparent": "00-\(Self.trace)-00f067aa0ba902b7-01"])
        }
        // A server that has ended has sent everything.
        let requests = collector.requests().filter { $0.target == "/v1/traces" }
        #expect(requests.allSatisfy { $0["content-type"] == "application/json" && $0.method == "POST" })
        let isKeyed = requests.allSatisfy {
          $0["x-api-key"] == "hunter2,and more" && $0["authorization"] == "Bearer hunter2="
        }
        #expect(isKeyed && !requests.isEmpty)
        let spans = try requests.flatMap { try Document.spans(Data($0.body)) }
        #expect(spans.allSatisfy { $0.traceId == Self.trace }, "nobody else was sampled")
        let root = try #require(spans.first { $0.name == "GET /v1/models" })
        #expect(root.parentSpanId == "00f067aa0ba902b7")
        let read = try #require(spans.first { $0.name == "catalog.read" })
        #expect(read.parentSpanId == root.spanId)
        #expect(spans.contains { $0.name == "view.build" && $0.parentSpanId == read.spanId })
        // A process has the same number in every container, so its number alone names nobody.
        let source = try Document.source(Data(try #require(requests.first).body))
        let host = try #require(source["host.name"])
        let instance = try #require(source["service.instance.id"])
        #expect(source["service.name"] == "modelcatalog" && !host.isEmpty && instance.hasPrefix("\(host)-"))
        #expect(instance.dropFirst(host.count).wholeMatch(of: #/-\d+-[0-9a-z]+/#) != nil, "\(instance)")
      }
    }
  }

  @Test("A sync writes its tree to a file, one document per line, and names it to the provider")
  func file() async throws {
    try await withReplay { provider in
      provider.serve("/openrouter/*", #"{"data":[{"id":"acme/alpha"}]}"#)
      try await withSandbox { sandbox in
        let file = sandbox.directory.appending(path: "traces.jsonl")
        let result = try await sandbox.run(
          ["sync", "openrouter", "--force"],
          environment: [
            "MODEL_SYNC_BASE_URL": provider.url, "OTEL_TRACES_EXPORTER": "otlp",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "file://\(file.path)",
          ])
        #expect(result.exitCode == 0, "\(result.errors)")
        let lines = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"))
        let spans = try lines.flatMap { try Document.spans(Data($0)) }
        let names = Set(spans.map(\.name))
        #expect(names.isSuperset(of: ["sync.job", "sync.provider", "fetch", "GET", "import", "publish"]))
        let request = try #require(provider.requests("openrouter").first)
        let span = try #require(spans.first { $0.name == "GET" })
        #expect(request["traceparent"] == "00-\(span.traceId)-\(span.spanId)-01")
      }
    }
  }

  @Test("A collector that is not there costs a server nothing but a line of the log")
  func noCollector() async throws {
    try await withSandbox(.bundled) { sandbox in
      let environment = [
        "OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
      ]
      try await sandbox.withServer(environment: environment) { server in
        let answer = try await server.get("/v1/stats")
        #expect(answer.status == 200)
      }
    }
  }

  @Test("With LOG_FORMAT=json everything that a server writes is JSON, and names request and trace")
  func json() async throws {
    try await withSandbox(.bundled) { sandbox in
      let environment = [
        "LOG_FORMAT": "json", "LOG_LEVEL": "debug", "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "file://\(sandbox.directory.path)/traces.jsonl",
      ]
      try await sandbox.withServer(environment: environment) { server in
        let answer = try await server.get(
          "/v1/models?nonsense=1",
          fields: ["X-Request-Id": "asked-1", "traceparent": "00-\(Self.trace)-00f067aa0ba902b7-01"])
        #expect(answer.status == 400)
        #expect(answer["X-Request-Id"] == "asked-1")
      }
      let lines = try Self.output(in: sandbox).split(separator: "\n").map {
        try JSONDecoder().decode(Line.self, from: Data($0.utf8))
      }
      #expect(lines.allSatisfy { !$0.time.isEmpty && !$0.label.isEmpty })
      #expect(lines.contains { $0.message == "Serving the catalog" && $0.level == "notice" })
      #expect(lines.contains { $0.message == "Catalog loaded" && $0.level == "info" })
      let refused = try #require(lines.first { $0.message == "Request refused" })
      #expect(refused.requestID == "asked-1")
      #expect(refused.traceID == Self.trace)
    }
  }

  @Test("No secret is in anything that a server writes, at any level, nor in its traces", arguments: ["text", "json"])
  func secrets(format: String) async throws {
    try await withReplay { others in
      others.serve("/hook/*", "{}")
      others.serve("/openai/*", #"{"data":[]}"#)
      others.fail("openai", .message(500, "the key hunter2-openai is not known"))
      let environment = [
        "LOG_FORMAT": format, "LOG_LEVEL": "trace", "OTEL_TRACES_EXPORTER": "console",
        "ADMIN_API_KEY": "hunter2-admin-key-of-the-server", "OPENAI_API_KEY": "hunter2-openai",
        "GEMINI_API_KEY": "hunter2-gemini", "OTEL_EXPORTER_OTLP_HEADERS": "x-api-key=hunter2-collector",
        "REDIS_URL": "redis://user:hunter2-redis@127.0.0.1:1",
        "MODEL_SYNC_BASE_URL": others.url, "MODEL_WEBHOOK_URLS": "\(others.url)/hook/hunter2-path?k=hunter2-query",
        "MODEL_WEBHOOK_SECRET": "hunter2-webhooks-are-signed-with",
      ]
      try await withSandbox(.bundled) { sandbox in
        try await sandbox.withServer(environment: environment) { server in
          let key = "hunter2-admin-key-of-the-server"
          let statuses = [
            try await server.send("GET", "/admin/cache-status", key: key).status,
            try await server.send("GET", "/admin/cache-status?key=\(key)", key: "hunter2-wrong").status,
            try await server.get("/v1/models?api_key=hunter2-query").status,
            try await server.send("POST", "/admin/sync/openai", key: key).status,
          ]
          #expect(statuses == [200, 401, 400, 202])
          let change = try await server.send(
            "PATCH", "/admin/offers/openai/gpt-4o", key: key, body: #"{"context_length":64000}"#)
          #expect(change.status == 200, "\(String(decoding: change.body, as: UTF8.self))")
          _ = try await server.wait(
            within: .seconds(30), for: "the provider is asked and the webhook sent", "/health/live"
          ) {
            _, _ in !others.requests("openai").isEmpty && !others.requests("hook").isEmpty
          }
        }
        let written = try Self.output(in: sandbox)
        #expect(written.contains("resourceSpans") && written.contains("Admin call"))
        #expect(!written.contains("hunter2"))
      }
    }
  }

  @Test(
    "A variable with a value that it cannot have ends the start, and an address is not repeated",
    arguments: [
      ("OTEL_TRACES_EXPORTER", "zipkin"), ("OTEL_TRACES_SAMPLER", "sometimes"), ("OTEL_TRACES_SAMPLER_ARG", "2"),
      ("OTEL_TRACES_SAMPLER_ARG", "nan"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:hunter2@127.0.0.1"),
      ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://127.0.0.1/?key=hunter2"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "hunter2"),
      ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://hunter2/"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "file://hunter2/x"),
      ("OTEL_EXPORTER_OTLP_HEADERS", "hunter2"), ("OTEL_EXPORTER_OTLP_HEADERS", "x=hunter2,x=hunter2"),
      ("OTEL_EXPORTER_OTLP_HEADERS", "x=hunter2%0D%0Ay: z"), ("OTEL_EXPORTER_OTLP_HEADERS", "x=hunter2%"),
      ("OTEL_EXPORTER_OTLP_HEADERS", "host=hunter2"), ("OTEL_EXPORTER_OTLP_HEADERS", "hunter2 x=y"),
      ("OTEL_SERVICE_NAME", "a\u{7}"), ("LOG_FORMAT", "xml"),
    ])
  func wrong(name: String, value: String) async throws {
    try await withSandbox { sandbox in
      for command in ["serve", "doctor"] {
        let result = try await sandbox.run([command], environment: [name: value])
        #expect(result.exitCode == 1)
        #expect(result.errors.contains("\(name): "))
        #expect(!(result.text + result.errors).contains("hunter2"))
      }
    }
  }

  @Test("doctor shows what is configured about traces")
  func doctor() async throws {
    try await withSandbox { sandbox in
      let result = try await sandbox.run(
        ["doctor"],
        environment: [
          "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.01",
          "OTEL_EXPORTER_OTLP_HEADERS": "x-api-key=hunter2",
        ])
      #expect(result.exitCode == 0)
      #expect(result.text.contains("x-api-key") && !result.text.contains("hunter2"))
      for text in ["OTEL_TRACES_EXPORTER", "traceidratio", "0.01", "http://localhost:4318", "LOG_FORMAT"] {
        #expect(result.text.contains(text))
      }
    }
  }

  /// What all commands and servers have written.
  private static func output(in sandbox: Sandbox) throws -> String {
    let logs = sandbox.directory.appending(path: "logs")
    let files = try FileManager.default.contentsOfDirectory(at: logs, includingPropertiesForKeys: nil)
    return try files.filter { $0.pathExtension != "in" }.map {
      String(decoding: try Data(contentsOf: $0), as: UTF8.self)
    }.joined()
  }
}
