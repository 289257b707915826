public import TieredCaching

/// What each tier holds of one view.
public struct ViewStatus: Sendable {
  /// The view.
  public let view: CatalogView
  /// What this worker holds: the label of a gateway's part, or the catalog version; nil for nothing.
  public let held: String?
  /// What the shared tier holds of it; nil for nothing.
  public let shared: SharedEntry?
  /// What the database says it should be; nil when it did not answer, or does not know it.
  public let database: String?
  /// How many bytes the encoded records of the view have in this worker.
  public let bytes: Int
  /// Hits and misses of this worker since it started.
  public let count: ViewCounters.Count

  /// Whether this worker serves what the database has.
  public var isCurrent: Bool { held != nil && held == database }
}

/// What is cached where.
public struct CacheStatus: Sendable {
  /// What is known about the version that this worker holds.
  public let coherence: CoherenceReport
  /// The catalog version that the database has; nil when it did not answer.
  public let databaseVersion: String?
  /// Why the database did not answer.
  public let databaseFailure: String?
  /// Why the shared tier did not answer.
  public let sharedFailure: String?
  /// Full catalog, unique models, statistics, then every gateway.
  public let views: [ViewStatus]
}

extension CatalogService {
  /// What is cached where. Looking at it loads nothing and changes nothing.
  ///
  /// - Parameter only: this view only; nil for all.
  public func cacheStatus(only: CatalogView? = nil) async -> CacheStatus {
    let snapshot = peek()?.value
    let database = await Result.of { try await self.store.manifest() }
    let views = only.map { [$0] } ?? allViews(snapshot, database.value)
    let slugs = views.compactMap { if case .gateway(let slug) = $0 { PartID(slug.text) } else { nil } }
    let shared = await Result.of {
      try await self.shared.entries(
        parts: slugs, views: views.compactMap { if case .gateway = $0 { nil } else { $0.keyName } })
    }
    return CacheStatus(
      coherence: coherence, databaseVersion: database.value?.version, databaseFailure: database.failure,
      sharedFailure: shared.failure,
      views: views.map { status(of: $0, snapshot, database.value, shared.value) })
  }

  private func allViews(_ snapshot: CatalogSnapshot?, _ manifest: Manifest?) -> [CatalogView] {
    let parts = (manifest ?? snapshot?.manifest)?.revisions.keys.filter { !$0.isDerived }.sorted() ?? []
    return [.full, .unique, .statistics] + parts.compactMap { CatalogView(named: "gateway:\($0)") }
  }

  private func status(
    of view: CatalogView, _ snapshot: CatalogSnapshot?, _ manifest: Manifest?, _ shared: SharedEntries?
  ) -> ViewStatus {
    let label = { (manifest: Manifest?) -> String? in
      guard case .gateway(let slug) = view else { return manifest?.version }
      return manifest?.label(of: PartID(slug.text))?.description
    }
    let entry: SharedEntry? =
      if case .gateway(let slug) = view { shared?.parts[PartID(slug.text)] } else { shared?.views[view.keyName] }
    return ViewStatus(
      view: view, held: label(snapshot?.manifest), shared: entry, database: label(manifest),
      bytes: bytes(of: view, snapshot), count: viewCounters.count(of: view))
  }

  private func bytes(of view: CatalogView, _ snapshot: CatalogSnapshot?) -> Int {
    guard let snapshot else { return 0 }
    switch view {
    case .full: return snapshot.parts.reduce(0) { $0 + $1.joinedRecords.count }
    case .gateway(let slug): return snapshot.part(slug)?.joinedRecords.count ?? 0
    case .unique: return snapshot.uniqueModels.reduce(0) { $0 + $1.record.count }
    case .statistics, .model, .pricing: return ViewPublisher.json(of: view, snapshot)?.count ?? 0
    }
  }
}

extension Result where Failure == any Error {
  fileprivate static func of(_ work: () async throws -> Success) async -> Self {
    do { return .success(try await work()) } catch { return .failure(error) }
  }

  fileprivate var value: Success? { if case .success(let value) = self { value } else { nil } }
  fileprivate var failure: String? { if case .failure(let error) = self { String(describing: error) } else { nil } }
}
