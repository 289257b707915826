import Catalog
import SQLiteStore
import TestSupport
import Testing
import TieredCaching

@Suite("Changes made with the sqlite3 shell", .enabled(if: Shell.path != nil, "sqlite3 is not installed"))
struct ShellTests {
  /// A change that the shell makes to the store of ``withAcme(_:)``, and what the log must say about it.
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
      sql: "UPDATE offers SET pricing = json_set(pricing, '$.prompt', '0.5') WHERE id = 'a'",
      log: ["changed a pricing.prompt 0.0000025 0.5"]),
    Edit(
      testDescription: "a new offer of a known provider",
      sql: "INSERT INTO offers (provider, id, model_id, name) VALUES ('acme', 'c', 'c', 'C')",
      log: ["added c - nil nil"]),
    Edit(
      testDescription: "a replaced offer",
      sql: "INSERT OR REPLACE INTO offers (provider, id, model_id, name) VALUES ('acme', 'a', 'a', 'A')",
      log: ["added a - nil nil"]),
    Edit(testDescription: "a removed offer", sql: "DELETE FROM offers WHERE id = 'a'", log: ["removed a - nil nil"]),
    Edit(
      testDescription: "a new id", sql: "UPDATE offers SET id = 'z', model_id = 'z' WHERE id = 'a'",
      log: ["removed a - nil nil", "added z - nil nil"]),
    Edit(testDescription: "the provider's name", sql: "UPDATE providers SET name = 'Acme'", log: []),
    Edit(testDescription: "the source", sql: "UPDATE offers SET source = 'me' WHERE id = 'a'", log: []),
    Edit(
      testDescription: "the raw text of a price",
      sql: "UPDATE offers SET pricing = json_set(pricing, '$.raw', '{}') WHERE id = 'a'", log: []),
    Edit(
      testDescription: "a removed provider", sql: "DELETE FROM providers",
      log: ["removed a - nil nil", "removed b - nil nil"]),
  ]

  private func withAcme(_ body: (SQLiteStore, String) async throws -> Void) async throws {
    try await withTemporaryStore { store, path in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      try await body(store, path)
    }
  }

  private func log(_ store: SQLiteStore) async throws -> [String] {
    try await store.changes(after: 2, provider: nil, limit: 100).map {
      "\($0.kind) \($0.offer) \($0.field ?? "-") \($0.oldValue ?? "nil") \($0.newValue ?? "nil")"
    }
  }

  @Test("raise the revision, are logged and are loaded", arguments: edits)
  func edit(_ edit: Edit) async throws {
    try await withAcme { store, path in
      let before = try await store.load(changedSince: nil)
      let output = try Shell.run(edit.sql, path)
      try #require(output.succeeded, "\(output.text)")
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
    try await withAcme { store, path in
      let before = try await store.manifest()
      let output = try Shell.run(
        "UPDATE offers SET name = name, pricing = pricing; UPDATE providers SET name = name", path)
      try #require(output.succeeded, "\(output.text)")
      #expect(try await store.manifest() == before)
      #expect(try await log(store).isEmpty)
    }
  }

  @Test("bring an offer of an unknown provider with the provider")
  func newProvider() async throws {
    try await withAcme { store, path in
      let sql = "INSERT INTO offers (provider, id, model_id, name) VALUES ('new.one', 'x', 'x', 'X')"
      try #require(try Shell.run(sql, path).succeeded)
      let part = try #require(try await store.load(changedSince: nil).parts[PartID("new.one")])
      #expect(part.provider == Provider(slug: try .sample("new.one")))
      #expect(part.offers.first?.pricing.state == .unknown)
    }
  }

  @Test("move the offers of a provider that gets another slug")
  func newSlug() async throws {
    try await withAcme { store, path in
      try #require(try Shell.run("UPDATE providers SET slug = 'acme2'", path).succeeded)
      let parts = try await store.load(changedSince: nil).parts
      #expect(parts[PartID("acme")]?.offers.isEmpty == true)
      #expect(parts[PartID("acme2")]?.offers.count == 2)
    }
  }

  @Test(
    "are refused where they would break the data",
    arguments: [
      "UPDATE offers SET pricing = 'free'",
      "UPDATE offers SET aliases = 'x,y'",
      "UPDATE offers SET capabilities = '{}'",
      "UPDATE offers SET id = 'other'",
      "UPDATE offers SET context_length = 'many'",
      "UPDATE offers SET name = NULL",
      "INSERT INTO providers (slug, name) VALUES ('No Slug', 'x')",
      "INSERT INTO offers (provider, id, model_id, name) VALUES ('UPPER', 'x', 'x', 'X')",
      "UPDATE revisions SET revision = revision - 1",
      "DELETE FROM revisions",
      "UPDATE revisions SET floor = revision",
      "UPDATE revisions SET floor = revision + 2, revision = revision + 1",
      "UPDATE revisions SET floor = -1, revision = revision + 1",
    ])
  func refused(_ sql: String) async throws {
    try await withAcme { store, path in
      let before = try await store.manifest()
      #expect(try !Shell.run(sql, path).succeeded)
      #expect(try await store.manifest() == before)
      #expect(try await store.offers().count == 2)
    }
  }

  @Test("can purge: a floor is set with the revision that it equals, and never falls")
  func purge() async throws {
    try await withAcme { store, path in
      let purge = "UPDATE revisions SET revision = revision + 1, floor = revision + 1 WHERE provider = 'acme'"
      try #require(try Shell.run(purge, path).succeeded)
      let manifest = try await store.manifest()
      #expect(manifest.floors == manifest.revisions)
      #expect(try !Shell.run("UPDATE revisions SET revision = revision + 1, floor = 0", path).succeeded)
      #expect(try await store.manifest() == manifest)
      try #require(try Shell.run("UPDATE offers SET max_output = 3", path).succeeded)
      let later = try await store.manifest()
      #expect(later.floors == manifest.floors)
      #expect(later.revisions[PartID("acme")] ?? .zero > manifest.revisions[PartID("acme")] ?? .zero)
    }
  }

  @Test("that break a row can be undone by deleting the offer and putting it again")
  func brokenRow() async throws {
    try await withAcme { store, path in
      try #require(try Shell.run("UPDATE offers SET status = 'odd' WHERE id = 'a'", path).succeeded)
      let error = await #expect(throws: StoreError.self) { try await store.edit(.putOffer(.sample(id: "a"))) }
      guard case .corruptRow(provider: "acme", offer: "a", _)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(try await store.patchOffer(#"{"context_length":5}"#, id: "b").kind == .changed)
      #expect(try await store.edit(.deleteOffer(provider: .sample(), id: "a")).kind == .removed)
      #expect(try await store.edit(.putOffer(.sample(id: "a"))).kind == .created)
      #expect(try await store.offers().count == 2)
    }
  }

  @Test("in one transaction are seen together or not at all")
  func rolledBack() async throws {
    try await withAcme { store, path in
      let before = try await store.manifest()
      try #require(try Shell.run("BEGIN; DELETE FROM offers; ROLLBACK", path).succeeded)
      #expect(try await store.manifest() == before)
      #expect(try await log(store).isEmpty)
    }
  }
}
