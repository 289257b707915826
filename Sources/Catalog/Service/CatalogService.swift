public import Logging
import NIOConcurrencyHelpers
public import TieredCaching

/// The catalog of one worker: always in memory, shared with the other workers through the shared tier, kept current in the
/// background, the same for every reader.
///
/// `run()` must be running for as long as the service is used.
public final class CatalogService: Sendable {
  /// What decides how the service behaves.
  public struct Configuration: Sendable {
    /// What readers are promised, and how long others are waited for.
    public var policy: CachePolicy
    /// How long views count as fresh.
    public var lifetimes: CacheLifetimes
    /// Unique among the workers that share a tier.
    public var workerID: String
    /// Whether it serves others, so that the fleet should know of it; a command that asks once does not.
    public var isWorker: Bool
    /// Whether finished views are kept in the shared tier for readers that are not workers.
    public var publishesViews: Bool
    /// Whether it compares what it serves with the database and the shared tier now and then.
    public var audits: Bool
    /// Where the last good catalog is kept for a start without database and shared tier; nil for nowhere.
    public var lastGood: LastGoodStorage?

    /// A configuration; `CachePolicy.timeToLive` is taken from the lifetimes.
    public init(
      policy: CachePolicy = CachePolicy(), lifetimes: CacheLifetimes = CacheLifetimes(),
      workerID: String = CatalogService.randomID(), isWorker: Bool = true, publishesViews: Bool = false,
      audits: Bool = false, lastGood: LastGoodStorage? = nil
    ) {
      self.policy = policy
      self.policy.timeToLive = lifetimes.part
      self.lifetimes = lifetimes
      self.workerID = workerID
      self.isWorker = isWorker
      self.publishesViews = publishesViews
      self.audits = audits
      self.lastGood = lastGood
    }
  }

  /// The database behind it.
  public let store: any CatalogStore
  /// The tier that all workers share.
  public let shared: any SharedTier
  /// What decides how the service behaves.
  public let configuration: Configuration
  /// Hits and misses by view and gateway.
  public let viewCounters = ViewCounters()

  let cache: TieredCache<StoreSource, CatalogSnapshot>
  let time: any TimeSource
  let logger: Logger
  private let tokens = NIOLockedValueBox(0)
  /// Whether it is not known yet whether the last good catalog is needed.
  let isStarting: NIOLockedValueBox<Bool>
  private let readModels = NIOLockedValueBox<Set<CatalogView>>([])

  /// A service that holds nothing until `run()` has loaded the catalog.
  ///
  /// - Parameters:
  ///   - store: the source of truth.
  ///   - shared: the tier between this worker and the store; by default one for a worker that is alone.
  ///   - configuration: how it behaves.
  ///   - time: monotonic time.
  ///   - spans: where the spans of reads and loads go.
  ///   - logger: receives what operators should know.
  ///   - onEvent: receives every cache event, after it was counted and logged.
  public init(
    store: any CatalogStore, shared: any SharedTier = InProcessTier(keepsEveryPart: false),
    configuration: Configuration = Configuration(), time: any TimeSource = SystemTime(), spans: Spans = .none,
    logger: Logger,
    onEvent: @escaping @Sendable (CacheEvent) -> Void = { _ in }
  ) {
    self.store = store
    self.shared = shared
    self.configuration = configuration
    self.time = time
    self.logger = logger
    isStarting = NIOLockedValueBox(configuration.lastGood != nil)
    let log = CacheEventLog(logger: logger)
    cache = TieredCache(
      source: StoreSource(store: store), shared: shared, policy: configuration.policy,
      workerID: configuration.workerID, isWorker: configuration.isWorker, time: time, spans: spans,
      assemble: { delta, previous in CatalogSnapshot(delta, previous: previous) },
      committedAt: { snapshot, previous in
        guard let last = snapshot.lastChange, last > previous.lastChange ?? "" else { return nil }
        return CatalogTime.unixSeconds(of: last)
      }
    ) { [viewCounters] event in
      viewCounters.record(event)
      log.record(event)
      onEvent(event)
    }
  }

  /// 64 random bits as text.
  public static func randomID() -> String { String(UInt64.random(in: .min ... .max), radix: 16) }

  /// Loads the catalog, keeps it current and tells the fleet about it, until the task is cancelled.
  public func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.cache.run() }
      if configuration.audits { group.addTask { await CatalogAuditor(service: self, time: self.time).run() } }
      if let storage = configuration.lastGood {
        group.addTask { await self.keepLastGood(in: storage, time: self.time) }
      }
      if configuration.publishesViews {
        group.addTask { await ViewPublisher(service: self).run(time: self.time) }
      }
    }
  }

  /// The most models that wait for their views to be published.
  private static let maximumReadModels = 256

  /// Remembers that a model was read, so that its views are kept in the shared tier.
  func noteRead(of view: CatalogView) {
    guard configuration.publishesViews else { return }
    readModels.withLockedValue { if $0.count < Self.maximumReadModels { $0.insert(view) } }
  }

  /// The views of models that were read since the last call.
  func takeReadModels() -> [CatalogView] {
    readModels.withLockedValue { models in
      defer { models = [] }
      return Array(models)
    }
  }

  /// A token that no other publication has.
  func nextToken() -> String {
    let number = tokens.withLockedValue { number in
      number += 1
      return number
    }
    return "\(configuration.workerID)-\(number)"
  }

  // MARK: The whole catalog

  /// What readers are promised.
  public var coherenceMode: Coherence { configuration.policy.coherence }

  /// The catalog as it was within the staleness bound, without waiting; nil before the first load and beyond the stale
  /// limit. Where coherence is strict, ``read()`` promises more.
  public func current() -> Served<CatalogSnapshot>? { cache.current() }

  /// As ``current()``, for those who only look: the next reader is still told which tier the catalog came from.
  public func peek() -> Served<CatalogSnapshot>? { cache.peek() }

  /// The catalog, as current as the configured coherence promises.
  ///
  /// - Throws: `CacheError` when there is none in time, or it is too stale.
  public func read() async throws -> Served<CatalogSnapshot> {
    do {
      return try await cache.read()
    } catch let failure as CacheError where configuration.lastGood != nil {
      // What was kept may be had by now, or soon.
      try await waitUntilStarted()
      guard peek() != nil else { throw failure }
      return try await cache.read()
    }
  }

  /// Makes sure that later reads see everything committed before this call.
  ///
  /// - Throws: `CacheError` when the database does not answer.
  public func refresh() async throws { try await cache.refresh() }

  /// Waits until what was loaded has been shared, for programs that end right after they loaded.
  public func finishSharing() async throws { try await cache.finishSharing() }

  /// Counts an event, and tells the log and the observer.
  public func record(_ event: CacheEvent) { cache.record(event) }

  /// Counts of what the cache did.
  public var counters: CacheCounters { cache.counters }

  /// What is known about the version that is held.
  public var coherence: CoherenceReport { cache.coherence }
}
