import TestSupport
import Testing

@Suite("Random imports into SQLite")
struct RandomImportTests {
  @Test("give the figures and the offers of a simple model, and a log that leads to the same state", arguments: 1...8)
  func random(seed: Int) async throws {
    try await withTemporaryStore { store, _ in try await CatalogStoreContract.checkRandomImports(store, seed: seed) }
  }
}
