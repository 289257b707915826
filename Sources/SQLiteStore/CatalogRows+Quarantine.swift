import Catalog
import GRDB

extension CatalogRows: QuarantineTransaction {
  private static let selection = "SELECT \(QuarantineRow.columns.joined(separator: ", ")) FROM quarantine"

  func quarantine(of slug: ProviderSlug) throws -> [QuarantineEntry] {
    try entries("WHERE provider = ? ORDER BY id", [slug.text])
  }

  func quarantineEntry(_ id: Int) throws -> QuarantineEntry? { try entries("WHERE id = ?", [id]).first }

  /// The entries that a condition selects.
  func entries(_ condition: String, _ arguments: StatementArguments) throws -> [QuarantineEntry] {
    try Row.fetchAll(db, sql: "\(Self.selection) \(condition)", arguments: arguments).map {
      try QuarantineRow.entry(SelectedRow(row: $0))
    }
  }

  func write(_ update: QuarantineUpdate, of slug: ProviderSlug) throws {
    for id in update.removed { try db.execute(sql: "DELETE FROM quarantine WHERE id = ?", arguments: [id]) }
    let columns = QuarantineRow.newColumns
    for proposal in update.added {
      try db.execute(
        sql: """
          INSERT INTO quarantine (\(columns.joined(separator: ", ")))
          VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
          """,
        arguments: StatementArguments(proposal.values(of: slug).map(\.asDatabaseValue)))
    }
  }

  func mark(_ entry: QuarantineEntry, _ state: QuarantineEntry.State, by name: String) throws -> QuarantineEntry {
    try db.execute(
      sql: """
        UPDATE quarantine SET state = ?, decided_by = ?, decided_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id = ?
        """, arguments: [state.rawValue, name, entry.id])
    return try quarantineEntry(entry.id) ?? entry
  }

  func dateChanges(to effectiveAt: String?) throws {
    try db.execute(sql: "DELETE FROM import_moment")
    guard let effectiveAt else { return }
    try db.execute(sql: "INSERT INTO import_moment (observed_at) VALUES (?)", arguments: [effectiveAt])
  }
}
