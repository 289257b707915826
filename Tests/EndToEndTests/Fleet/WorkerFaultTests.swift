import Foundation
import Testing

extension FleetTests {
  /// Faults of workers.
  @Suite struct WorkerFaultTests {
    @Test("a worker hangs, and goes on: it serves nothing old as fresh")
    func stop() async throws {
      try await withFleet { fleet in
        try await fleet.inject("worker SIGSTOP 3 s", .none) { try await fleet.stop(fleet.workers[0], for: .seconds(3)) }
      }
    }

    @Test("a worker that hung while somebody changed the database by hand does not serve the old state as fresh")
    func stopDuringChange() async throws {
      try await withFleet { fleet in
        let workers = fleet.workers.prefix(2)
        for number in 1...3 {
          for worker in workers { worker.process.send(SIGSTOP) }
          defer { for worker in workers { worker.process.send(SIGCONT) } }
          _ = try await Probe.sql.set(number, in: fleet, server: fleet.workers[2].server)
          try await Task.sleep(for: FleetHistory.bound + FleetHistory.slack)
          // These wait in the sockets of the workers until they go on.
          async let sights = Self.read(workers, times: 6)
          try await Task.sleep(for: .milliseconds(100))
          for worker in workers { worker.process.send(SIGCONT) }
          for sight in try await sights {
            #expect(sight.status == 200)
            #expect(sight.number == number || !sight.isFresh, "\(fleet.workers[sight.worker].coherence): \(sight)")
          }
          for worker in workers {
            _ = try await worker.server.wait(within: FleetHistory.bound, for: "all is well again", Probe.sql.path) {
              answer, _ in
              answer["x-cache"].contains("state=fresh")
            }
          }
        }
      }
    }

    /// Asks each worker so many times at once.
    private static func read(_ workers: ArraySlice<Fleet.Worker>, times: Int) async throws -> [Sight] {
      try await withThrowingTaskGroup(of: Sight.self) { group in
        for worker in workers {
          for _ in 0..<times { group.addTask { try await FleetTraffic.read(worker, Probe.sql.path, .sql) } }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
    }

    @Test("a worker is killed, and the others go on")
    func kill() async throws {
      try await withFleet { fleet in
        try await fleet.inject("worker SIGKILL", .none) {
          await fleet.kill(fleet.workers[0])
          try await Task.sleep(for: .milliseconds(2_000))
        }
      }
    }
  }
}
