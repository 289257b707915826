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
