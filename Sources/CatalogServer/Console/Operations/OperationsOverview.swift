import Catalog
import TieredCaching

/// How this worker and the fleet are doing now.
struct OperationsOverview: Sendable {
  /// A number with what it means.
  struct Figure: Sendable {
    let label: String
    let value: String
    let hint: String?
    /// Whether somebody should look at it.
    let isBad: Bool

    init(_ label: String, _ value: String, hint: String? = nil, isBad: Bool = false) {
      self.label = label
      self.value = value
      self.hint = hint
      self.isBad = isBad
    }
  }

  struct Worker: Sendable {
    let worker: String
    let isThis: Bool
    let version: String
    let state: String
    let isStale: Bool
    let audit: String
  }

  let frame: OperationsFrame
  let worker: String
  let held: String
  let state: String
  let isStale: Bool
  let age: String
  let bound: String
  /// Age and bound in milliseconds, for the meter; the age is cut at four times the bound.
  let ageMilliseconds: Int
  let boundMilliseconds: Int
  let meterMilliseconds: Int
  let figures: [Figure]
  let latencies: [Figure]
  let workers: [Worker]
  let fleetProblem: String?
  let lastFailure: String?

  /// Asks all tiers how they are, and measures how long they take to say so.
  init(_ frame: OperationsFrame, of service: CatalogService, answers: LocalTier<Answer>.Size) async {
    let read = await Self.time { _ = try await service.read() }
    let database = await Self.time { _ = try await service.store.manifest() }
    let report = await Self.timed { await service.cacheStatistics() }
    let coherence = service.coherence
    let served = service.peek()
    let policy = service.configuration.policy
    self.frame = frame
    worker = service.configuration.workerID
    held = served?.value.version ?? ConsoleText.nothing
    state = served.map { $0.freshness == .fresh ? "fresh" : "stale" } ?? "nothing to serve"
    isStale = served?.freshness != .fresh
    age = served.map { ConsoleText.duration($0.age) } ?? ConsoleText.nothing
    bound = ConsoleText.duration(policy.stalenessBound)
    boundMilliseconds = Int(policy.stalenessBound / .milliseconds(1))
    meterMilliseconds = boundMilliseconds * 4
    ageMilliseconds = min(served.map { Int($0.age / .milliseconds(1)) } ?? meterMilliseconds, meterMilliseconds)
    lastFailure = coherence.lastFailure
    figures = Self.figures(report.value.worker, coherence, answers)
    latencies = [
      read.figure("Read of the catalog"), database.figure("Database"),
      Figure(
        "Shared tier", ConsoleText.duration(report.duration), hint: report.value.fleetFailure,
        isBad: report.value.fleetFailure != nil),
    ]
    fleetProblem = report.value.fleetFailure
    workers = (report.value.fleet?.workers ?? []).map { Worker($0, this: service.configuration.workerID) }
  }

  private static func figures(
    _ statistics: CacheStatistics, _ coherence: CoherenceReport, _ answers: LocalTier<Answer>.Size
  ) -> [Figure] {
    let count = { (count: CacheStatistics.Count) in ConsoleText.grouped(statistics[count]) }
    return [
      Figure(
        "Hit rate", statistics.totalRequests == 0 ? ConsoleText.nothing : "\(statistics.hitRatePercent) %",
        hint: "\(count(.hits)) hits, \(count(.misses)) misses"),
      Figure("Stale hits", count(.staleHits), isBad: statistics[.staleHits] > 0),
      Figure(
        "Loads", count(.loads),
        hint: "\(count(.sharedParts)) parts from Redis, \(count(.databaseParts)) from the database"),
      Figure("Answers ready", ConsoleText.grouped(answers.entries), hint: ConsoleText.bytes(answers.bytes)),
      Figure(
        "Failures", ConsoleText.grouped(statistics[.errors] + statistics[.sharedErrors]),
        hint: "\(count(.errors)) loads, \(count(.sharedErrors)) of Redis",
        isBad: statistics[.errors] + statistics[.sharedErrors] > 0),
      Figure("Redis breaker", coherence.breaker.rawValue, isBad: coherence.breaker != .closed),
      Figure("Loaded anew in", ConsoleText.duration(coherence.timeToLive)),
    ]
  }

  private struct Timing {
    let duration: Duration
    let failure: String?

    func figure(_ label: String) -> Figure {
      Figure(label, ConsoleText.duration(duration), hint: failure, isBad: failure != nil)
    }
  }

  private static func time(_ work: () async throws -> Void) async -> Timing {
    let start = ContinuousClock.now
    do {
      try await work()
      return Timing(duration: ContinuousClock.now - start, failure: nil)
    } catch {
      return Timing(duration: ContinuousClock.now - start, failure: String(describing: error))
    }
  }

  private static func timed<Value>(_ work: () async -> Value) async -> (value: Value, duration: Duration) {
    let start = ContinuousClock.now
    let value = await work()
    return (value, ContinuousClock.now - start)
  }
}

extension OperationsOverview.Worker {
  fileprivate init(_ report: WorkerReport, this id: String) {
    worker = report.id
    isThis = report.id == id
    version = report.version
    state = report.isFresh ? "fresh" : "stale"
    isStale = !report.isFresh
    audit =
      switch report.audit {
      case nil: "none yet"
      case let audit? where audit.isConsistent: "consistent, \(audit.views) views"
      case let audit?: "\(audit[.different]) differ, \(audit[.pastBound]) past the bound"
      }
  }
}
