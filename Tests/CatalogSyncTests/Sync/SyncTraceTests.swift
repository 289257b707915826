import Catalog
import Telemetry
import TestSupport
import Testing
import TieredCaching
import Tracing

@testable import CatalogSync

/// What syncs and webhooks leave in a trace, and what they tell others of it.
@Suite(.timeLimit(.minutes(1)))
struct SyncTraceTests {
  private let traces = RecordedTraces()

  @Test("A sync is one tree: the job, each provider, and what was done for it")
  func tree() async throws {
    let adapters = [try plainAdapter()]
    try await SyncFixture.run(adapters: adapters, spans: Spans(tracer: traces.tracer())) { fixture in
      fixture.serve("acme", ["a", "b"])
      _ = try await fixture.sync()
      #expect(
        traces.tree("sync.job", "catalog.provider", "sync.outcome", "catalog.rows", "fetch.pages") == [
          "sync.job", "  sync.provider catalog.provider=acme sync.outcome=changed catalog.rows=2",
          "    fetch fetch.pages=1", "      GET", "    import catalog.rows=2", "    publish",
        ])
      #expect(traces.span("sync.job")?["sync.trigger"] == "command")
      #expect(traces.span("import")?["sync.added"] == "2")
      _ = try await fixture.sync()
      #expect(
        traces.tree("sync.job", "sync.outcome", "http.response.status_code") == [
          "sync.job", "  sync.provider sync.outcome=not_modified", "    fetch",
          "      GET http.response.status_code=304",
        ])
    }
  }

  @Test("A provider that fails is marked, by the kind of the failure and without its text")
  func failure() async throws {
    let adapters = [try plainAdapter()]
    try await SyncFixture.run(adapters: adapters, spans: Spans(tracer: traces.tracer())) { fixture in
      fixture.serve("acme", ["a"])
      fixture.server.fail("acme", .message(404, "no hunter2 here"))
      _ = try await fixture.sync()
      let span = try #require(traces.span("sync.provider"))
      #expect(span["sync.outcome"] == "failed")
      #expect(span["error.type"] == "status")
      #expect(span.status?.code == .error)
      #expect(!traces.text.contains("hunter2"))
    }
  }

  @Test("A request to a provider names its span, and neither key nor address is in the trace")
  func contextOut() async throws {
    let adapter = try plainAdapter(
      authentication: .bearer("ACME_API_KEY"), url: "https://api.acme.test/v1/models?token=hunter2")
    try await SyncFixture.run(
      adapters: [adapter], environment: ["ACME_API_KEY": "hunter2-is-the-key"], spans: Spans(tracer: traces.tracer())
    ) { fixture in
      fixture.serve("acme", ["a"])
      _ = try await fixture.sync()
      let request = try #require(fixture.server.requests("acme").first)
      let span = try #require(traces.span("GET"))
      #expect(request["traceparent"] == span.context.traceparent)
      #expect(span["server.address"] == "127.0.0.1")
      #expect(!traces.text.contains("hunter2") && !traces.text.contains("/v1/models"))
    }
  }

  @Test("Without a tracer nobody is told of a trace")
  func off() async throws {
    try await SyncFixture.run(adapters: [try plainAdapter()]) { fixture in
      fixture.serve("acme", ["a"])
      _ = try await fixture.sync()
      #expect(fixture.server.requests("acme").allSatisfy { $0["traceparent"] == nil })
    }
  }

  @Test("A webhook names its span, and its address is not in the trace")
  func webhook() async throws {
    try await WebhookFixture.run { fixture in
      fixture.spans = Spans(tracer: traces.tracer())
      let receiver = try fixture.receiver()
      try await fixture.begin([receiver])
      try await fixture.add(["a"])
      let sender = try fixture.sender([receiver])
      try await sender.takeLead()
      _ = try await sender.step(receiver)
      let request = try #require(fixture.server.requests("one").first)
      #expect(traces.tree("webhook.send", "http.response.status_code").count == 2)
      #expect(request["traceparent"] == traces.span("POST")?.context.traceparent)
      #expect(traces.span("webhook.send")?["webhook.id"] == request["webhook-id"])
      #expect(!traces.text.contains(WebhookFixture.token))
    }
  }
}
