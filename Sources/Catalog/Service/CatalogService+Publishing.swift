public import TieredCaching

/// What came of an invalidation or a publication.
public struct Publication: Sendable {
  /// The catalog version from which on everything is clean: any answer of this version or a later one was made after the
  /// invalidation. Every worker serves it within the staleness bound, or marks what it serves as stale.
  public let version: String
  /// Whether the shared tier was told; if not, the other workers find out from the database.
  public let isShared: Bool
}

/// The specification's functions for changing what is cached. Each comes in two forms: one that answers whether it
/// succeeded, and one that says what went wrong.
///
/// An invalidation raises revisions in the database, so that it reaches every worker with and without the shared tier,
/// survives restarts, and cannot be undone by a slow load: what was loaded before it has an older revision.
extension CatalogService {
  /// Caches the catalog of a gateway by hand, for sync jobs: all workers serve it until `ttl` is over, the gateway changes in
  /// the database or is invalidated.
  ///
  /// - Parameters:
  ///   - gateway: the gateway, which the catalog must know.
  ///   - offers: all its offers; of several with one id the last one counts.
  ///   - ttl: how long it is served; by default as long as any gateway's catalog counts as fresh.
  /// - Returns: whether it succeeded; the log says why not.
  @discardableResult
  public func cacheGatewayCatalog(_ gateway: String, _ offers: [Offer], ttl: Duration? = nil) async -> Bool {
    await succeeds { try await self.publishGatewayCatalog(ProviderSlug(gateway), offers, ttl: ttl) }
  }

  /// Caches the catalog of a gateway by hand; see ``cacheGatewayCatalog(_:_:ttl:)``.
  ///
  /// - Throws: ``StoreError/invalidOffer(provider:offer:_:)``, `CacheError`, and failures of the shared tier.
  @discardableResult
  public func publishGatewayCatalog(
    _ gateway: ProviderSlug, _ offers: [Offer], ttl: Duration? = nil
  ) async throws -> Publication {
    let snapshot = try await read().value
    let known = snapshot.part(gateway)?.provider
    let listing = ProviderListing(provider: known ?? Provider(slug: gateway), offers: offers, stated: .all)
    let diff = try ListingDiff(current: nil, listings: [listing], options: ImportOptions(format: CatalogEdit.source))
    let part = CatalogPart(ProviderPart(provider: diff.provider, offers: diff.added), revision: .zero)
    let time = max(.seconds(1), ttl ?? configuration.lifetimes.part)
    try await cache.override(PartID(gateway.text), with: part, for: time, token: nextToken())
    return Publication(version: coherence.manifest?.version ?? "", isShared: true)
  }

  /// Lets every tier and every worker let go of a gateway's catalog, and with it of the full catalog, the unique models and
  /// the statistics, which are made of it.
  ///
  /// - Returns: whether it succeeded; the log says why not.
  @discardableResult
  public func invalidateGatewayCatalog(_ gateway: String) async -> Bool {
    await succeeds { try await self.invalidate(.gateway(ProviderSlug(gateway))) }
  }

  /// Lets every tier and every worker let go of the full catalog.
  ///
  /// - Returns: whether it succeeded; the log says why not.
  @discardableResult
  public func invalidateFullCatalog() async -> Bool { await succeeds { try await self.invalidate(.full) } }

  /// Lets every tier and every worker let go of the unique models.
  ///
  /// - Returns: whether it succeeded; the log says why not.
  @discardableResult
  public func invalidateUniqueModels() async -> Bool { await succeeds { try await self.invalidate(.unique) } }

  /// Lets every tier and every worker let go of the statistics.
  ///
  /// - Returns: whether it succeeded; the log says why not.
  @discardableResult
  public func invalidateStatistics() async -> Bool { await succeeds { try await self.invalidate(.statistics) } }

  /// Lets every tier and every worker let go of everything.
  ///
  /// - Returns: whether it succeeded; the log says why not.
  @discardableResult
  public func clearAllCaches() async -> Bool { await succeeds { try await self.clear() } }

  /// Lets every tier and every worker let go of a view and of what is made of it.
  ///
  /// - Parameters:
  ///   - view: the view; a model or its price means the gateways that sell it.
  ///   - purging: whether what was held before must not be served even if nothing newer can be had. Without it, the last
  ///     good value is served, marked as stale, while the database fails.
  /// - Throws: ``StoreError`` when the database refuses, `CacheError` when the new version cannot be confirmed in time.
  @discardableResult
  public func invalidate(_ view: CatalogView, purging: Bool = false) async throws -> Publication {
    try await raise(try await parts(of: view), view: view.key, purging: purging)
  }

  /// Lets every tier and every worker let go of everything.
  ///
  /// - Parameter purging: as in ``invalidate(_:purging:)``.
  /// - Throws: ``StoreError`` when the database refuses, `CacheError` when the new version cannot be confirmed in time.
  @discardableResult
  public func clear(purging: Bool = false) async throws -> Publication {
    try await raise(nil, view: ViewKey(view: "all", name: ""), purging: purging)
  }

  /// Tells all workers of what somebody else has just committed to the database, such as an import.
  ///
  /// - Throws: `CacheError` when the new version cannot be confirmed in time.
  @discardableResult
  public func publish(_ manifest: Manifest) async throws -> Publication {
    let isShared = try await cache.publish(manifest, stamp: nextToken())
    return Publication(version: coherence.manifest?.version ?? manifest.version, isShared: isShared)
  }

  /// Tells all workers of what a sync has just committed: the catalogs of its gateways are in the shared tier when they
  /// learn of it, and the full catalog, the unique models and the statistics, which are made of them, are let go of.
  ///
  /// - Throws: `CacheError` when the new version cannot be confirmed in time.
  @discardableResult
  public func publish(_ report: ImportReport) async throws -> Publication {
    let changed = report.providers.filter { $0.added + $0.removed + $0.changed > 0 }.map(\.provider)
    for view in changed.map(CatalogView.gateway) + [.full, .unique, .statistics] { record(.invalidated(view.key)) }
    let isShared = try await cache.publish(
      report.manifest, stamp: nextToken(), sharing: Set(changed.map { PartID($0.text) }))
    return Publication(version: coherence.manifest?.version ?? report.manifest.version, isShared: isShared)
  }

  private func raise(_ parts: Set<PartID>?, view: ViewKey, purging: Bool) async throws -> Publication {
    let manifest = try await store.raiseRevisions(of: parts, purging: purging)
    record(.invalidated(view))
    return try await publish(manifest)
  }

  private func parts(of view: CatalogView) async throws -> Set<PartID> {
    if let part = view.derivedPart { return [part] }
    switch view {
    case .gateway(let slug): return [PartID(slug.text)]
    case .model(let id), .pricing(let id):
      let sellers = Set(try await read().value.offers(named: id).map { PartID($0.provider.slug.text) })
      guard !sellers.isEmpty else { throw StoreError.unknownParts([PartID(id)]) }
      return sellers
    case .full, .unique, .statistics: return []
    }
  }

  private func succeeds(_ work: () async throws -> Publication) async -> Bool {
    do {
      _ = try await work()
      return true
    } catch {
      record(.callFailed(reason: String(describing: error)))
      return false
    }
  }
}
