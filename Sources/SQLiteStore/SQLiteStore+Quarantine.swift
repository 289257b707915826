public import Catalog
import GRDB

extension SQLiteStore {
  /// What waits for an operator's decision, or had it; see `CatalogStore`.
  ///
  /// - Throws: `StoreError` when the database cannot answer.
  public func quarantine(
    of provider: ProviderSlug?, states: Set<QuarantineEntry.State>, latestFirst: Bool, limit: Int
  ) async throws -> [QuarantineEntry] {
    let places = states.map { _ in "?" }.joined(separator: ", ")
    let order = latestFirst ? "coalesce(decided_at, since) DESC, id DESC" : "id"
    let provided = provider == nil ? "" : "AND provider = ?"
    let condition = "WHERE state IN (\(places)) \(provided) ORDER BY \(order) LIMIT ?"
    return try await read { db in
      let arguments = states.map(\.rawValue) + (provider.map { [$0.text] } ?? [])
      return try CatalogRows(db: db).entries(condition, StatementArguments(arguments) + [max(0, limit)])
    }
  }

  /// Decides about an entry of the quarantine, in one transaction.
  ///
  /// - Throws: `StoreError`, as `CatalogStore` says; then nothing is changed.
  public func decide(
    _ id: Int, _ decision: QuarantineEntry.Decision, by name: String
  ) async throws -> QuarantineDecision {
    try await write { db in
      var rows = CatalogRows(db: db)
      return try decision.run(on: id, by: name, in: &rows)
    }
  }
}
