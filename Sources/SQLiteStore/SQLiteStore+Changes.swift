public import Catalog
import GRDB
import TieredCaching

extension SQLiteStore {
  private static let columns =
    "sequence, provider, offer, kind, field, old_value, new_value, revision, at, effective_at"

  /// How many offers one statement asks for.
  private static let batch = 250

  /// The change log after a sequence number, oldest first; see `CatalogStore`.
  ///
  /// - Throws: `StoreError` when the database cannot answer.
  public func changes(after sequence: Int, provider: ProviderSlug?, limit: Int) async throws -> [CatalogChange] {
    let condition = provider == nil ? "" : "AND provider = ?"
    let sql = "SELECT \(Self.columns) FROM changes WHERE sequence > ? \(condition) ORDER BY sequence LIMIT ?"
    return try await read { db in
      let rows = try Row.fetchAll(
        db, sql: sql, arguments: provider.map { [sequence, $0.text, max(0, limit)] } ?? [sequence, max(0, limit)])
      return try rows.map(Self.change)
    }
  }

  /// All changes of some offers, oldest first.
  ///
  /// - Throws: `StoreError` when the database cannot answer.
  public func changes(of offers: [OfferReference], limit: Int) async throws -> [CatalogChange] {
    let wanted = Array(Set(offers))
    let limit = max(0, limit)
    return try await read { db in
      var changes: [CatalogChange] = []
      for start in stride(from: 0, to: wanted.count, by: Self.batch) {
        let batch = wanted[start..<min(start + Self.batch, wanted.count)]
        let places = batch.map { _ in "(?, ?)" }.joined(separator: ", ")
        // CROSS JOIN makes SQLite look up each offer in the index instead of reading the log from its beginning.
        let rows = try Row.fetchAll(
          db,
          sql: """
            SELECT \(Self.columns) FROM (VALUES \(places)) AS wanted
            CROSS JOIN changes ON provider = wanted.column1 AND offer = wanted.column2
            ORDER BY sequence LIMIT ?
            """,
          arguments: StatementArguments(batch.flatMap { [$0.provider.text, $0.offer] }) + [limit])
        changes += try rows.map(Self.change)
      }
      return Array(changes.sorted { $0.sequence < $1.sequence }.prefix(limit))
    }
  }

  private static func change(_ row: Row) throws -> CatalogChange {
    let offer: String = row[2]
    guard let kind = CatalogChange.Kind(rawValue: row[3]) else {
      throw StoreError.corruptRow(provider: row[1], offer: offer, reason: "its change is of an unknown kind")
    }
    return CatalogChange(
      sequence: row[0], provider: try .stored(row[1]), offer: offer, kind: kind, field: row[4],
      oldValue: row[5], newValue: row[6], revision: Revision(row[7]), at: row[8], effectiveAt: row[9])
  }
}
