import Foundation
import Testing

/// What a fault may do to the log of a worker that was not stopped itself.
struct Outages {
  /// How often Redis may be reported as unavailable.
  let warnings: ClosedRange<Int>

  /// Redis went on answering.
  static let none = Outages(warnings: 0...0)
  /// Redis was away once.
  static let one = Outages(warnings: 1...1)

  /// Redis was away so many times.
  static func upTo(_ count: Int) -> Outages { Outages(warnings: 0...count) }
}

extension Fleet {
  private struct Health: Decodable {
    let status: String
    let breaker: String

    private enum CodingKeys: String, CodingKey {
      case status
      case breaker = "redis_breaker"
    }
  }

  /// Reads and writes while `faults` runs and until everything is as before, and checks what was seen.
  ///
  /// - Parameters:
  ///   - name: what the table calls it.
  ///   - outages: what it does to Redis.
  func inject(_ name: String, _ outages: Outages, _ faults: () async throws -> Void) async throws {
    let traffic = FleetTraffic(self)
    defer { traffic.stop() }
    async let reading = traffic.read()
    async let writing = traffic.write()
    try await Task.sleep(for: .milliseconds(400))
    try await faults()
    let faultEnd = ContinuousClock.now
    try await waitUntilReady(since: faultEnd)
    let redisAfter = ContinuousClock.now - faultEnd
    try await Task.sleep(for: .milliseconds(400))
    traffic.stopWriting()
    let commits = try await writing
    try await waitUntilServed(commits)
    traffic.stop()
    let history = FleetHistory(
      workers: workers.map(\.coherence), commits: commits, sights: try await reading, faultEnd: faultEnd)
    #expect(commits.count >= 10 && history.sights.count >= 300, "too little happened to say anything")
    history.check(isUndisturbed)
    let recovery = history.recoveryTime { !isKilled($0) }
    #expect(recovery ?? .seconds(1_000) < FleetHistory.recovery, "some worker does not recover in time")
    let warnings = try await checkLogs(outages)
    FaultTable.shared.add(name, history, in: self, redisAfter: redisAfter, outages: warnings)
  }

  /// Waits until every worker is ready, and asks Redis again.
  private func waitUntilReady(since start: ContinuousClock.Instant) async throws {
    for worker in living {
      var health: Health
      repeat {
        health = try await worker.server.get("/health/ready").json()
        if health.status == "ready", health.breaker == "closed" { break }
        try await Task.sleep(for: .milliseconds(20))
      } while ContinuousClock.now - start < FleetHistory.recovery
      #expect(
        health.status == "ready" && health.breaker == "closed",
        "worker \(worker.index) is \(health.status) with its breaker \(health.breaker), \(ContinuousClock.now - start) after the faults"
      )
    }
  }

  /// Waits until every worker serves the last change of every probe as fresh.
  private func waitUntilServed(_ commits: [Commit]) async throws {
    let start = ContinuousClock.now
    for worker in living {
      for probe in Probe.allCases {
        let last = commits.filter { $0.probe == probe }.map(\.number).max() ?? 0
        var sight: Sight
        repeat {
          sight = try await FleetTraffic.read(worker, probe.path, probe)
          if sight.isFresh, sight.number == last { break }
          try await Task.sleep(for: .milliseconds(20))
        } while ContinuousClock.now - start < FleetHistory.recovery
        #expect(
          sight.isFresh && sight.number == last,
          "worker \(worker.index) does not serve change \(last) of \(probe): \(sight)")
      }
    }
  }

  /// Checks that an outage was reported once, and its end too.
  ///
  /// - Returns: the number of outages by worker.
  private func checkLogs(_ outages: Outages) async throws -> [Int] {
    let deadline = ContinuousClock.now + FleetHistory.recovery
    var counts: [Int] = []
    for worker in workers {
      var down = try worker.logLines("Redis unavailable")
      var up = try worker.logLines("Redis available again")
      while up.count != down.count, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(50))
        down = try worker.logLines("Redis unavailable")
        up = try worker.logLines("Redis available again")
      }
      if isUndisturbed(worker.index) {
        #expect(outages.warnings.contains(down.count), "worker \(worker.index): \(down.joined(separator: "\n"))")
        #expect(up.count == down.count, "worker \(worker.index) says how often Redis came back")
      }
      let errors = try worker.logLines(" error ")
      #expect(errors.isEmpty, "worker \(worker.index): \(errors.prefix(5).joined(separator: "\n"))")
      counts.append(down.count)
    }
    return counts
  }
}
