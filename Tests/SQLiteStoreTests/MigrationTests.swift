import Catalog
import TestSupport
import Testing
import TieredCaching

@testable import SQLiteStore

@Suite("A database of version 1", .enabled(if: Shell.path != nil, "sqlite3 is not installed"))
struct MigrationTests {
  /// Runs a test with the path of a file as version 1 of the program left it.
  private func withVersion1(_ body: (String) async throws -> Void) async throws {
    try await withTemporaryPath { path in
      let sql = """
        PRAGMA journal_mode = WAL;
        \(SchemaVersion1.sql)
        PRAGMA application_id = \(Schema.applicationID);
        PRAGMA user_version = 1;
        UPDATE metadata SET value = 'as-it-was' WHERE name = 'lifetime';
        INSERT INTO metadata (name, value) VALUES ('license', 'MIT');
        INSERT INTO providers (slug, name, site_url) VALUES ('acme', 'Acme', 'https://acme.example');
        INSERT INTO offers (provider, id, model_id, name) VALUES ('acme', 'a', 'a', 'A'), ('acme', 'b', 'b', 'B');
        UPDATE offers SET context_length = 5 WHERE id = 'a';
        DELETE FROM offers WHERE id = 'b';
        """
      let output = try Shell.run(sql, path)
      try #require(output.succeeded, "\(output.text)")
      try await body(path)
    }
  }

  @Test("is brought to the newest version without loss, by the first of several who open it")
  func migrated() async throws {
    try await withVersion1 { path in
      let stores = try await withThrowingTaskGroup(of: SQLiteStore.self) { group in
        for _ in 0..<4 { group.addTask { try await SQLiteStore(path: path) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      for store in stores {
        let delta = try await store.load(changedSince: nil)
        #expect(delta.manifest == Manifest(lifetime: "as-it-was", revisions: [PartID("acme"): Revision(5)]))
        let part = try #require(delta.parts[PartID("acme")])
        #expect(part.provider == Provider(slug: try .sample(), name: "Acme", siteURL: "https://acme.example"))
        #expect(part.offers.map(\.id) == ["a"])
        #expect(part.offers.first?.contextLength == 5)
        #expect(try await store.metadata() == ["license": "MIT"])
        #expect(
          try await store.logLines() == [
            "added acme a - nil nil", "added acme b - nil nil", "changed acme a context_length nil 5",
            "removed acme b - nil nil",
          ])
        #expect(try await store.health()["schema"] == "\(Schema.migrations.count)")
      }
      #expect(try await stores[0].raiseRevisions(of: nil, purging: true).floors == [PartID("acme"): Revision(6)])
      for store in stores { try await store.close() }
      let reopened = try await SQLiteStore(path: path)
      #expect(try await reopened.manifest().floors == [PartID("acme"): Revision(6)])
      try await reopened.close()
    }
  }

  @Test("that holds revisions below zero is refused instead of being changed")
  func implausible() async throws {
    try await withVersion1 { path in
      let spoiled = "INSERT INTO revisions (provider, revision) VALUES ('odd', -1)"
      try #require(try Shell.run(spoiled, path).succeeded)
      await #expect(throws: StoreError.self) { _ = try await SQLiteStore(path: path) }
      #expect(try Shell.run("PRAGMA user_version", path).text == "1\n")
    }
  }

  @Test("of version 2 keeps its change log, in effect since the time of each change, and goes on as a new one does")
  func version2() async throws {
    try await withTemporaryPath { path in
      let sql = """
        PRAGMA journal_mode = WAL;
        \(SchemaVersion1.sql)
        \(SchemaVersion2.sql)
        PRAGMA application_id = \(Schema.applicationID);
        PRAGMA user_version = 2;
        INSERT INTO offers (provider, id, model_id, name) VALUES ('acme', 'a', 'a', 'A'), ('acme', 'b', 'b', 'B');
        UPDATE offers SET context_length = 5 WHERE id = 'a';
        UPDATE revisions SET revision = revision + 1, floor = revision + 1;
        """
      let output = try Shell.run(sql, path)
      try #require(output.succeeded, "\(output.text)")
      let before = try Shell.run("SELECT sequence, at FROM changes", path).text
      let store = try await SQLiteStore(path: path)
      let manifest = try await store.manifest()
      #expect(manifest.floors == manifest.revisions)
      let old = try await store.changes(after: 0, provider: nil, limit: 10)
      #expect(old.map(\.words) == ["added a - nil nil", "added b - nil nil", "changed a context_length nil 5"])
      #expect(old.map { "\($0.sequence)|\($0.effectiveAt)\n" }.joined() == before)
      let same = OfferReference(provider: try .sample(), offer: "a")
      #expect(try await store.changes(of: [same], limit: 10).map(\.sequence) == [1, 3])
      try await store.importOffers([.sample(id: "a", observedAt: 1_600_000_000)], stated: .pricing)
      let new = try await store.changes(after: 3, provider: nil, limit: 10)
      #expect(new.first?.words == "removed b - unknown nil")
      #expect(new.count == 4)
      #expect(new.allSatisfy { $0.effectiveAt == "2020-09-13T12:26:40.000Z" && $0.at > $0.effectiveAt })
      #expect(try Shell.run("SELECT count(*) FROM import_moment", path).text == "0\n")
      try await store.close()
    }
  }
}
