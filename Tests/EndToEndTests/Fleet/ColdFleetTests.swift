import Foundation
import Testing

extension FleetTests {
  /// What a fleet asks of the database.
  @Suite struct ColdFleetTests {
    private static let setup = Fleet.Setup(workers: [.strict, .bounded, .strict, .bounded])

    /// How often the workers loaded from the database, when nothing more was to be loaded.
    private static func loads(_ fleet: Fleet) async throws -> [Int] {
      for worker in fleet.workers { #expect(try await worker.server.get("/v1/stats").status == 200) }
      return try await fleet.cacheStatistics().map(\.databaseLoads)
    }

    @Test("workers that start at the same moment on an empty Redis load the database once", arguments: 1...3)
    func start(round: Int) async throws {
      try await withFleet(Self.setup) { fleet in
        #expect(try await Self.loads(fleet).reduce(0, +) == 1)
        let reports = try await fleet.cacheStatistics()
        #expect(reports.map(\.partsFromRedis).reduce(0, +) == 3 * Probe.allCases.count)
        #expect(reports.map(\.partsFromDatabase).reduce(0, +) == Probe.allCases.count)
        #expect(reports.map(\.redisSets).reduce(0, +) == Probe.allCases.count)
        print("database loads of a cold fleet: \(reports.map(\.databaseLoads))")
      }
    }

    @Test("a worker that starts later, a change and a clear cost the fleet one load each")
    func later() async throws {
      try await withFleet(Self.setup) { fleet in
        var before = try await Self.loads(fleet).reduce(0, +)
        for number in 1...10 {
          _ = try await Probe.http.set(number, in: fleet, server: fleet.workers[number % 4].server)
          try await Task.sleep(for: .milliseconds(150))
        }
        let changes = try await Self.loads(fleet)
        #expect(changes.reduce(0, +) - before <= 10, "a load for each of ten changes")
        before = changes.reduce(0, +)
        let answer = try await fleet.workers[0].server.send("POST", "/api/system/cache/clear", key: Fleet.key)
        #expect(answer.status == 200)
        try await Task.sleep(for: .milliseconds(300))
        let cleared = try await Self.loads(fleet)
        #expect(cleared.reduce(0, +) - before == 1, "one load after a clear")
        print("database loads with ten changes: \(changes), and a clear: \(cleared)")
        // The command is a worker that starts later.
        let tried: CacheStatsReport = try await fleet.json(["cache", "try"])
        #expect(tried.databaseLoads == 0)
        #expect(tried.partsFromRedis == Probe.allCases.count)
      }
    }
  }
}
