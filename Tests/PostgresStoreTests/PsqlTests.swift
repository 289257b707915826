import Catalog
import PostgresClient
import TestSupport
import Testing
import TieredCaching

@testable import PostgresStore

@Suite("Changes made with psql", .needsPostgres)
struct PsqlTests {
  static let edits: [HandwrittenSQL.Edit] =
    HandwrittenSQL.edits + [
      HandwrittenSQL.Edit(
        "one price",
        "UPDATE offers SET pricing = jsonb_set(pricing::jsonb, '{prompt}', '\"0.5\"') WHERE id = 'a'",
        log: ["changed a pricing.prompt 0.0000025 0.5"]),
      HandwrittenSQL.Edit(
        "the raw text of a price",
        "UPDATE offers SET pricing = jsonb_set(pricing::jsonb, '{raw}', '\"{}\"') WHERE id = 'a'", log: []),
      HandwrittenSQL.Edit(
        "an upsert as PostgREST makes it",
        """
        INSERT INTO offers (provider, id, model_id, name) VALUES ('acme', 'a', 'a', 'A'), ('acme', 'd', 'd', 'D')
        ON CONFLICT (provider, id) DO UPDATE SET name = excluded.name
        """, log: ["added d - nil unknown", "changed a name a A"]),
      HandwrittenSQL.Edit(
        "a copy from a file",
        "COPY offers (provider, id, model_id, name) FROM PROGRAM 'printf \"acme,e,e,E\\nacme,f,f,F\"' CSV",
        log: ["added e - nil unknown", "added f - nil unknown"]),
    ]

  /// What PostgreSQL refuses besides: values that SQLite leaves to the reader, and what its snapshots cannot bear.
  static let refused: [String] =
    HandwrittenSQL.refused + [
      "UPDATE offers SET pricing = '[]'", "UPDATE offers SET pricing = '{}'",
      "UPDATE offers SET pricing = '{\"state\":\"cheap\"}'", "UPDATE offers SET status = 'odd'",
      "UPDATE offers SET expiry_date = 'soon'", "UPDATE offers SET max_input = 0",
      "UPDATE revisions SET revision = revision", "INSERT INTO revisions (provider, revision) VALUES ('Bad Slug!', 1)",
      "TRUNCATE revisions", "TRUNCATE providers", "TRUNCATE offers", "TRUNCATE overrides",
    ]

  private func psql(_ sql: String, _ url: String) throws {
    try SharedServer.server().psql("SET search_path = modelcatalog; \(sql)", in: url)
  }

  private func withShell(_ body: (PostgresStore, HandwrittenSQL.Shell) async throws -> Void) async throws {
    try await withTemporaryStore { store, url in try await body(store) { try psql($0, url) } }
  }

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

  @Test("are refused where they would break the data", arguments: refused)
  func refusal(_ sql: String) async throws {
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

  @Test("need rights on offers and providers only: a role of PostgREST raises revisions and writes the log")
  func otherRole() async throws {
    try await withTemporaryStore { store, url in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
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
      #expect(try await store.logLines(after: 2) == ["changed acme a max_output nil 9", "added fresh x - nil unknown"])
      #expect(throws: PostgresServer.Failure.self) {
        try psql("SET ROLE \(role); UPDATE revisions SET revision = revision + 1", url)
      }
      #expect(throws: PostgresServer.Failure.self) {
        try psql("SET ROLE \(role); SELECT raise_revisions(ARRAY['acme'])", url)
      }
    }
  }

  @Test("may say since when they have been in effect, though not a time to come")
  func observed() async throws {
    try await withTemporaryStore { store, url in
      try await store.importOffers([.sample(id: "a")])
      for (time, length) in [("2020-01-31T01:02:03+01", 1), ("2999-01-01", 2)] {
        try psql(
          "BEGIN; SET LOCAL modelcatalog.observed_at = '\(time)'; UPDATE offers SET context_length = \(length); COMMIT",
          url)
      }
      let changes = try await store.changes(after: 1, provider: nil, limit: 10)
      #expect(changes.map { $0.effectiveAt == $0.at } == [false, true])
      #expect(changes.first?.effectiveAt == "2020-01-31T00:02:03.000Z")
      #expect(throws: PostgresServer.Failure.self) {
        try psql("SET modelcatalog.observed_at = 'once'; UPDATE offers SET context_length = 3", url)
      }
    }
  }

  @Test("on offers, providers, revisions and overrides wait for whoever writes, so that the log is in order")
  func writeLock() async throws {
    try await withTemporaryStore { store, url in
      try await store.importOffers([.sample(id: "a")])
      try await withClient(url) { other in
        let isHeld = Gate()
        let mayEnd = Gate()
        let lock = "SELECT pg_advisory_xact_lock(\(Schema.writeLock))"
        async let holder: Void = other.transaction(.write, timeout: patience, opening: lock) { _ in
          isHeld.open()
          mayEnd.pass()
        }
        try await wait(for: "the lock") { isHeld.isOpen }
        for sql in [
          "UPDATE offers SET max_output = 1", "UPDATE providers SET name = 'x'",
          "UPDATE revisions SET revision = revision + 1",
          "INSERT INTO overrides (provider, offer, member, value) VALUES ('acme', 'a', 'hidden', 'true')",
        ] {
          let error = #expect(throws: PostgresServer.Failure.self) {
            try psql("SET statement_timeout = 200; \(sql)", url)
          }
          #expect("\(String(describing: error))".contains("statement timeout"), "\(sql)")
        }
        mayEnd.open()
        try await holder
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
}
