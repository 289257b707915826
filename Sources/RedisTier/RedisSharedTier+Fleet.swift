import NIOCore
import RedisClient
public import TieredCaching

extension RedisSharedTier {
  /// See `SharedTier`.
  @discardableResult
  public func report(_ worker: WorkerReport?, adding statistics: CacheStatistics) async throws -> Int {
    var requested: Int64?
    if let worker {
      requested = try await integer(
        Scripts.report, keys.workers,
        [
          .text(worker.id), .text(worker.version), worker.isFresh ? "1" : "0", .integer(Self.workerMemory),
          .text(worker.audit?.text ?? ""),
        ])
    }
    let counts = CacheStatistics.Count.allCases.filter { statistics[$0] > 0 }
    if !counts.isEmpty {
      _ = try await isTrue(
        Scripts.addCounts, keys.fleet, counts.flatMap { [.text($0.rawValue), .integer(Int64(statistics[$0]))] })
    }
    return Int(requested ?? 0)
  }

  /// See `SharedTier`.
  public func requestAudit() async throws -> Int {
    Int(try await integer(Scripts.requestAudit, keys.workers, [.integer(Self.workerMemory)]) ?? 0)
  }

  /// See `SharedTier`.
  public func fleet() async throws -> FleetReport {
    try await refusing {
      let workers = try await control.hgetall(keys.workers).compactMap { id, value in
        id == Scripts.auditField ? nil : Self.worker(id, String(buffer: value))
      }
      let counts = try await control.hgetall(keys.fleet)
      var statistics = CacheStatistics()
      for count in CacheStatistics.Count.allCases {
        statistics[count] = counts[count.rawValue].flatMap { Int(String(buffer: $0)) } ?? 0
      }
      return FleetReport(workers: workers.sorted { $0.id < $1.id }, statistics: statistics)
    }
  }

  /// What a worker reported: the time, whether it is fresh, the version, and what its last audit found.
  private static func worker(_ id: String, _ value: String) -> WorkerReport {
    let fields = value.split(separator: " ", omittingEmptySubsequences: false)
    guard fields.count >= 3 else { return WorkerReport(id: id, version: "", isFresh: false) }
    return WorkerReport(
      id: id, version: String(fields[2]), isFresh: fields[1] == "1",
      audit: fields.count > 3 ? AuditSummary(text: fields[3]) : nil)
  }
}
