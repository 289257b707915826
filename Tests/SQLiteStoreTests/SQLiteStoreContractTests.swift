import Catalog
import SQLiteStore
import TestSupport
import Testing

@Suite("Every store keeps the contract")
struct CatalogStoreContractTests {
  @Test("SQLite", arguments: CatalogStoreContract.rules)
  func sqlite(_ rule: CatalogStoreContract.Rule) async throws {
    try await withTemporaryStore { store, _ in try await rule.check(store) }
  }

  @Test("In memory", arguments: CatalogStoreContract.rules)
  func memory(_ rule: CatalogStoreContract.Rule) async throws {
    try await rule.check(InMemoryCatalogStore(now: { 1_700_000_000 }))
  }

  @Test("SQLite keeps what workers know of their work", arguments: SyncRecordsContract.rules)
  func sqliteRecords(_ rule: SyncRecordsContract.Rule) async throws {
    try await withTemporaryStore { store, _ in try await rule.check(store) }
  }

  @Test("A copy from SQLite to SQLite holds everything and goes on from there")
  func copy() async throws {
    try await withTemporaryStore { source, _ in
      try await withTemporaryStore { target, _ in
        try await CatalogDatabaseContract.checkCopy(from: source, to: target)
      }
    }
  }

  @Test("A store in memory keeps what workers know of their work", arguments: SyncRecordsContract.rules)
  func memoryRecords(_ rule: SyncRecordsContract.Rule) async throws {
    try await rule.check(InMemoryCatalogStore(now: { 1_700_000_000 }))
    try await rule.check(FaultyCatalogStore(InMemoryCatalogStore(now: { 1_700_000_000 })))
  }

  @Test("Passed on", arguments: CatalogStoreContract.rules)
  func faulty(_ rule: CatalogStoreContract.Rule) async throws {
    try await rule.check(FaultyCatalogStore(InMemoryCatalogStore(now: { 1_700_000_000 })))
  }
}
