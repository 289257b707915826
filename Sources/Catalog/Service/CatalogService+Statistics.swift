public import TieredCaching

/// What the caches of this worker and of the fleet did; the specification's `get_catalog_cache_stats()`.
public struct CacheReport: Sendable {
  /// What this worker did since it started.
  public let worker: CacheStatistics
  /// What all workers did and hold; nil when the shared tier cannot be asked.
  public let fleet: FleetReport?
  /// Why the fleet is not known.
  public let fleetFailure: String?

  /// Hits of this worker in percent of all its reads.
  public var hitRatePercent: Double { worker.hitRatePercent }
  /// All reads of this worker.
  public var totalRequests: Int { worker.totalRequests }
  /// Reads of this worker that were answered by what was held.
  public var hits: Int { worker[.hits] }
  /// Reads of this worker that had to be derived or loaded.
  public var misses: Int { worker[.misses] }
}

extension CatalogService {
  /// What the caches of this worker and of the fleet did. Asking loads nothing.
  public func cacheStatistics() async -> CacheReport {
    let worker = counters.statistics
    do {
      return CacheReport(worker: worker, fleet: try await shared.fleet(), fleetFailure: nil)
    } catch {
      return CacheReport(worker: worker, fleet: nil, fleetFailure: String(describing: error))
    }
  }
}
