import Catalog
import CatalogServer
import NIOConcurrencyHelpers
import TestSupport
import Testing
import TieredCaching

@Suite("The operations side of the console", .timeLimit(.minutes(2)))
struct ConsoleOperationsTests {
  /// Runs a test with a server that has an admin key and a sync.
  private func run(
    keys: [String] = [Admin.key], log: RecordingLog = RecordingLog(),
    _ body: (TestServer, ConsoleSync) async throws -> Void
  ) async throws {
    let sync = ConsoleSync()
    try await TestServer.run(
      Catalogs.small(),
      setup: {
        $0.configuration.adminKeys = keys
        $0.logger = log.logger
        $0.sync = sync
      }
    ) { try await body($0, sync) }
  }

  // MARK: Sessions

  @Test("is closed without a session, and says how to begin one", arguments: OperationsTargets.pages)
  func closed(target: String) async throws {
    try await run { server, _ in
      for cookie in ["X-None: 1", "Cookie: modelcatalog_session=1.2.3", "Authorization: Bearer \(Admin.key)"] {
        let response = try await server.get(target, cookie)
        #expect(response.status == 303 && response["location"] == "/console/login" && response.body.isEmpty)
      }
      let login = try ConsoleReader(try await server.get("/console/login"))
      #expect(try login.element(id: "key").attributes["type"] == "password")
    }
  }

  @Test("says how to configure a key where there is none, and takes none")
  func disabled() async throws {
    try await run(keys: []) { server, sync in
      for target in OperationsTargets.pages + ["/console/login"] {
        let page = try ConsoleReader(try await server.get(target), status: 403)
        #expect(page.text.contains("ADMIN_API_KEY"))
        #expect(page.elements("form").isEmpty)
      }
      let login = try await server.submit("/console/login", ["key": ""])
      #expect(login.status == 403 && login["set-cookie"] == nil)
      for action in OperationsTargets.actions {
        let response = try await server.submit("/console/ops/\(action)", [:])
        #expect(response.status == 303)
      }
      #expect(sync.calls.withLockedValue { $0.isEmpty })
    }
  }

  @Test("begins a session with an admin key and ends it")
  func session() async throws {
    let log = RecordingLog()
    try await run(log: log) { server, _ in
      let wrong = try await server.submit("/console/login", ["key": "not-\(Admin.key)"])
      let page = try ConsoleReader(wrong, status: 403)
      #expect(page.text.contains("no admin key") && wrong["set-cookie"] == nil)
      #expect(!wrong.text.contains(Admin.key))
      let browser = try await OperatorBrowser(server)
      let overview = try await browser.page("/console/ops")
      let foreign = try await browser.submit("/console/logout", [:], from: ["Sec-Fetch-Site: cross-site"])
      #expect(foreign.status == 403 && foreign["set-cookie"] == nil)
      let left = try await browser.submit("/console/logout", try overview.fields(of: "/console/logout"))
      #expect(left.status == 303 && left["location"] == "/console/login")
      #expect(left["set-cookie"]?.hasPrefix("modelcatalog_session=; ") == true)
    }
    let calls = log.lines.filter { $0.message == "Admin call" }.map { $0.metadata["outcome"] }
    #expect(calls == ["wrong-key", "session-begun"])
    #expect(!log.lines.contains { $0.text.contains(Admin.key) })
  }

  @Test(
    "keeps the session for encrypted connections only, unless the browser is on this machine",
    arguments: [
      ("localhost:8080", nil, false), ("127.0.0.1", nil, false), ("[::1]:8080", nil, false),
      ("localhost", "https", true), ("catalog.example", nil, true), ("catalog.example:8080", "https", true),
      ("127.evil.example", nil, true), ("10.0.0.1:8080", "http", true),
    ] as [(String, String?, Bool)])
  func secure(host: String, proto: String?, isSecure: Bool) async throws {
    try await run { server, _ in
      let body = "key=\(Admin.key)"
      let lines =
        ["POST /console/login HTTP/1.1", "Host: \(host)", "Origin: \(proto ?? "http")://\(host)"]
        + (proto.map { ["X-Forwarded-Proto: \($0)"] } ?? [])
        + ["Content-Type: application/x-www-form-urlencoded", "Content-Length: \(body.utf8.count)", "", body]
      let response = try await server.connect { client in
        client.send(lines.joined(separator: "\r\n"))
        return try await client.response()
      }
      #expect(response.status == 303, "\(response.text)")
      let cookie = try #require(response["set-cookie"])
      #expect(cookie.contains("; HttpOnly; SameSite=Strict"))
      #expect(cookie.hasSuffix("; Secure") == isSecure)
    }
  }

  // MARK: Pages

  @Test("has pages that are well-formed and that nobody keeps", arguments: OperationsTargets.pages)
  func pages(target: String) async throws {
    try await run { server, _ in
      let browser = try await OperatorBrowser(server)
      let response = try await browser.get(target)
      let page = try ConsoleReader(response)
      #expect(response["cache-control"] == "no-store")
      // What a page hides could be told from its length.
      #expect(response["content-encoding"] == nil)
      #expect(page.elements("nav").count == 2)
      let forms = page.elements("form").filter { $0.attributes["method"] == "post" }
      #expect(forms.allSatisfy { $0.all.contains { $0.attributes["name"] == "form_token" } })
    }
  }

  @Test("shows workers, versions and the sync of each provider")
  func contents() async throws {
    try await run { server, _ in
      let browser = try await OperatorBrowser(server)
      let overview = try await browser.page("/console/ops")
      let version = try #require(server.service.peek()?.value.version)
      #expect(try overview.element(id: "live").allText.contains(version))
      #expect(overview.text.contains(server.service.configuration.workerID))
      let explained = try await browser.page("/console/ops/explain?view=gateway:openai")
      #expect(explained.text.contains("All tiers that count agree"))
      let sync = try await browser.page("/console/ops/sync")
      #expect(sync.text.contains("two <b>fast</b>") && sync.text.contains("not modified"))
      let buttons = sync.elements("button").compactMap { $0.attributes["aria-label"] }
      #expect(buttons == ["Sync Groq now", "Ask Groq again", "Sync OpenRouter now"])
      let cache = try await browser.page("/console/ops/cache")
      #expect(cache.text.contains("gateway:openai"))
      let unknown = try await browser.get("/console/ops/explain?view=nonsense")
      _ = try ConsoleReader(unknown, status: 400)
    }
  }

  @Test("says that a database does not answer", arguments: ["quarantine", "overrides"])
  func unavailable(page: String) async throws {
    try await run { server, _ in
      let browser = try await OperatorBrowser(server)
      server.store.fail(.quarantine, with: StoreError.unavailable("gone"))
      server.store.fail(.overrides, with: StoreError.unavailable("gone"))
      _ = try ConsoleReader(try await browser.get("/console/ops/\(page)"), status: 503)
    }
  }

  @Test("audits what it serves, which takes as long as the bound")
  func audit() async throws {
    try await TestServer.run(
      Catalogs.small(),
      setup: {
        $0.configuration.adminKeys = [Admin.key]
        $0.policy = CachePolicy(stalenessBound: .milliseconds(200), heartbeat: .milliseconds(20))
      }
    ) { server in
      let browser = try await OperatorBrowser(server)
      let page = try await browser.page("/console/ops/audit")
      #expect(page.text.contains("agreeing") && page.text.contains("longest behind"))
      let sync = try await browser.page("/console/ops/sync")
      #expect(sync.text.contains("No sync runs beside this server"))
    }
  }

  // MARK: Actions

  @Test("refuses forms that another site sent, or that are of another session", arguments: OperationsTargets.actions)
  func foreign(action: String) async throws {
    try await run { server, sync in
      let browser = try await OperatorBrowser(server)
      let other = try await OperatorBrowser(server)
      let target = "/console/ops/\(action)"
      var fields = ["provider": "groq", "id": "1", "decision": "accept", "offer": "gpt-4o", "member": "status"]
      for token in [nil, "", try await other.formToken()] {
        fields["form_token"] = token
        _ = try ConsoleReader(try await browser.submit(target, fields), status: 403)
      }
      fields["form_token"] = try await browser.formToken()
      for origin in [
        [], ["Origin: https://evil.example"], ["Origin: null"],
        ["Sec-Fetch-Site: cross-site", "Origin: http://localhost"],
        ["Sec-Fetch-Site: same-site"],
      ] {
        _ = try ConsoleReader(try await browser.submit(target, fields, from: origin), status: 403)
      }
      let outside = try await server.submit(target, fields)
      #expect(outside.status == 303 && outside["location"] == "/console/login")
      let read = try await browser.get(target)
      #expect(read.status == 404)
      #expect(sync.calls.withLockedValue { $0.isEmpty })
      #expect(server.store.calls(.raiseRevisions) == 0 && server.store.calls(.decide) == 0)
      #expect(server.store.calls(.setOverrides) == 0)
    }
  }

  @Test("takes forms and nothing else")
  func body() async throws {
    try await run { server, _ in
      let browser = try await OperatorBrowser(server)
      let fields = ["Cookie: \(browser.cookie)", "Sec-Fetch-Site: same-origin"]
      let json = try await server.send(
        "POST", "/console/ops/warm", fields: fields + ["Content-Type: application/json"], body: "{}")
      #expect(json.status == 415)
      let large = try await server.send(
        "POST", "/console/ops/warm", fields: fields + ["Content-Type: application/x-www-form-urlencoded"],
        body: String(repeating: "a", count: 10_000))
      #expect(large.status == 413)
    }
  }

  @Test("warms and clears")
  func caches() async throws {
    let log = RecordingLog()
    try await run(log: log) { server, _ in
      let browser = try await OperatorBrowser(server)
      let before = try #require(server.service.coherence.manifest?.version)
      try await browser.act("warm", [:], "/console/ops/cache?done=warmed")
      try await browser.act("clear", ["gateway": "openai"], "/console/ops/cache?done=cleared")
      let after = try #require(server.service.coherence.manifest?.version)
      #expect(after != before)
      try await browser.act("clear", ["purge": "true"], "/console/ops/cache?done=purged")
      let page = try await browser.page("/console/ops/cache?done=purged")
      #expect(page.text.contains("Purged"))
      let unknown = try await browser.submit("/console/ops/clear", ["gateway": "nobody"], withToken: true)
      _ = try ConsoleReader(unknown, status: 404)
    }
    let calls = log.lines.filter { $0.message == "Admin call" }.map {
      "\($0.metadata["path"] ?? "") \($0.metadata["outcome"] ?? "")"
    }
    #expect(
      calls.dropFirst() == [
        "/console/ops/warm warmed", "/console/ops/clear cleared", "/console/ops/clear purged",
        "/console/ops/clear part-not-found",
      ])
  }

  @Test("begins a sync and lets a provider be asked again")
  func sync() async throws {
    try await run { server, sync in
      let browser = try await OperatorBrowser(server)
      try await browser.act("sync/start", ["provider": "groq"], "/console/ops/sync?done=started")
      try await browser.act("sync/start", [:], "/console/ops/sync?done=started")
      try await browser.act("sync/clear-error", ["provider": "groq"], "/console/ops/sync?done=retried")
      #expect(sync.calls.withLockedValue { $0 } == ["start [\"groq\"]", "start []", "clear groq"])
      let unknown = try await browser.submit("/console/ops/sync/start", ["provider": "nobody"], withToken: true)
      #expect(unknown.status == 404)
      let none = try await browser.submit("/console/ops/sync/clear-error", [:], withToken: true)
      #expect(none.status == 400)
    }
  }

  @Test("decides on what is held back")
  func quarantine() async throws {
    try await run { server, _ in
      let dear = try ["openai/gpt-4o", "router/auto"].map { id in
        try Offer.sample(
          provider: "router", id: id, name: "<i>dear</i>", pricing: .sample(prompt: "5", completion: "6"))
      }
      let listing = ProviderListing(provider: Provider(slug: try .sample("router")), offers: dear, stated: .pricing)
      _ = try await server.store.importListings([listing], options: .reviewed(isPartial: true))
      let browser = try await OperatorBrowser(server)
      let page = try await browser.page("/console/ops/quarantine")
      #expect(page.text.contains("prompt $5,000,000.00 · completion $6,000,000.00"))
      let accept = try page.fields(of: "/console/ops/quarantine/decide", at: 0)
      let reject = try page.fields(of: "/console/ops/quarantine/decide", at: 1)
      let done = try await browser.submit("/console/ops/quarantine/decide", accept)
      #expect(done["location"] == "/console/ops/quarantine?done=accepted")
      let model = try await server.get("/v1/models/openai/gpt-4o?gateway=router")
      #expect(model.text.contains(#""prompt":"5""#))
      try await browser.act(
        "quarantine/decide", ["id": reject["id"] ?? "", "decision": "reject"], "/console/ops/quarantine?done=rejected")
      let entries = try await server.store.entries()
      #expect(entries.map { "\($0.state) \($0.decidedBy ?? "")" } == ["accepted console", "rejected console"])
      let again = try await browser.submit("/console/ops/quarantine/decide", accept)
      _ = try ConsoleReader(again, status: 409)
      let left = try await browser.page("/console/ops/quarantine")
      #expect(left.text.contains("Nothing waits for a decision"))
    }
  }

  @Test("says that more changes wait than it shows, finds those of a provider, and has prices as they are kept, too")
  func longQuarantine() async throws {
    try await run { server, _ in
      let long = try Pricing.priced(
        [.prompt: .sample("5"), .completion: .sample("6")],
        tiers: (1...12).map { PriceTier(.promptTokensAbove($0 * 1_000), [.prompt: try .sample("7.000\($0)1")]) })
      let many = try (0...200).map { try Offer.sample(provider: "bulk", id: "m-\($0)", pricing: .sample(prompt: "5")) }
      let listings = try [("bulk", many), ("groq", [.sample(provider: "groq", id: "long", pricing: long)])].map {
        ProviderListing(provider: Provider(slug: try .sample($0.0)), offers: $0.1, stated: .all)
      }
      _ = try await server.store.importListings(listings, options: .reviewed(isPartial: true))
      try await server.service.refresh()
      let browser = try await OperatorBrowser(server)
      let rows = { (page: ConsoleReader) in page.elements("tr").filter { !$0.children("td").isEmpty } }
      let all = try await browser.page("/console/ops/quarantine")
      #expect(rows(all).count == 200 && all.text.contains("These are the first 200 that wait; there are more."))
      let one = try await browser.page("/console/ops/quarantine?state=&gateway=groq")
      #expect(rows(one).count == 1 && !one.text.contains("there are more"))
      let selected = one.elements("option").filter { $0.attributes["selected"] != nil }.map(\.text)
      #expect(selected == ["pending", "groq"])
      let cell = try #require(one.elements("td").first { $0.attributes["data-label"] == "Proposed" })
      #expect(
        cell.text.hasPrefix("prompt $5,000,000.00 · completion $6,000,000.00 · prompt>1000: prompt $7,000,110.00 · "))
      let entries = try await server.store.quarantine(of: .sample("groq"), states: [.pending], limit: 2)
      #expect(entries.count == 1)
      #expect(cell.children("details").map(\.text) == entries.map(\.proposedValue))
    }
  }

  @Test("does not claim that a change is served which cannot be read yet")
  func notServedYet() async throws {
    try await run { server, _ in
      let edit = OverrideEdit(
        provider: try .sample("openai"), offer: "gpt-4o", values: [.contextLength: .number("64000")], note: nil,
        by: "alice")
      _ = try await server.store.setOverrides(edit, dryRun: false)
      try await server.service.refresh()
      let browser = try await OperatorBrowser(server)
      let fields = try await browser.page("/console/ops/overrides").fields(of: "/console/ops/overrides/end")
      server.store.fail(.load, with: StoreError.unavailable("no such table"))
      let done = try await browser.submit("/console/ops/overrides/end", fields)
      #expect(done["location"] == "/console/ops/overrides?done=taken")
      let page = try await browser.page("/console/ops/overrides?done=taken")
      #expect(page.text.contains("not served yet"))
      #expect(try await server.store.overrides(of: nil).isEmpty)
      server.store.fail(.load, with: nil)
    }
  }

  @Test("has what it refused, and what failed, in the audit log")
  func audited() async throws {
    let log = RecordingLog()
    try await run(log: log) { server, _ in
      let browser = try await OperatorBrowser(server)
      let elsewhere = ["Origin: https://evil.example"]
      let foreign = try await server.submit("/console/login", ["key": Admin.key], from: elsewhere)
      #expect(foreign.status == 403)
      struct Surprise: Error {}
      server.store.fail(.decide, with: Surprise())
      let fields = ["id": "1", "decision": "accept"]
      let failed = try await browser.submit("/console/ops/quarantine/decide", fields, withToken: true)
      _ = try ConsoleReader(failed, status: 500)
    }
    let calls = log.lines.filter { $0.message == "Admin call" }.map {
      "\($0.metadata["outcome"] ?? "") \($0.metadata["status"] ?? "")"
    }
    #expect(calls == ["session-begun 303", "foreign-form 403", "internal 500"])
  }

  @Test("shows the last decisions first")
  func decisions() async throws {
    try await run { server, _ in
      let dear = try ["one", "two"].map { try Offer.sample(provider: "router", id: $0, pricing: .sample(prompt: "5")) }
      let listing = ProviderListing(provider: Provider(slug: try .sample("router")), offers: dear, stated: .all)
      _ = try await server.store.importListings([listing], options: .reviewed(isPartial: true))
      for entry in try await server.store.entries() { _ = try await server.store.decide(entry.id, .reject, by: "me") }
      let browser = try await OperatorBrowser(server)
      let page = try await browser.page("/console/ops/quarantine?state=rejected")
      let offers = page.elements("tbody").flatMap(\.all).filter { $0.name == "code" }.map(\.text)
      #expect(offers == ["two", "one"])
    }
  }

  @Test("ends an override")
  func overrides() async throws {
    try await run { server, _ in
      let edit = OverrideEdit(
        provider: try .sample("openai"), offer: "gpt-4o", values: [.contextLength: .number("64000")],
        note: "our <b>contract</b>", by: "alice")
      _ = try await server.store.setOverrides(edit, dryRun: false)
      let browser = try await OperatorBrowser(server)
      let page = try await browser.page("/console/ops/overrides")
      #expect(page.text.contains("our <b>contract</b>") && page.text.contains("64000"))
      let fields = try page.fields(of: "/console/ops/overrides/end")
      let done = try await browser.submit("/console/ops/overrides/end", fields)
      #expect(done["location"] == "/console/ops/overrides?done=ended")
      #expect(try await server.store.overrides(of: nil).isEmpty)
    }
  }
}
