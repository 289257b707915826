import Foundation
import Synchronization
import TestSupport
import Testing

/// A fleet of four workers on a real PostgreSQL and a real Redis, under constant reads of all views, with writers in every
/// way there is, while one fault follows another.
struct Drill: Sendable {
  let fleet: Fleet
  let postgres: PostgresServer
  private let table = DrillTable()

  /// Runs `body` with a fleet of two workers that promise strict coherence, and two that promise bounded.
  static func run(_ body: (Drill) async throws -> Void) async throws {
    let postgres = try PostgresServer()
    try postgres.start()
    let setup = Fleet.Setup(
      workers: [.strict, .bounded, .strict, .bounded], postgres: postgres, environment: ["LOG_LEVEL": "warning"])
    try await withFleet(setup) { fleet in
      let drill = Drill(fleet: fleet, postgres: postgres)
      let before = try await drill.resources()
      defer { drill.table.print() }
      try await body(drill)
      try await drill.compare(before)
    }
  }

  /// Reads and writes while a fault happens and until every worker serves everything again, and checks what was seen.
  ///
  /// - Parameters:
  ///   - name: what the table calls it.
  ///   - victim: the worker that is stopped or killed itself.
  func inject(_ name: String, victim: Int = -1, _ fault: (Fleet.Worker) async throws -> Void) async throws {
    fleet.forgetDisturbances()
    let traffic = FleetTraffic(fleet, victim: victim, isPersistent: true)
    defer { traffic.stop() }
    async let reading = traffic.read()
    async let writing = traffic.write()
    try await Task.sleep(for: .milliseconds(300))
    try await fault(fleet.workers[max(0, victim)])
    let faultEnd = ContinuousClock.now
    // Writers find out by themselves that the database is back, and then make another change.
    try await Task.sleep(for: .milliseconds(1_500))
    traffic.stopWriting()
    let commits = try await writing
    let equal = try await waitUntilEqual(since: .now)
    traffic.stop()
    let generations = (fleet.workers.map { fleet.starts($0.index) }.max() ?? 0) + 1
    let history = FleetHistory(
      workers: (0..<generations).flatMap { _ in fleet.workers.map(\.coherence) }, commits: commits,
      sights: try await reading, faultEnd: faultEnd)
    history.check { fleet.isUndisturbed($0 % fleet.workers.count) }
    let recovery = history.recoveryTime { id in
      let count = fleet.workers.count
      return id / count == fleet.starts(id % count)
    }
    #expect(recovery ?? .seconds(1_000) < FleetHistory.recovery, "some worker does not serve all changes in time")
    table.add(name, history, recovery: recovery, equalAfter: equal)
  }

  /// Waits until every worker serves the last change of every probe as fresh, in the same version.
  ///
  /// - Parameter start: when the last change had been made.
  private func waitUntilEqual(since start: ContinuousClock.Instant) async throws -> Duration {
    let deadline = ContinuousClock.now + FleetHistory.recovery
    var equal: Duration?
    var last = "nothing"
    while equal == nil, ContinuousClock.now < deadline {
      var versions: Set<String> = []
      var isServed = true
      for worker in fleet.workers {
        for probe in Probe.allCases {
          let sight = try await FleetTraffic.read(worker, probe.path, probe)
          versions.insert(sight.version)
          if sight.number != fleet.number(of: probe) || !sight.isFresh {
            isServed = false
            last = "worker \(worker.index): \(sight)"
          }
        }
      }
      if isServed, versions.count == 1 { equal = ContinuousClock.now - start }
      if equal == nil { try await Task.sleep(for: .milliseconds(50)) }
    }
    let found = equal ?? .seconds(1_000)
    #expect(found < FleetHistory.recovery, "workers are not equal again: \(last)")
    return found
  }

  // MARK: Resources

  private struct Resources {
    let memory: [Int]
    let postgresConnections: Int
    let redisConnections: Int
  }

  private func resources() async throws -> Resources {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'modelcatalog'"
    return Resources(
      memory: try fleet.workers.map { try $0.process.residentKibibytes() },
      postgresConnections: Int(try postgres.psql(sql)) ?? -1,
      redisConnections: try await fleet.redis.info("connected_clients"))
  }

  /// Checks that neither memory nor connections have grown.
  private func compare(_ before: Resources) async throws {
    let after = try await resources()
    let limit = fleet.workers.count * 5
    #expect(after.postgresConnections <= limit, "connections to PostgreSQL, at most 4 and one that listens per worker")
    #expect(after.redisConnections <= before.redisConnections + 2, "connections to Redis, before and after")
    for (index, (old, new)) in zip(before.memory, after.memory).enumerated() {
      // A small catalog; what grows with every fault would go far beyond.
      #expect(new < old + 60_000, "worker \(index) grew from \(old) to \(new) KiB")
    }
    table.note(
      "resident memory \(before.memory) -> \(after.memory) KiB; connections to PostgreSQL "
        + "\(before.postgresConnections) -> \(after.postgresConnections), to Redis \(before.redisConnections) -> "
        + "\(after.redisConnections)")
  }
}

/// What the faults did, one row each.
final class DrillTable: Sendable {
  private let rows = Mutex<[[String]]>([])
  private let notes = Mutex<[String]>([])
  private static let head = [
    "fault", "requests", "stale", "errors", "changes", "longest stale", "longest as fresh", "slowest",
    "served after", "equal after",
  ]

  func add(_ fault: String, _ history: FleetHistory, recovery: Duration?, equalAfter: Duration) {
    let milliseconds = { (time: Duration) in "\(Int(time / .milliseconds(1))) ms" }
    rows.withLock {
      $0.append([
        fault, "\(history.sights.count)", "\(history.sights.count { $0.status == 200 && !$0.isFresh })",
        "\(history.sights.count { $0.status != 200 })", "\(history.commits.count)",
        milliseconds(history.longestStaleness(isFresh: false)), milliseconds(history.longestStaleness(isFresh: true)),
        milliseconds(history.longestWait { _ in true }), recovery.map(milliseconds) ?? "never",
        milliseconds(equalAfter),
      ])
    }
  }

  func note(_ text: String) { notes.withLock { $0.append(text) } }

  func print() {
    let table = [Self.head] + rows.withLock { $0 }
    let widths = Self.head.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    for row in table {
      let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
      Swift.print(cells.joined(separator: "  "))
    }
    for note in notes.withLock({ $0 }) { Swift.print(note) }
  }
}
