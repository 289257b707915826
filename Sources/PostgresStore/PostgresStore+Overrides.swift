public import Catalog
import PostgresClient

extension PostgresStore {
  /// What operators say in the place of providers; see `CatalogStore`.
  ///
  /// - Throws: `StoreError` when the database cannot answer, or a row cannot be an override.
  public func overrides(of provider: ProviderSlug?) async throws -> [OfferOverride] {
    try await explained {
      try await primary.transaction(.snapshot, timeout: Patience.load) {
        try CatalogRows(connection: $0).overrides(of: provider.map { [$0] })
      }
    }
  }

  /// Sets or ends overrides of an offer, in one transaction.
  ///
  /// - Throws: `StoreError`, as `CatalogStore` says; then nothing is changed.
  public func setOverrides(_ edit: OverrideEdit, dryRun: Bool) async throws -> OverrideReport {
    try await write(isUndone: dryRun) { connection in
      var rows = CatalogRows(connection: connection)
      return try edit.run(in: &rows, dryRun: dryRun)
    }
  }

  /// Everything that is known about one offer.
  ///
  /// - Throws: `StoreError`, as `CatalogStore` says.
  public func detail(of id: String, provider: ProviderSlug) async throws -> OfferDetail {
    try await explained {
      try await primary.transaction(.snapshot, timeout: Patience.load) { connection in
        var rows = CatalogRows(connection: connection)
        return try OfferDetail(of: id, provider, in: &rows)
      }
    }
  }
}
