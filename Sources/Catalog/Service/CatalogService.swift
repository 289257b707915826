public import Logging
public import TieredCaching

/// The catalog of one worker: always in memory, kept current in the background, the same for every reader.
///
/// `run()` must be running for as long as the service is used.
public final class CatalogService: Sendable {
  /// The database behind it.
  public let store: any CatalogStore
  /// Counts of what the cache did.
  public let counters = CacheCounters()

  private let cache: TieredCache<StoreSource, CatalogSnapshot>
  private let record: @Sendable (CacheEvent) -> Void

  /// A service that holds nothing until `run()` has loaded the catalog.
  ///
  /// - Parameters:
  ///   - store: the source of truth.
  ///   - policy: how long values are good.
  ///   - time: monotonic time.
  ///   - logger: receives what operators should know.
  ///   - onEvent: receives every cache event, after it was counted and logged.
  public init(
    store: any CatalogStore, policy: CachePolicy = CachePolicy(), time: any TimeSource = SystemTime(), logger: Logger,
    onEvent: @escaping @Sendable (CacheEvent) -> Void = { _ in }
  ) {
    self.store = store
    let log = CacheEventLog(logger: logger)
    record = { [counters] event in
      counters.record(event)
      log.record(event)
      onEvent(event)
    }
    cache = TieredCache(
      source: StoreSource(store: store), policy: policy, time: time,
      assemble: { delta, previous in CatalogSnapshot(delta, previous: previous) }, record: record)
  }

  /// Loads the catalog and keeps it current until the task is cancelled.
  public func run() async { await cache.run() }

  /// The catalog, without waiting; nil before the first load and beyond the stale limit.
  public func current() -> Served<CatalogSnapshot>? { cache.current() }

  /// The catalog; waits for the first load only.
  ///
  /// - Throws: ``CacheError`` when there is none in time, or it is too stale.
  public func read() async throws -> Served<CatalogSnapshot> { try await cache.read() }

  /// Makes sure that later reads see everything committed before this call.
  ///
  /// - Throws: ``CacheError`` when the database does not answer.
  public func refresh() async throws { try await cache.refresh() }

  /// Tells the cache's observers that a view was read.
  public func recordRead(_ event: CacheEvent) { record(event) }

  /// The manifest that is held, the time since it was confirmed, and the last failure since.
  public var coherence: (manifest: Manifest?, age: Duration, lastFailure: String?) { cache.coherence }
}

/// The database as the last tier of the cache.
private struct StoreSource: PartSource {
  let store: any CatalogStore

  func manifest() async throws -> Manifest { try await store.manifest() }

  func load(changedSince known: Manifest?) async throws -> PartDelta<ProviderPart> {
    try await store.load(changedSince: known)
  }
}
