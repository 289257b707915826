import Catalog
import SQLiteStore
import TestSupport
import Testing

@Suite("Changes made with the sqlite3 shell", .enabled(if: Shell.path != nil, "sqlite3 is not installed"))
struct ShellTests {
  static let edits =
    HandwrittenSQL.edits + [
      HandwrittenSQL.Edit(
        "one price", "UPDATE offers SET pricing = json_set(pricing, '$.prompt', '0.5') WHERE id = 'a'",
        log: ["changed a pricing.prompt 0.0000025 0.5"]),
      HandwrittenSQL.Edit(
        "the raw text of a price", "UPDATE offers SET pricing = json_set(pricing, '$.raw', '{}') WHERE id = 'a'",
        log: []),
      HandwrittenSQL.Edit(
        "a replaced offer",
        "INSERT OR REPLACE INTO offers (provider, id, model_id, name) VALUES ('acme', 'a', 'a', 'A')",
        log: ["added a - nil unknown"]),
    ]

  private func withShell(_ body: (SQLiteStore, HandwrittenSQL.Shell) async throws -> Void) async throws {
    try await withTemporaryStore { store, path in
      try await body(store) { sql in
        let output = try Shell.run(sql, path)
        guard output.succeeded else { throw Refusal(text: output.text) }
      }
    }
  }

  private struct Refusal: Error { let text: String }

  @Test("raise the revision, are logged and are loaded", arguments: edits)
  func edit(_ edit: HandwrittenSQL.Edit) async throws {
    try await withShell { store, shell in try await HandwrittenSQL.check(edit, store, shell) }
  }

  @Test("that set the same values, or are rolled back, change nothing")
  func nothing() async throws {
    try await withShell { store, shell in try await HandwrittenSQL.checkNothing(store, shell) }
  }

  @Test("bring an offer of an unknown provider with the provider, and move offers with their provider")
  func providers() async throws {
    try await withShell { store, shell in try await HandwrittenSQL.checkProviders(store, shell) }
  }

  @Test("are refused where they would break the data", arguments: HandwrittenSQL.refused)
  func refused(_ sql: String) async throws {
    try await withShell { store, shell in try await HandwrittenSQL.checkRefusal(of: sql, store, shell) }
  }

  @Test("override what providers say: logged, served, and refused where no offer can have it")
  func overrides() async throws {
    try await withShell { store, shell in try await HandwrittenSQL.checkOverrides(store, shell) }
  }

  @Test("can purge: a floor is set with the revision that it equals, and never falls")
  func purge() async throws {
    try await withShell { store, shell in try await HandwrittenSQL.checkPurge(store, shell) }
  }

  @Test("that break a row can be undone by deleting the offer and putting it again")
  func brokenRow() async throws {
    try await withShell { store, shell in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      try shell("UPDATE offers SET status = 'odd' WHERE id = 'a'")
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
}
