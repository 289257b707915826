import Catalog
import PostgresClient

extension CatalogRows: OverrideTransaction {
  func overrides(of offer: String, _ provider: ProviderSlug) throws -> [OfferOverride] {
    try overrides("WHERE provider = $1 AND offer = $2", [provider.text, offer])
  }

  /// The overrides of the offers of providers; all where nil.
  func overrides(of providers: [ProviderSlug]?) throws -> [OfferOverride] {
    guard let providers else { return try overrides("", []) }
    return try overrides("WHERE provider = ANY ($1::text[])", [PostgresLiteral.array(providers.map(\.text))])
  }

  private func overrides(_ condition: String, _ parameters: [String]) throws -> [OfferOverride] {
    let sql = CatalogTable.overrides.selection("\(condition) ORDER BY provider, offer, member")
    let rows = try connection.query(sql, parameters)
    return try (0..<rows.count).map { try OverrideRow.override(SelectedRow(rows: rows, row: $0)) }
  }

  func setOverride(_ member: OfferOverride.Member, to value: String, _ edit: OverrideEdit) throws {
    try connection.query(
      """
      INSERT INTO modelcatalog.overrides (provider, offer, member, value, note, set_by) VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (provider, offer, member) DO UPDATE
      SET value = excluded.value, note = excluded.note, set_by = excluded.set_by, set_at = excluded.set_at
      """, [edit.provider.text, edit.offer, member.rawValue, value, edit.note, edit.by])
  }

  func endOverride(_ member: OfferOverride.Member, _ edit: OverrideEdit) throws {
    try connection.query(
      "DELETE FROM modelcatalog.overrides WHERE provider = $1 AND offer = $2 AND member = $3",
      [edit.provider.text, edit.offer, member.rawValue])
  }
}
