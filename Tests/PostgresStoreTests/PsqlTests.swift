import Catalog
import PostgresStore
import TestSupport
import Testing
import TieredCaching

@Suite("Changes made with psql", .needsPostgres)
struct PsqlTests {
  /// A change to the store of ``withAcme(_:)``, and what the log must say about it.
  struct Edit: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sql: String
    let log: [String]
  }

  static let edits = [
    Edit(
      testDescription: "one column", sql: "UPDATE offers SET context_length = 5 WHERE id = 'a'",
      log: ["changed a context_length 128000 5"]),
    Edit(
      testDescription: "several columns and rows", sql: "UPDATE offers SET max_output = 7, status = 'deprecated'",
      log: [
        "changed a max_output nil 7", "changed a status active deprecated", "changed b max_output nil 7",
        "changed b status active deprecated",
      ]),
    Edit(
      testDescription: "one price",
      sql: "UPDATE offers SET pricing = jsonb_set(pricing::jsonb, '{prompt}', '\"0.5\"') WHERE id = 'a'",
      log: ["changed a pricing.prompt 0.0000025 0.5"]),
    Edit(
      testDescription: "a new offer of a known provider",
      sql: "INSERT INTO offers (provider, id, model_id, name) VALUES ('acme', 'c', 'c', 'C')",
      log: ["added c - nil nil"]),
    Edit(
      testDescription: "an upsert as PostgREST makes it",
      sql: """
        INSERT INTO offers (provider, id, model_id, name) VALUES ('acme', 'a', 'a', 'A'), ('acme', 'd', 'd', 'D')
        ON CONFLICT (provider, id) DO UPDATE SET name = excluded.name
        """, log: ["added d - nil nil", "changed a name a A"]),
    Edit(
      testDescription: "a copy from a file",
      sql: "COPY offers (provider, id, model_id, name) FROM PROGRAM 'printf \"acme,e,e,E\\nacme,f,f,F\"' CSV",
      log: ["added e - nil nil", "added f - nil nil"]),
    Edit(testDescription: "a removed offer", sql: "DELETE FROM offers WHERE id = 'a'", log: ["removed a - nil nil"]),
    Edit(
      testDescription: "a new id", sql: "UPDATE offers SET id = 'z', model_id = 'z' WHERE id = 'a'",
      log: ["removed a - nil nil", "added z - nil nil"]),
    Edit(testDescription: "the provider's name", sql: "UPDATE providers SET name = 'Acme'", log: []),
    Edit(testDescription: "the source", sql: "UPDATE offers SET source = 'me' WHERE id = 'a'", log: []),
    Edit(
      testDescription: "the raw text of a price",
      sql: "UPDATE offers SET pricing = jsonb_set(pricing::jsonb, '{raw}', '\"{}\"') WHERE id = 'a'", log: []),
    Edit(
      testDescription: "a removed provider", sql: "DELETE FROM providers",
      log: ["removed a - nil nil", "removed b - nil nil"]),
  ]

  private func withAcme(_ body: (PostgresStore, String) async throws -> Void) async throws {
    try await withTemporaryStore { store, url in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      try await body(store, url)
    }
  }

  private func psql(_ sql: String, _ url: String) throws {
    try SharedServer.server().psql("SET search_path = modelcatalog; \(sql)", in: url)
  }

  private func log(_ store: PostgresStore) async throws -> [String] {
    try await store.changes(after: 2, provider: nil, limit: 100).map {
      "\($0.kind) \($0.offer) \($0.field ?? "-") \($0.oldValue ?? "nil") \($0.newValue ?? "nil")"
    }
  }

  @Test("raise the revision, are logged and are loaded", arguments: edits)
  func edit(_ edit: Edit) async throws {
    try await withAcme { store, url in
      let before = try await store.load(changedSince: nil)
      try psql(edit.sql, url)
      let manifest = try await store.manifest()
      #expect(manifest.revisions[PartID("acme")] ?? .zero > before.manifest.revisions[PartID("acme")] ?? .zero)
      let delta = try await store.load(changedSince: before.manifest)
      #expect(delta.manifest == manifest)
      let part = try #require(delta.parts[PartID("acme")])
      let old = try #require(before.parts[PartID("acme")])
      #expect(part.offers != old.offers || part.provider != old.provider)
      #expect(try await log(store).sorted() == edit.log.sorted())
    }
  }

  @Test("that set the same values change nothing")
  func sameValues() async throws {
    try await withAcme { store, url in
      let before = try await store.manifest()
      try psql("UPDATE offers SET name = name, pricing = pricing; UPDATE providers SET name = name", url)
      #expect(try await store.manifest() == before)
      #expect(try await log(store).isEmpty)
    }
  }

  @Test("bring an offer of an unknown provider with the provider, and move offers with their provider")
  func providers() async throws {
    try await withAcme { store, url in
      try psql("INSERT INTO offers (provider, id, model_id, name) VALUES ('new.one', 'x', 'x', 'X')", url)
      let part = try #require(try await store.load(changedSince: nil).parts[PartID("new.one")])
      #expect(part.provider == Provider(slug: try .sample("new.one")))
      #expect(part.offers.first?.pricing.state == .unknown)
      try psql("UPDATE providers SET slug = 'acme2' WHERE slug = 'acme'", url)
      let parts = try await store.load(changedSince: nil).parts
      #expect(parts[PartID("acme")]?.offers.isEmpty == true)
      #expect(parts[PartID("acme2")]?.offers.count == 2)
    }
  }

  @Test(
    "are refused where they would break the data",
    arguments: [
      "UPDATE offers SET pricing = 'free'", "UPDATE offers SET pricing = '[]'", "UPDATE offers SET aliases = 'x,y'",
      "UPDATE offers SET capabilities = '{}'", "UPDATE offers SET id = 'other'",
      "UPDATE offers SET context_length = 'many'", "UPDATE offers SET name = NULL",
      "INSERT INTO providers (slug, name) VALUES ('No Slug', 'x')",
      "INSERT INTO offers (provider, id, model_id, name) VALUES ('UPPER', 'x', 'x', 'X')",
      "UPDATE revisions SET revision = revision - 1", "UPDATE revisions SET revision = revision",
      "DELETE FROM revisions", "TRUNCATE revisions", "TRUNCATE providers", "TRUNCATE offers",
      "UPDATE offers SET status = 'odd'", "UPDATE offers SET expiry_date = 'soon'", "UPDATE offers SET max_input = 0",
      "UPDATE offers SET pricing = '{}'", "UPDATE offers SET pricing = '{\"state\":\"cheap\"}'",
      "INSERT INTO revisions (provider, revision) VALUES ('Bad Slug!', 1)", "UPDATE revisions SET floor = revision",
      "UPDATE revisions SET floor = revision + 2, revision = revision + 1",
      "UPDATE revisions SET floor = -1, revision = revision + 1",
    ])
  func refused(_ sql: String) async throws {
    try await withAcme { store, url in
      let before = try await store.manifest()
      #expect(throws: PostgresServer.Failure.self) { try psql(sql, url) }
      #expect(try await store.manifest() == before)
      #expect(try await store.offers().count == 2)
    }
  }

  @Test("can purge: a floor is set with the revision that it equals, and never falls")
  func purge() async throws {
    try await withAcme { store, url in
      try psql("UPDATE revisions SET revision = revision + 1, floor = revision + 1 WHERE provider = 'acme'", url)
      let manifest = try await store.manifest()
      #expect(manifest.floors == manifest.revisions)
      #expect(throws: PostgresServer.Failure.self) {
        try psql("UPDATE revisions SET revision = revision + 1, floor = 0", url)
      }
      #expect(try await store.manifest() == manifest)
    }
  }

  @Test("need rights on offers and providers only: a role of PostgREST raises revisions and writes the log")
  func otherRole() async throws {
    try await withAcme { store, url in
      let role = "web_\(UInt32.random(in: .min ... .max))"
      try psql(
        """
        CREATE ROLE \(role); GRANT USAGE ON SCHEMA modelcatalog TO \(role);
        GRANT SELECT, INSERT, UPDATE, DELETE ON offers TO \(role)
        """, url)
      let before = try await store.manifest()
      try psql(
        """
        SET ROLE \(role); UPDATE offers SET max_output = 9 WHERE id = 'a';
        INSERT INTO offers (provider, id, model_id, name) VALUES ('fresh', 'x', 'x', 'X')
        """, url)
      #expect(try await store.manifest().revisions[PartID("acme")] ?? .zero > before.revisions[PartID("acme")] ?? .zero)
      #expect(try await log(store) == ["changed a max_output nil 9", "added x - nil nil"])
      #expect(throws: PostgresServer.Failure.self) {
        try psql("SET ROLE \(role); UPDATE revisions SET revision = revision + 1", url)
      }
      #expect(throws: PostgresServer.Failure.self) {
        try psql("SET ROLE \(role); SELECT raise_revisions(ARRAY['acme'])", url)
      }
    }
  }

  @Test("by writers at the same time are logged in the order in which they are committed, and none is lost")
  func concurrentWriters() async throws {
    try await withTemporaryStore { store, url in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<6 {
          group.addTask {
            for step in 0..<5 {
              let ids = (0...step).map { "m\($0)" }
              if writer.isMultiple(of: 2) {
                try await store.importOffers(try ids.map { try .sample(provider: "p\(writer)", id: $0) })
              } else {
                let sql =
                  "INSERT INTO modelcatalog.offers (provider, id, model_id, name) "
                  + "VALUES ('p\(writer)', 'm\(step)', 'm\(step)', 'x')"
                try SharedServer.server().psql(sql, in: url)
              }
            }
          }
        }
        let isDone = Gate()
        async let seen = poll(store, until: isDone)
        try await group.waitForAll()
        isDone.open()
        let log = try await store.changes(after: 0, provider: nil, limit: 1000)
        #expect(log.count == 30)
        #expect(Set(log.map { "\($0.provider) \($0.offer)" }).count == 30)
        let polled = try await seen
        #expect(polled == log, "who asks for what is new never misses anything")
      }
      for part in try await store.load(changedSince: nil).parts.values { #expect(part.offers.count == 5) }
    }
  }

  /// Everything that somebody sees who asks again and again for what is new.
  private func poll(_ store: PostgresStore, until isDone: Gate) async throws -> [CatalogChange] {
    var seen: [CatalogChange] = []
    var isLast = false
    while true {
      seen += try await store.changes(after: seen.last?.sequence ?? 0, provider: nil, limit: 1000)
      if isLast { return seen }
      isLast = isDone.isOpen
    }
  }

  @Test("in one transaction are seen together or not at all")
  func rolledBack() async throws {
    try await withAcme { store, url in
      let before = try await store.manifest()
      try psql("BEGIN; DELETE FROM offers; ROLLBACK", url)
      #expect(try await store.manifest() == before)
      #expect(try await log(store).isEmpty)
    }
  }
}
