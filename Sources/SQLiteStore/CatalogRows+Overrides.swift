import Catalog
import GRDB

extension CatalogRows: OverrideTransaction {
  private static let selection = "SELECT \(OverrideRow.columns.joined(separator: ", ")) FROM overrides"

  func overrides(of offer: String, _ provider: ProviderSlug) throws -> [OfferOverride] {
    try overrides("WHERE provider = ? AND offer = ?", [provider.text, offer])
  }

  /// The overrides of a provider's offers; all where nil.
  func overrides(of provider: ProviderSlug?) throws -> [OfferOverride] {
    try provider.map { try overrides("WHERE provider = ?", [$0.text]) } ?? overrides("", [])
  }

  private func overrides(_ condition: String, _ arguments: StatementArguments) throws -> [OfferOverride] {
    let sql = "\(Self.selection) \(condition) ORDER BY provider, offer, member"
    return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map {
      try OverrideRow.override(SelectedRow(row: $0))
    }
  }

  func setOverride(_ member: OfferOverride.Member, to value: String, _ edit: OverrideEdit) throws {
    try db.execute(
      sql: """
        INSERT INTO overrides (provider, offer, member, value, note, set_by) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE
        SET value = excluded.value, note = excluded.note, set_by = excluded.set_by, set_at = excluded.set_at
        """,
      arguments: [edit.provider.text, edit.offer, member.rawValue, value, edit.note, edit.by])
  }

  func endOverride(_ member: OfferOverride.Member, _ edit: OverrideEdit) throws {
    try db.execute(
      sql: "DELETE FROM overrides WHERE provider = ? AND offer = ? AND member = ?",
      arguments: [edit.provider.text, edit.offer, member.rawValue])
  }
}
