import Catalog
import PostgresClient

extension CatalogRows: QuarantineTransaction {
  func quarantine(of slug: ProviderSlug) throws -> [QuarantineEntry] {
    try entries("WHERE provider = $1 ORDER BY id", [slug.text])
  }

  func quarantineEntry(_ id: Int) throws -> QuarantineEntry? { try entries("WHERE id = $1", [String(id)]).first }

  /// The entries that a condition selects.
  func entries(_ condition: String, _ parameters: [String]) throws -> [QuarantineEntry] {
    let rows = try connection.query(CatalogTable.quarantine.selection(condition), parameters)
    return try (0..<rows.count).map { try QuarantineRow.entry(SelectedRow(rows: rows, row: $0)) }
  }

  func write(_ update: QuarantineUpdate, of slug: ProviderSlug) throws {
    if !update.removed.isEmpty {
      try connection.query(
        "DELETE FROM modelcatalog.quarantine WHERE id = ANY ($1::bigint[])",
        [PostgresLiteral.array(update.removed.map(String.init))])
    }
    let columns = QuarantineRow.newColumns
    for batch in update.added.batches {
      let rows = batch.map { $0.values(of: slug) }
      let arrays = columns.indices.map { column in PostgresLiteral.array(rows.lazy.map { $0[column].asText }) }
      try connection.query(CatalogTable.quarantine.insertion(of: columns), arrays)
    }
  }

  func deleteOffers(_ ids: [String], of provider: ProviderSlug) throws {
    for batch in ids.batches {
      try connection.query(OfferSQL.delete, [provider.text, PostgresLiteral.array(batch)])
    }
  }

  func mark(_ entry: QuarantineEntry, _ state: QuarantineEntry.State, by name: String) throws -> QuarantineEntry {
    try connection.query(
      """
      UPDATE modelcatalog.quarantine SET state = $1, decided_by = $2, decided_at = clock_timestamp() WHERE id = $3
      """, [state.rawValue, name, String(entry.id)])
    return try quarantineEntry(entry.id) ?? entry
  }

  func dateChanges(to effectiveAt: String?) throws {
    try connection.query("SELECT set_config('modelcatalog.observed_at', $1, true)", [effectiveAt ?? ""])
  }
}
