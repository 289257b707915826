import Catalog
import TestSupport
import Testing

@testable import PostgresClient
@testable import PostgresStore

@Suite("PostgreSQL keeps the contract of every store", .needsPostgres)
struct PostgresStoreContractTests {
  private static let places = Places(4)

  /// A few at a time: each makes a database of its own, and tests beside these measure time.
  private func inTurn(_ body: () async throws -> Void) async throws {
    try await Self.places.withPlace(until: .now + .seconds(600), body)
  }

  @Test("Directly", arguments: CatalogStoreContract.rules)
  func direct(_ rule: CatalogStoreContract.Rule) async throws {
    try await inTurn { try await withTemporaryStore { store, _ in try await rule.check(store) } }
  }

  @Test(
    "Through a pooler of transactions", .enabled(if: PgBouncer.isInstalled, "pgbouncer is not installed"),
    arguments: CatalogStoreContract.rules)
  func pooled(_ rule: CatalogStoreContract.Rule) async throws {
    try await inTurn {
      let database = try SharedServer.server().makeDatabase()
      try await withStore(SharedServer.pooler().url(of: database)) { try await rule.check($0) }
    }
  }

  @Test("What workers know of their work", arguments: SyncRecordsContract.rules)
  func records(_ rule: SyncRecordsContract.Rule) async throws {
    try await inTurn { try await withTemporaryStore { store, _ in try await rule.check(store) } }
  }

  @Test("A copy from PostgreSQL to PostgreSQL holds everything and goes on from there")
  func copy() async throws {
    try await inTurn {
      try await withTemporaryStore { source, _ in
        try await withTemporaryStore { target, _ in
          try await CatalogDatabaseContract.checkCopy(from: source, to: target)
        }
      }
    }
  }

  @Test("A lease is prolonged and a record kept while an import of the same worker waits for the write lock")
  func recordsDuringImport() async throws {
    try await withTemporaryStore { store, url in
      try await withClient(url) { other in
        let isHeld = Gate()
        let mayEnd = Gate()
        let lock = "SELECT pg_advisory_xact_lock(\(Schema.writeLock))"
        async let holder: Void = other.transaction(.write, timeout: patience, opening: lock) { _ in
          isHeld.open()
          mayEnd.pass()
        }
        try await wait(for: "the lock") { isHeld.isOpen }
        async let imported = store.importOffers([.sample()])
        try await wait(for: "the import") {
          try await other.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") != "0"
        }
        #expect(try await store.acquireLease("sync", token: "a", for: .seconds(60)))
        #expect(try await store.acquireLease("sync", token: "a", for: .seconds(60)))
        try await store.setRecord(.job, "1", "{}")
        #expect(try await store.records(.job) == ["1": "{}"])
        try await store.releaseLease("sync", token: "a")
        #expect(try await store.offers().isEmpty, "the import still waits")
        mayEnd.open()
        try await holder
        #expect(try await imported.added == 1)
      }
    }
  }

  @Test("Random imports give what a simple model gives, and a log that leads there", arguments: 1...8)
  func random(seed: Int) async throws {
    try await inTurn {
      try await withTemporaryStore { store, _ in try await CatalogStoreContract.checkRandomImports(store, seed: seed) }
    }
  }
}
