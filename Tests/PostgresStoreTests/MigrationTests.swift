import Catalog
import PostgresClient
import TestSupport
import Testing
import TieredCaching

@testable import PostgresStore

@Suite("The structure of a database", .needsPostgres, .timeLimit(.minutes(2)))
struct MigrationTests {
  private func psql(_ sql: String, _ url: String) throws -> String { try SharedServer.server().psql(sql, in: url) }

  /// What a person reads when a database cannot be opened.
  private func failure(_ url: String) async throws -> String {
    try await #require(throws: StoreError.self) { try await withStore(url) { _ in } }.description
  }

  /// Makes a user who may do nothing.
  ///
  /// - Returns: the name.
  private func makeUser() throws -> String {
    let name = "plain_\(UInt32.random(in: .min ... .max))"
    try SharedServer.server().psql("CREATE ROLE \(name) LOGIN")
    return name
  }

  @Test("is made in an empty database, and left as it is when it is opened again")
  func new() async throws {
    let url = try SharedServer.server().makeDatabase()
    let configuration = PostgresStore.Configuration(primary: try PostgresConfiguration(url: url))
    let looking = try await PostgresStore(configuration, migrates: false, logger: silent)
    let version = try await looking.schemaVersion()
    try await looking.close()
    #expect(version == 0)
    #expect(try psql("SELECT to_regnamespace('modelcatalog') IS NULL", url) == "t")
    let manifest = try await withStore(url) { store in
      #expect(try await store.schemaVersion() == PostgresStore.newestSchema)
      #expect(try await store.health()["schema"] == "\(PostgresStore.newestSchema)")
      try await store.importOffers([.sample()])
      return try await store.manifest()
    }
    try await withStore(url) { store in
      let again = try await store.manifest()
      #expect(again == manifest)
      #expect(try await store.migrate() == PostgresStore.newestSchema)
      #expect(try await store.manifest() == manifest)
    }
    let versions = (1...PostgresStore.newestSchema).map(String.init).joined(separator: " ")
    let sql = "SELECT string_agg(version::text, ' ' ORDER BY version) FROM modelcatalog.migrations"
    #expect(try psql(sql, url) == versions)
  }

  @Test("is made once by several who open a new database at the same time")
  func together() async throws {
    let url = try SharedServer.server().makeDatabase()
    let lifetimes = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<6 { group.addTask { try await withStore(url) { try await $0.manifest().lifetime } } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(lifetimes.count == 6)
    #expect(Set(lifetimes).count == 1)
    #expect(try psql("SELECT count(*) FROM modelcatalog.migrations", url) == "\(PostgresStore.newestSchema)")
  }

  @Test("of version 1 is brought to the newest without loss, by the first of several who open it")
  func version1() async throws {
    let url = try SharedServer.server().makeDatabase()
    let setup = """
      CREATE SCHEMA modelcatalog;
      CREATE TABLE modelcatalog.migrations (
        version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      \(Schema.migrations[0])
      INSERT INTO modelcatalog.migrations (version) VALUES (1);
      SET search_path = modelcatalog;
      UPDATE metadata SET value = 'as-it-was' WHERE name = 'lifetime';
      INSERT INTO metadata (name, value) VALUES ('license', 'MIT');
      INSERT INTO providers (slug, name, site_url) VALUES ('acme', 'Acme', 'https://acme.example');
      INSERT INTO offers (provider, id, model_id, name) VALUES ('acme', 'a', 'a', 'A'), ('acme', 'b', 'b', 'B');
      UPDATE offers SET context_length = 5 WHERE id = 'a';
      DELETE FROM offers WHERE id = 'b';
      """
    _ = try psql(setup, url)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          try await withStore(url) { store in
            let delta = try await store.load(changedSince: nil)
            #expect(delta.manifest == Manifest(lifetime: "as-it-was", revisions: [PartID("acme"): Revision(4)]))
            let part = try #require(delta.parts[PartID("acme")])
            #expect(part.provider == Provider(slug: try .sample(), name: "Acme", siteURL: "https://acme.example"))
            #expect(part.offers.map(\.id) == ["a"])
            #expect(part.offers.first?.contextLength == 5)
            #expect(try await store.metadata() == ["license": "MIT"])
            let log = try await store.changes(after: 0, provider: nil, limit: 10)
            #expect(log.map { "\($0.kind) \($0.offer)" } == ["added a", "added b", "changed a", "removed b"])
            #expect(try await store.schemaVersion() == PostgresStore.newestSchema)
          }
        }
      }
      try await group.waitForAll()
    }
    let floors = try await withStore(url) { try await $0.raiseRevisions(of: nil, purging: true).floors }
    #expect(floors == [PartID("acme"): Revision(5)])
  }

  @Test("of version 2 keeps its change log, in effect since the time of each change, and goes on as a new one does")
  func version2() async throws {
    let url = try SharedServer.server().makeDatabase()
    let setup = """
      CREATE SCHEMA modelcatalog;
      CREATE TABLE modelcatalog.migrations (
        version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      \(Schema.migrations[0])
      \(Schema.migrations[1])
      INSERT INTO modelcatalog.migrations (version) VALUES (1), (2);
      SET search_path = modelcatalog;
      INSERT INTO offers (provider, id, model_id, name) VALUES ('acme', 'a', 'a', 'A'), ('acme', 'b', 'b', 'B');
      UPDATE offers SET context_length = 5 WHERE id = 'a';
      UPDATE revisions SET revision = revision + 1, floor = revision + 1;
      """
    _ = try psql(setup, url)
    let times = "SELECT string_agg(\(Timestamp.text("at")), ' ' ORDER BY sequence) FROM modelcatalog.changes"
    let before = try psql(times, url)
    try await withStore(url) { store in
      let manifest = try await store.manifest()
      #expect(manifest.floors == manifest.revisions)
      let old = try await store.changes(after: 0, provider: nil, limit: 10)
      #expect(old.map(\.words) == ["added a - nil nil", "added b - nil nil", "changed a context_length nil 5"])
      #expect(old.map(\.effectiveAt).joined(separator: " ") == before)
      let same = OfferReference(provider: try .sample(), offer: "a")
      #expect(try await store.changes(of: [same], limit: 10).map(\.sequence) == [1, 3])
      try await store.importOffers([.sample(id: "a", observedAt: 1_600_000_000)], stated: .pricing)
      let new = try await store.changes(after: 3, provider: nil, limit: 10)
      #expect(new.first?.words == "removed b - unknown nil")
      #expect(new.count == 4)
      #expect(new.allSatisfy { $0.effectiveAt == "2020-09-13T12:26:40.000Z" && $0.at > $0.effectiveAt })
    }
  }

  @Test("of a newer version is refused, and nothing is changed")
  func newer() async throws {
    try await withTemporaryStore { store, url in
      _ = try psql("INSERT INTO modelcatalog.migrations (version) VALUES (99)", url)
      let opening = try await failure(url)
      #expect(opening.contains("version 99") && opening.contains("update modelcatalog"))
      let error = await #expect(throws: StoreError.self) { try await store.migrate() }
      #expect(error?.description == StoreError.newerSchema(found: "version 99").description)
      #expect(try psql("SELECT count(*) FROM modelcatalog.migrations", url) == "\(PostgresStore.newestSchema + 1)")
    }
  }

  @Test("that cannot be made whole is not made at all, and what was there stays")
  func failing() async throws {
    let url = try SharedServer.server().makeDatabase()
    _ = try psql("CREATE SCHEMA modelcatalog; CREATE TABLE modelcatalog.imports AS SELECT 'mine' AS text", url)
    let reason = try await failure(url)
    #expect(reason.contains("\"imports\" already exists"))
    let tables = "SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'modelcatalog'::regnamespace"
    #expect(try psql(tables, url) == "imports")
    #expect(try psql("SELECT text FROM modelcatalog.imports", url) == "mine")
  }

  @Test("leaves everything else in the database alone, whatever it is called and wherever names are looked up")
  func others() async throws {
    let url = try SharedServer.server().makeDatabase()
    _ = try psql(
      """
      CREATE SCHEMA app;
      CREATE TABLE app.offers AS SELECT 'mine' AS text;
      CREATE TABLE app.revisions AS SELECT 'mine' AS text;
      CREATE TABLE app.providers AS SELECT 'mine' AS text;
      CREATE TABLE public.migrations AS SELECT 99 AS version;
      CREATE FUNCTION app.raise_revisions(parts text[]) RETURNS void LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'not mine'; END $$;
      DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, public', current_database()); END $$;
      """, url)
    let listing = """
      SELECT string_agg(line, ' ' ORDER BY line) FROM (
        SELECT format('%s.%s', relnamespace::regnamespace, relname) AS line, relnamespace AS namespace FROM pg_class
        UNION ALL SELECT format('%s.%s', pronamespace::regnamespace, proname), pronamespace FROM pg_proc
        UNION ALL SELECT format('%s.%s', typnamespace::regnamespace, typname), typnamespace FROM pg_type
      ) AS things WHERE namespace::regnamespace::text !~ '^(modelcatalog|information_schema|pg_.*)$'
      """
    let before = try psql(listing, url)
    #expect(before.contains("app.offers") && before.contains("public.migrations"))
    try await withStore(url) { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      try await store.importOffers([.sample(id: "a")])
      #expect(try await store.offers().count == 1)
    }
    _ = try psql("UPDATE modelcatalog.offers SET max_output = 1", url)
    #expect(try psql(listing, url) == before)
    for table in ["offers", "revisions", "providers"] {
      #expect(try psql("SELECT text FROM app.\(table)", url) == "mine")
    }
  }

  @Test("is not made by a user without the right to, who is told what to do")
  func noRightToCreate() async throws {
    let user = try makeUser()
    let url = try SharedServer.server().makeDatabase()
    let reason = try await failure(url.replacing("postgres@", with: "\(user)@"))
    #expect(reason.contains("permission denied for database"))
    #expect(reason.contains("give the user the right") && reason.contains("modelcatalog migrate"))
  }

  @Test("is not used by a user without rights in it, and only read by one who may only read; both are told what to do")
  func noRightToUse() async throws {
    let user = try makeUser()
    try await withTemporaryStore { store, url in
      try await store.importOffers([.sample(id: "a")])
      let plain = url.replacing("postgres@", with: "\(user)@")
      let reason = try await failure(plain)
      #expect(reason.contains("permission denied for schema") && reason.contains("give the user the right"))
      _ = try psql(
        """
        GRANT USAGE ON SCHEMA modelcatalog TO \(user); GRANT SELECT ON ALL TABLES IN SCHEMA modelcatalog TO \(user)
        """, url)
      try await withStore(plain) { reader in
        let offers = try await reader.offers()
        #expect(offers.count == 1)
        let error = await #expect(throws: StoreError.self) {
          try await reader.importOffers([.sample(id: "a"), .sample(id: "b")])
        }
        #expect(error?.description.contains("permission denied for table") == true)
        #expect(error?.description.contains("give the user the right") == true)
      }
      #expect(try await store.offers().map(\.id) == ["a"])
    }
  }
}
