import PostgresStore
import TestSupport
import Testing

@Suite("PostgreSQL keeps the contract of every store", .needsPostgres)
struct PostgresStoreContractTests {
  @Test("Directly", arguments: CatalogStoreContract.rules)
  func direct(_ rule: CatalogStoreContract.Rule) async throws {
    try await withTemporaryStore { store, _ in try await rule.check(store) }
  }

  @Test(
    "Through a pooler of transactions", .enabled(if: PgBouncer.isInstalled, "pgbouncer is not installed"),
    arguments: CatalogStoreContract.rules)
  func pooled(_ rule: CatalogStoreContract.Rule) async throws {
    let database = try SharedServer.server().makeDatabase()
    try await withStore(SharedServer.pooler().url(of: database)) { try await rule.check($0) }
  }

  @Test("Random imports give what a simple model gives, and a log that leads there", arguments: 1...8)
  func random(seed: Int) async throws {
    try await withTemporaryStore { store, _ in try await CatalogStoreContract.checkRandomImports(store, seed: seed) }
  }
}
