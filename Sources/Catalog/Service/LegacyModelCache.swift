import TieredCaching

/// The functions of the old fragmented caches, on the one cache that replaced them, for code that has not moved yet.
public struct LegacyModelCache: Sendable {
  private let catalog: CatalogService

  /// The old functions on a catalog.
  @available(*, deprecated, message: "use CatalogService itself")
  public init(_ catalog: CatalogService) { self.catalog = catalog }

  /// One gateway's cache as the old functions gave it.
  public struct Entry: Sendable {
    /// The offers.
    public let data: [CatalogOffer]
    /// Whether they are known to be current.
    public let isFresh: Bool
  }

  /// The cache of a gateway; nil when it cannot be had.
  @available(*, deprecated, message: "use CatalogService.gatewayCatalog(_:) or readGatewayCatalog(_:)")
  public func getModelsCache(_ gateway: String) async -> Entry? {
    do {
      let answer = try await catalog.readGatewayCatalog(ProviderSlug(gateway))
      return answer.value.map { Entry(data: $0, isFresh: answer.freshness == .fresh) }
    } catch {
      catalog.record(.callFailed(reason: String(describing: error)))
      return nil
    }
  }

  /// Whether an entry is known to be current.
  @available(*, deprecated, message: "use CatalogAnswer.freshness; the catalog refreshes itself")
  public func isCacheFresh(_ entry: Entry) -> Bool { entry.isFresh }

  /// Forgets a gateway's catalog.
  @available(*, deprecated, message: "use CatalogService.invalidateGatewayCatalog(_:)")
  @discardableResult
  public func clearModelsCache(_ gateway: String) async -> Bool { await catalog.invalidateGatewayCatalog(gateway) }

  /// All offers; without `useCache`, everything that was committed before the call is in them.
  @available(*, deprecated, message: "use CatalogService.fullCatalog(), after refresh() to read your own writes")
  public func getAllModels(useCache: Bool = true) async -> [CatalogOffer] {
    if !useCache {
      do { try await catalog.refresh() } catch { catalog.record(.callFailed(reason: String(describing: error))) }
    }
    return await catalog.fullCatalog()
  }
}
