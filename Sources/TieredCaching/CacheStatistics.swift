import Synchronization

/// What a worker's cache did since it started, and what it holds.
public struct CacheStatistics: Sendable, Equatable {
  /// Reads answered by what was held.
  public var hits = 0
  /// Reads that had to be derived or loaded.
  public var misses = 0
  /// Hits that were marked stale.
  public var staleHits = 0
  /// Views stored in the local tier.
  public var sets = 0
  /// States loaded from the database.
  public var loads = 0
  /// Checks and loads that failed.
  public var errors = 0
  /// Loads that were refused because they were older than what is held.
  public var refusedOlder = 0

  /// All reads.
  public var totalRequests: Int { hits + misses }

  /// Hits in percent of all reads, rounded to two places; 0 before the first read.
  public var hitRatePercent: Double {
    totalRequests == 0 ? 0 : (Double(hits) / Double(totalRequests) * 10_000).rounded() / 100
  }
}

/// Counts events; one reader of the event stream among others. Without a lock, because every read counts.
public final class CacheCounters: Sendable {
  private let hits = Atomic(0)
  private let misses = Atomic(0)
  private let staleHits = Atomic(0)
  private let sets = Atomic(0)
  private let loads = Atomic(0)
  private let errors = Atomic(0)
  private let refusedOlder = Atomic(0)

  /// Counters at zero.
  public init() {}

  /// Counts one event.
  public func record(_ event: CacheEvent) {
    switch event {
    case .hit(_, _, let freshness):
      hits.add(1, ordering: .relaxed)
      if freshness == .stale { staleHits.add(1, ordering: .relaxed) }
    case .miss: misses.add(1, ordering: .relaxed)
    case .stored: sets.add(1, ordering: .relaxed)
    case .loaded: loads.add(1, ordering: .relaxed)
    case .refusedOlder: refusedOlder.add(1, ordering: .relaxed)
    case .failed: errors.add(1, ordering: .relaxed)
    }
  }

  /// The counts so far. Each is exact; events that happen meanwhile may be in one and not yet in another.
  public var statistics: CacheStatistics {
    CacheStatistics(
      hits: hits.load(ordering: .relaxed), misses: misses.load(ordering: .relaxed),
      staleHits: staleHits.load(ordering: .relaxed), sets: sets.load(ordering: .relaxed),
      loads: loads.load(ordering: .relaxed), errors: errors.load(ordering: .relaxed),
      refusedOlder: refusedOlder.load(ordering: .relaxed))
  }
}
