import Catalog
import CatalogSync
import NIOConcurrencyHelpers
import TestSupport
import Testing
import TieredCaching

@Suite("The sync of providers")
struct ProviderSyncTests {
  @Test("takes over what a list adds, changes and removes, and publishes it once")
  func changes() async throws {
    try await SyncFixture.run { fixture in
      fixture.serve("acme", ["a", "b", "c"])
      fixture.serve("other", ["x"])
      let first = try await fixture.sync()
      #expect(first["acme"]?.outcome == .changed)
      #expect(first["acme"]?.added == 3)
      #expect(try await fixture.ids("acme") == ["a", "b", "c"])
      fixture.serve("acme", ["a", "b", "d"])
      let second = try await fixture.sync()
      #expect(second["acme"]?.changes.map { "\($0.kind) \($0.offer)" } == ["removed c", "added d"])
      #expect(second["other"]?.outcome == .notModified)
      #expect(second["other"]?.offers == 1)
      #expect(try await fixture.ids("acme") == ["a", "b", "d"])
      #expect(fixture.published.withLockedValue { $0.count } == 3)
    }
  }

  @Test("of a list that says what is known changes nothing, not even a revision, and publishes nothing")
  func unchanged() async throws {
    try await SyncFixture.run(adapters: [plainAdapter()]) { fixture in
      fixture.serve("acme", ["a"])
      _ = try await fixture.sync()
      let before = await fixture.store.manifest()
      // An operator asks for the whole list.
      #expect(try await fixture.sync(isManual: true)["acme"]?.outcome == .unchanged)
      #expect(await fixture.store.manifest() == before)
      #expect(fixture.published.withLockedValue { $0.count } == 1)
    }
  }

  @Test("asks for the whole list when somebody else has changed something of the provider since")
  func changedByOthers() async throws {
    try await SyncFixture.run(adapters: [plainAdapter()]) { fixture in
      fixture.serve("acme", ["a", "b"])
      _ = try await fixture.sync()
      _ = try await fixture.store.edit(.deleteOffer(provider: ProviderSlug("acme"), id: "a"))
      #expect(try await fixture.sync()["acme"]?.added == 1)
      #expect(try await fixture.ids("acme") == ["a", "b"])
      #expect(try await fixture.sync()["acme"]?.outcome == .notModified)
    }
  }

  @Test("asks for a curated list as a whole each time, so that it fills in what is new in the providers' own lists")
  func curated() async throws {
    let list = try plainAdapter("litellm", format: "litellm")
    try await SyncFixture.run(adapters: [plainAdapter()], curated: [list]) { fixture in
      fixture.server.serve(
        "/litellm/v1/models",
        #"""
        {"a":{"litellm_provider":"acme","input_cost_per_token":1e-6,"output_cost_per_token":2e-6},
        "b":{"litellm_provider":"acme","input_cost_per_token":1e-6,"output_cost_per_token":2e-6}}
        """#)
      fixture.serve("acme", ["a"])
      _ = try await fixture.sync(["acme"])
      _ = try await fixture.sync()
      fixture.serve("acme", ["a", "b"])
      _ = try await fixture.sync(["acme"])
      let filled = try await fixture.sync()
      #expect(filled["litellm"]?.changed == 1)
      let offers = try await fixture.store.load(changedSince: nil).parts[PartID("acme")]?.offers ?? []
      #expect(offers.map(\.pricing.state) == [.priced, .priced])
    }
  }

  @Test("gives a provider its name and site")
  func names() async throws {
    try await SyncFixture.run(adapters: [plainAdapter()]) { fixture in
      fixture.serve("acme", ["a"])
      _ = try await fixture.sync()
      let provider = try await fixture.store.load(changedSince: nil).parts[PartID("acme")]?.provider
      #expect(provider?.name == "Acme")
      #expect(provider?.siteURL == "https://acme.test")
    }
  }

  @Test(
    "that fails harms neither another provider nor what is known of its own",
    arguments: [
      ReplayServer.Fault.status(500, retryAfter: nil), .status(401, retryAfter: nil), .truncated, .emptyList,
      .errorBody, .contentType("text/html"), .cut(afterBytes: 10), .status(429, retryAfter: 600),
    ])
  func failure(_ fault: ReplayServer.Fault) async throws {
    try await SyncFixture.run { fixture in
      fixture.serve("acme", ["a", "b"])
      fixture.serve("other", ["x"])
      _ = try await fixture.sync()
      fixture.server.fail("acme", fault)
      fixture.serve("other", ["x", "y"])
      let results = try await fixture.sync()
      #expect(results["acme"]?.outcome == .failed)
      #expect(results["other"]?.outcome == .changed)
      #expect(try await fixture.ids("acme") == ["a", "b"])
      #expect(try await fixture.ids("other") == ["x", "y"])
    }
  }

  @Test("leaves a provider that fails alone for 300, 900, 1800 and then 3600 seconds; a success clears it")
  func backoff() async throws {
    try await SyncFixture.run(adapters: [plainAdapter()]) { fixture in
      fixture.serve("acme", ["a"])
      fixture.server.fail("acme", .status(404, retryAfter: nil))
      var asked = 0
      for (failures, pause) in [300, 900, 1_800, 3_600, 3_600].enumerated() {
        #expect(try await fixture.sync()["acme"]?.outcome == .failed)
        asked += 1
        fixture.pass(pause - 1)
        let skipped = try #require(try await fixture.sync()["acme"])
        #expect(skipped.outcome == .skipped)
        #expect(skipped.reason?.contains("after \(failures + 1) failures") == true)
        #expect(fixture.server.requests().count == asked)
        fixture.pass(1)
      }
      let state = try #require(try await fixture.service.status().providers.first?.error)
      #expect(state.failures == 5)
      #expect(state.message.contains("404"))
      #expect(try await fixture.service.status().providers.first?.lastFailure?.errorKind == "status")
      fixture.server.mend("acme")
      #expect(try await fixture.sync()["acme"]?.outcome == .changed)
      #expect(try await fixture.service.status().isHealthy)
    }
  }

  @Test("says why a provider that is down cannot be asked, where it does not say for how long")
  func down() async throws {
    try await SyncFixture.run(adapters: [plainAdapter()]) { fixture in
      fixture.serve("acme", ["a"])
      fixture.server.fail("acme", .status(503, retryAfter: nil))
      let results = try await fixture.sync()
      #expect(results["acme"]?.errorKind == "status")
    }
  }

  @Test("leaves a provider alone for as long as it asks for")
  func retryAfter() async throws {
    try await SyncFixture.run(adapters: [plainAdapter()]) { fixture in
      fixture.serve("acme", ["a"])
      fixture.server.fail("acme", .status(503, retryAfter: 7_200))
      #expect(try await fixture.sync()["acme"]?.errorKind == "rate_limited")
      let state = try #require(try await fixture.service.status().providers.first?.error)
      #expect(state.retryAt - state.at == 7_200)
    }
  }

  @Test("of a list that the catalog does not take fails like any other, and is not asked for again at once")
  func notStored() async throws {
    try await SyncFixture.run(adapters: [plainAdapter(format: "openrouter")]) { fixture in
      fixture.server.serve(
        "/acme/v1/models",
        #"{"data":[{"id":"a/b","name":"a","description":"x\u0000","pricing":{"prompt":"0.000001","completion":"0"}}]}"#)
      #expect(try await fixture.sync()["acme"]?.errorKind == "store")
      let status = try await fixture.service.status()
      #expect(!status.isHealthy)
      #expect(status.providers.first?.error?.failures == 1)
      #expect(try await fixture.sync()["acme"]?.outcome == .skipped)
      #expect(fixture.server.requests().count == 1)
    }
  }

  @Test("is remembered before the provider is asked, should the worker crash, and forgotten when it ends in peace")
  func endedMeanwhile() async throws {
    try await SyncFixture.run(adapters: [plainAdapter()]) { fixture in
      fixture.serve("acme", ["a"])
      fixture.server.fail("acme", .slow(bytes: 1, milliseconds: 1_000))
      let sync = Task { try await fixture.sync() }
      while fixture.server.requests().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      #expect(try await fixture.service.status().providers.first?.attemptedAt == observed)
      sync.cancel()
      #expect(try await sync.value["acme"]?.outcome == .skipped)
      #expect(try await fixture.service.status().providers.first?.attemptedAt == nil)
    }
  }

  @Test("fails like any other when the database is away before the provider is asked")
  func databaseAway() async throws {
    try await SyncFixture.run(adapters: [plainAdapter()]) { fixture in
      fixture.serve("acme", ["a"])
      _ = try await fixture.sync()
      fixture.faults.fail(.manifest, with: StoreError.unavailable("away"))
      fixture.pass(3_600)
      #expect(try await fixture.sync()["acme"]?.errorKind == "store")
      let status = try await fixture.service.status()
      #expect(status.providers.first?.error?.failures == 1)
      #expect(status.providers.first?.lastFailure?.errorKind == "store")
    }
  }

  @Test("asks for the whole list once a day, and when it is to be had elsewhere or read otherwise")
  func wholeList() async throws {
    try await SyncFixture.run(adapters: [plainAdapter()]) { fixture in
      fixture.serve("acme", ["a"])
      _ = try await fixture.sync()
      #expect(try await fixture.sync()["acme"]?.outcome == .notModified)
      fixture.pass(86_400)
      #expect(try await fixture.sync()["acme"]?.outcome == .unchanged)
      #expect(try await fixture.sync()["acme"]?.outcome == .notModified)
      let text = try #require(await fixture.store.record(.provider, "acme"))
      for (old, new) in [("openai http", "mistral http"), ("http://127.0.0.1", "http://127.0.0.2")] {
        try await fixture.store.setRecord(.provider, "acme", text.replacing(old, with: new))
        #expect(try await fixture.sync()["acme"]?.outcome == .unchanged)
      }
    }
  }

  @Test("tells nothing of a provider whose record cannot be read, and goes on")
  func brokenRecord() async throws {
    try await SyncFixture.run(adapters: [plainAdapter()]) { fixture in
      try await fixture.store.setRecord(.provider, "acme", "[]")
      #expect(try await fixture.service.status().providers.map(\.attemptedAt) == [nil])
      fixture.serve("acme", ["a"])
      #expect(try await fixture.sync()["acme"]?.outcome == .changed)
    }
  }

  @Test("keeps a job that would change very much, with as many of the changes as a record can have")
  func longJob() async throws {
    try await SyncFixture.run(adapters: [plainAdapter(format: "openrouter")]) { fixture in
      let list = { (text: String) in
        let rows = (0..<400).map { number in
          let description = String(repeating: text, count: 3_000)
          return #"{"id":"a/\#(number)","name":"a","description":"\#(description)","pricing":{"prompt":"0.000001"}}"#
        }
        return #"{"data":[\#(rows.joined(separator: ","))]}"#
      }
      fixture.server.serve("/acme/v1/models", list("x"))
      _ = try await fixture.sync()
      fixture.server.serve("/acme/v1/models", list("y"))
      var options = SyncOptions()
      options.dryRun = true
      options.changeLimit = 400
      let adapters = try fixture.service.adapters(named: ["acme"])
      let job = await fixture.service.perform(adapters, options, trigger: .api)
      #expect(job.results[0].changes.count == 400)
      let kept = try await fixture.service.job(job.id)
      #expect(kept.state == .done)
      #expect(kept.results[0].changed == 400)
      #expect(kept.results[0].changes.count == 200)
    }
  }

  @Test("can be asked for by hand although the provider is left alone, and the state can be cleared by hand")
  func byHand() async throws {
    try await SyncFixture.run(adapters: [plainAdapter()]) { fixture in
      fixture.serve("acme", ["a"])
      fixture.server.fail("acme", .status(404, retryAfter: nil), times: 2)
      #expect(try await fixture.sync()["acme"]?.outcome == .failed)
      #expect(try await fixture.sync(isManual: true)["acme"]?.outcome == .failed)
      #expect(try await fixture.sync()["acme"]?.outcome == .skipped)
      try await fixture.service.clearError(of: "acme")
      #expect(try await fixture.sync()["acme"]?.outcome == .changed)
    }
  }

  @Test("of a list that is too short to be believed is refused, unless it is forced")
  func tooFew() async throws {
    try await SyncFixture.run(adapters: [plainAdapter(minimumOffers: 3)]) { fixture in
      fixture.serve("acme", ["a", "b"])
      #expect(try await fixture.sync()["acme"]?.errorKind == "too_few")
      #expect(try await fixture.ids("acme").isEmpty)
      let forced = try await fixture.sync(isManual: true, force: true)
      #expect(forced["acme"]?.outcome == .changed)
    }
  }

  @Test("that only says what would change writes nothing, and forgets nothing")
  func dryRun() async throws {
    try await SyncFixture.run(adapters: [plainAdapter()]) { fixture in
      fixture.serve("acme", ["a"])
      let before = await fixture.store.manifest()
      let result = try #require(try await fixture.sync(dryRun: true)["acme"])
      #expect(result.changes.map(\.offer) == ["a"])
      #expect(await fixture.store.manifest() == before)
      #expect(try await fixture.service.status().providers.first?.attemptedAt == nil)
      #expect(try await fixture.sync()["acme"]?.outcome == .changed)
    }
  }

  @Test("leaves out a provider whose key is not set, and says which variable it is")
  func missingKey() async throws {
    try await SyncFixture.run(adapters: [plainAdapter(authentication: .bearer("ACME_API_KEY"))]) { fixture in
      let result = try #require(try await fixture.sync()["acme"])
      #expect(result.outcome == .skipped)
      #expect(result.reason == "ACME_API_KEY is not set")
      #expect(try await fixture.service.status().providers.first?.isReady == false)
    }
  }

  @Test("fails where a key cannot be sent, and does not count it as a failure of the provider")
  func badKey() async throws {
    let adapter = try plainAdapter(authentication: .bearer("ACME_API_KEY"))
    try await SyncFixture.run(adapters: [adapter], environment: ["ACME_API_KEY": "two words"]) { fixture in
      let result = try #require(try await fixture.sync()["acme"])
      #expect(result.outcome == .failed)
      #expect(result.errorKind == "not_configured")
      #expect(result.reason == "ACME_API_KEY: has characters that a key cannot have")
      #expect(try await fixture.service.status().providers.first?.error == nil)
      #expect(fixture.server.requests().isEmpty)
    }
  }

  @Test("is done by one worker at a time, in the whole fleet")
  func oneAtATime() async throws {
    try await SyncFixture.run(adapters: [plainAdapter()]) { fixture in
      fixture.serve("acme", ["a"])
      fixture.server.fail("acme", .slow(bytes: 5, milliseconds: 30))
      async let first = fixture.sync(isManual: true)
      async let second = fixture.sync(isManual: true)
      let outcomes = try await [first, second].map { $0["acme"]?.outcome }
      #expect(Set(outcomes) == [.changed, .busy])
      #expect(fixture.server.requests().count == 1)
      #expect(try await fixture.sync(isManual: true)["acme"]?.outcome == .unchanged)
    }
  }

  @Test("asks many providers at the same time, but no more than configured")
  func concurrency() async throws {
    var configuration = SyncService.Configuration()
    configuration.concurrency = 3
    let slugs: [StaticString] = ["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"]
    try await SyncFixture.run(adapters: slugs.map { try plainAdapter($0) }, configuration: configuration) { fixture in
      for slug in slugs {
        fixture.serve("\(slug)", ["a"])
        fixture.server.fail("\(slug)", .slow(bytes: 2, milliseconds: 60))
      }
      let results = try await fixture.sync()
      #expect(results.values.allSatisfy { $0.outcome == .changed })
      #expect(fixture.server.mostUnderWay == 3)
    }
  }
}
