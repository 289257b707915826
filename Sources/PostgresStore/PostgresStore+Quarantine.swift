public import Catalog
import PostgresClient

extension PostgresStore {
  /// What waits for an operator's decision, or had it; see `CatalogStore`.
  ///
  /// - Throws: `StoreError` when the database cannot answer.
  public func quarantine(
    of provider: ProviderSlug?, states: Set<QuarantineEntry.State>, latestFirst: Bool, limit: Int
  ) async throws -> [QuarantineEntry] {
    let order = latestFirst ? "coalesce(decided_at, since) DESC, id DESC" : "id"
    let provided = provider == nil ? "" : "AND provider = $3"
    let condition = "WHERE state = ANY ($1::text[]) \(provided) ORDER BY \(order) LIMIT $2"
    let parameters =
      [PostgresLiteral.array(states.map(\.rawValue)), String(max(0, limit))] + (provider.map { [$0.text] } ?? [])
    return try await explained {
      try await primary.transaction(.snapshot, timeout: Patience.load) {
        try CatalogRows(connection: $0).entries(condition, parameters)
      }
    }
  }

  /// Decides about an entry of the quarantine, in one transaction.
  ///
  /// - Throws: `StoreError`, as `CatalogStore` says; then nothing is changed.
  public func decide(
    _ id: Int, _ decision: QuarantineEntry.Decision, by name: String
  ) async throws -> QuarantineDecision {
    try await write { connection in
      var rows = CatalogRows(connection: connection)
      return try decision.run(on: id, by: name, in: &rows)
    }
  }
}
