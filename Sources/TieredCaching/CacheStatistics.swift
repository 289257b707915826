import NIOConcurrencyHelpers

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

/// Counts events; one reader of the event stream among others.
public final class CacheCounters: Sendable {
  private let counts = NIOLockedValueBox(CacheStatistics())

  /// Counters at zero.
  public init() {}

  /// Counts one event.
  public func record(_ event: CacheEvent) {
    counts.withLockedValue { counts in
      switch event {
      case .hit(_, _, let freshness):
        counts.hits += 1
        if freshness == .stale { counts.staleHits += 1 }
      case .miss: counts.misses += 1
      case .stored: counts.sets += 1
      case .loaded: counts.loads += 1
      case .refusedOlder: counts.refusedOlder += 1
      case .failed: counts.errors += 1
      }
    }
  }

  /// The counts so far.
  public var statistics: CacheStatistics { counts.withLockedValue { $0 } }
}
