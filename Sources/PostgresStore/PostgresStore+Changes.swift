public import Catalog
import PostgresClient
import TieredCaching

extension PostgresStore {
  private static let columns = """
    sequence, provider, offer, kind, field, old_value, new_value, revision, \(Timestamp.text("at")),
    \(Timestamp.text("effective_at"))
    """

  /// The change log after a sequence number, oldest first; see `CatalogStore`.
  ///
  /// - Throws: `StoreError` when the database cannot answer.
  public func changes(after sequence: Int, provider: ProviderSlug?, limit: Int) async throws -> [CatalogChange] {
    let condition = provider == nil ? "" : "AND provider = $3"
    let sql = """
      SELECT \(Self.columns) FROM modelcatalog.changes WHERE sequence > $1 \(condition) ORDER BY sequence LIMIT $2
      """
    return try await changes(sql, [String(sequence), String(max(0, limit))] + (provider.map { [$0.text] } ?? []))
  }

  /// All changes of some offers, oldest first.
  ///
  /// - Throws: `StoreError` when the database cannot answer.
  public func changes(of offers: [OfferReference], limit: Int) async throws -> [CatalogChange] {
    let wanted = Array(Set(offers))
    // Each offer is looked up in the index; a join might be made by reading the log from its beginning.
    let sql = """
      SELECT \(Self.columns) FROM unnest($1::text[], $2::text[]) AS wanted (seller, id)
      CROSS JOIN LATERAL (
        SELECT * FROM modelcatalog.changes WHERE provider = seller AND offer = id ORDER BY sequence LIMIT $3::bigint
      ) AS found
      ORDER BY sequence LIMIT $3::bigint
      """
    return try await changes(
      sql,
      [
        PostgresLiteral.array(wanted.map(\.provider.text)), PostgresLiteral.array(wanted.map(\.offer)),
        String(max(0, limit)),
      ])
  }

  private func changes(_ sql: String, _ parameters: [String]) async throws -> [CatalogChange] {
    try await explained {
      try await primary.transaction(.snapshot, timeout: Patience.load) { connection in
        let rows = try connection.query(sql, parameters)
        return try (0..<rows.count).map { try Self.change(rows, $0) }
      }
    }
  }

  private static func change(_ rows: PostgresRows, _ row: Int) throws -> CatalogChange {
    let provider = rows[row, 1] ?? "?"
    let offer = rows[row, 2] ?? "?"
    guard let kind = CatalogChange.Kind(rawValue: rows[row, 3] ?? ""), let sequence = rows.integer(row, 0),
      let revision = rows.integer(row, 7), let at = rows[row, 8], let effectiveAt = rows[row, 9]
    else {
      throw StoreError.corruptRow(provider: provider, offer: offer, reason: "a change of it cannot be read")
    }
    return CatalogChange(
      sequence: sequence, provider: try .stored(provider), offer: offer, kind: kind, field: rows[row, 4],
      oldValue: rows[row, 5], newValue: rows[row, 6], revision: Revision(Int64(revision)), at: at,
      effectiveAt: effectiveAt)
  }
}
