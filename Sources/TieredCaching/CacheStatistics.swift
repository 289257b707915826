import Synchronization

/// What a worker's cache did since it started.
public struct CacheStatistics: Sendable, Equatable {
  /// What is counted, by the name that it has in answers and in the shared tier.
  public enum Count: String, Sendable, CaseIterable {
    /// Reads answered by what was held.
    case hits
    /// Reads that had to be derived or loaded.
    case misses
    /// Hits that were marked stale.
    case staleHits = "stale_hits"
    /// Hits that were not marked stale, and should have been.
    case pastBound = "served_past_bound"
    /// Views stored in the local tier.
    case sets
    /// States that were installed.
    case loads
    /// Parts that came from the shared tier.
    case sharedParts = "parts_from_redis"
    /// Parts that came from the database.
    case databaseParts = "parts_from_database"
    /// States that needed the database.
    case databaseLoads = "database_loads"
    /// Parts kept in the shared tier.
    case sharedSets = "redis_sets"
    /// Checks and loads that failed.
    case errors
    /// Operations of the shared tier that failed.
    case sharedErrors = "redis_errors"
    /// Loads that were refused because they were older than what is held.
    case refusedOlder = "refused_older"
    /// Parts of the shared tier that could not be used.
    case rejected
    /// Invalidations by name.
    case invalidations
  }

  private var counts: [Int]

  /// No events.
  public init() { counts = Array(repeating: 0, count: Count.allCases.count) }

  /// How often something happened.
  public subscript(count: Count) -> Int {
    get { counts[count.index] }
    set { counts[count.index] = newValue }
  }

  /// All reads.
  public var totalRequests: Int { self[.hits] + self[.misses] }

  /// Hits in percent of all reads, rounded to two places; 0 before the first read.
  public var hitRatePercent: Double {
    totalRequests == 0 ? 0 : (Double(self[.hits]) / Double(totalRequests) * 10_000).rounded() / 100
  }

  /// Adds the counts of another.
  public mutating func add(_ other: CacheStatistics) {
    for count in Count.allCases { self[count] += other[count] }
  }

  /// The counts that were added after `earlier`.
  public func since(_ earlier: CacheStatistics) -> CacheStatistics {
    var difference = self
    for count in Count.allCases { difference[count] -= earlier[count] }
    return difference
  }
}

extension CacheStatistics.Count {
  fileprivate var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Counts events; one reader of the event stream among others. Without a lock, because every read counts.
public final class CacheCounters: Sendable {
  private let hits = Atomic(0)
  private let misses = Atomic(0)
  private let staleHits = Atomic(0)
  private let pastBound = Atomic(0)
  private let sets = Atomic(0)
  private let loads = Atomic(0)
  private let sharedParts = Atomic(0)
  private let databaseParts = Atomic(0)
  private let databaseLoads = Atomic(0)
  private let sharedSets = Atomic(0)
  private let errors = Atomic(0)
  private let sharedErrors = Atomic(0)
  private let refusedOlder = Atomic(0)
  private let rejected = Atomic(0)
  private let invalidations = Atomic(0)

  /// Counters at zero.
  public init() {}

  /// Counts one event.
  public func record(_ event: CacheEvent) {
    switch event {
    case .hit(_, _, let freshness, _):
      hits.add(1, ordering: .relaxed)
      if freshness == .stale { staleHits.add(1, ordering: .relaxed) }
    case .servedPastBound: pastBound.add(1, ordering: .relaxed)
    case .miss: misses.add(1, ordering: .relaxed)
    case .stored: sets.add(1, ordering: .relaxed)
    case .loaded(_, let fromShared, let fromDatabase, _):
      loads.add(1, ordering: .relaxed)
      sharedParts.add(fromShared, ordering: .relaxed)
      databaseParts.add(fromDatabase, ordering: .relaxed)
      if fromDatabase > 0 { databaseLoads.add(1, ordering: .relaxed) }
    case .shared: sharedSets.add(1, ordering: .relaxed)
    case .refusedOlder: refusedOlder.add(1, ordering: .relaxed)
    case .rejected: rejected.add(1, ordering: .relaxed)
    case .invalidated: invalidations.add(1, ordering: .relaxed)
    case .audited, .callFailed, .checked, .fetched, .leaseWaited, .visible, .sharedRecovered: break
    case .failed: errors.add(1, ordering: .relaxed)
    case .sharedFailed: sharedErrors.add(1, ordering: .relaxed)
    }
  }

  /// The counts so far. Each is exact; events that happen meanwhile may be in one and not yet in another.
  public var statistics: CacheStatistics {
    var statistics = CacheStatistics()
    for count in CacheStatistics.Count.allCases { statistics[count] = value(of: count) }
    return statistics
  }

  private func value(of count: CacheStatistics.Count) -> Int {
    switch count {
    case .hits: hits.load(ordering: .relaxed)
    case .misses: misses.load(ordering: .relaxed)
    case .staleHits: staleHits.load(ordering: .relaxed)
    case .pastBound: pastBound.load(ordering: .relaxed)
    case .sets: sets.load(ordering: .relaxed)
    case .loads: loads.load(ordering: .relaxed)
    case .sharedParts: sharedParts.load(ordering: .relaxed)
    case .databaseParts: databaseParts.load(ordering: .relaxed)
    case .databaseLoads: databaseLoads.load(ordering: .relaxed)
    case .sharedSets: sharedSets.load(ordering: .relaxed)
    case .errors: errors.load(ordering: .relaxed)
    case .sharedErrors: sharedErrors.load(ordering: .relaxed)
    case .refusedOlder: refusedOlder.load(ordering: .relaxed)
    case .rejected: rejected.load(ordering: .relaxed)
    case .invalidations: invalidations.load(ordering: .relaxed)
    }
  }
}
