public import TieredCaching

extension PartID {
  /// Whether a derived view may have this name: `*` and what could be a provider's slug.
  fileprivate var isWellFormedView: Bool {
    guard isDerived else { return false }
    do {
      _ = try ProviderSlug(String(text.dropFirst()))
      return true
    } catch {
      return false
    }
  }
}

extension Manifest {
  /// Checks that the revisions of parts can be raised: they are here, or they are derived views, which come into being
  /// with their first revision.
  ///
  /// - Throws: ``StoreError/unknownParts(_:)``.
  public func expect(_ parts: Set<PartID>) throws(StoreError) {
    let unknown = parts.filter { revisions[$0] == nil && !$0.isWellFormedView }
    guard unknown.isEmpty else { throw .unknownParts(unknown.sorted()) }
  }
}
