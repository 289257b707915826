import Foundation
import TestSupport
import Testing

/// How often the whole schedule is gone through; `DRILL_ROUNDS` sets another number, as `./drill` does.
private let rounds = ProcessInfo.processInfo.environment["DRILL_ROUNDS"].flatMap { Int($0) } ?? 1

@Suite(
  "Fleet drill", .serialized,
  .enabled(if: RedisServer.isInstalled && PostgresServer.isInstalled, "redis-server or PostgreSQL is not installed"))
struct DrillFleetTests {
  @Test("Whatever fails: no error while a good copy exists, nothing old as fresh, no mix, equal again within 5 s")
  func drill() async throws {
    try await Drill.run { drill in
      for round in 0..<rounds {
        let faults = rounds == 1 ? Self.faults : Self.faults.shuffled()
        for (index, fault) in faults.enumerated() {
          print("drill: round \(round + 1) of \(rounds), \(fault.name)")
          try await fault.run(drill, (index + round) % drill.fleet.workers.count)
        }
      }
    }
  }

  /// One fault.
  private struct Fault: Sendable {
    let name: String
    let hitsWorker: Bool
    let work: @Sendable (Drill, Fleet.Worker) async throws -> Void

    init(
      _ name: String, hitsWorker: Bool = false, _ work: @escaping @Sendable (Drill, Fleet.Worker) async throws -> Void
    ) {
      self.name = name
      self.hitsWorker = hitsWorker
      self.work = work
    }

    func run(_ drill: Drill, _ worker: Int) async throws {
      let name = hitsWorker ? "\(self.name) (\(worker))" : name
      try await drill.inject(name, victim: hitsWorker ? worker : -1) { worker in try await work(drill, worker) }
    }
  }

  private static let faults = [
    Fault("nothing") { _, _ in try await pause(1_000) },
    Fault("worker killed, started again", hitsWorker: true) { drill, worker in
      await drill.fleet.kill(worker)
      try await pause(300)
      try await drill.fleet.restart(worker)
    },
    Fault("worker paused 2.5 s", hitsWorker: true) { drill, worker in
      try await drill.fleet.stop(worker, for: .milliseconds(2_500))
    },
    Fault("Redis FLUSHALL x 5") { drill, _ in
      for _ in 0..<5 {
        try await drill.fleet.redis.cli("FLUSHALL")
        try await pause(200)
      }
    },
    Fault("Redis killed, started empty") { drill, _ in
      try await drill.fleet.redis.kill()
      try await pause(1_000)
      try await drill.fleet.redis.start()
    },
    Fault("Redis paused 2 s") { drill, _ in
      drill.fleet.redis.pause()
      defer { drill.fleet.redis.resume() }
      try await pause(2_000)
    },
    Fault("Redis full, refuses writes") { drill, _ in
      try await drill.fleet.redis.cli("CONFIG", "SET", "maxmemory", "1")
      try await pause(1_500)
      try await drill.fleet.redis.cli("CONFIG", "SET", "maxmemory", "0")
    },
    Fault("PostgreSQL restarted") { drill, _ in
      try drill.postgres.stop()
      try await pause(500)
      try drill.postgres.start()
    },
    Fault("PostgreSQL crashed, recovers") { drill, _ in
      try drill.postgres.stop(crashing: true)
      try await pause(1_500)
      try drill.postgres.start()
    },
    Fault("PostgreSQL paused 3 s") { drill, _ in
      try drill.postgres.setPaused(true)
      try await pause(3_000)
      try drill.postgres.setPaused(false)
    },
    Fault("all connections cut x 3") { drill, _ in
      for _ in 0..<3 {
        try drill.postgres.psql(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
        )
        try await drill.fleet.redis.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        try await pause(400)
      }
    },
    Fault("write lock held 2 s by somebody") { drill, _ in
      try await drill.fleet.psql(
        "BEGIN; UPDATE modelcatalog.providers SET name = name; SELECT pg_sleep(2); ROLLBACK", drill.postgres)
    },
    Fault("disk of PostgreSQL full") { drill, _ in
      // As far as it can be simulated: every write is refused as it is when there is no space.
      try await drill.fleet.psql(
        """
        CREATE FUNCTION modelcatalog.no_space() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON modelcatalog.offers EXECUTE FUNCTION modelcatalog.no_space()
        """, drill.postgres)
      try await pause(1_500)
      try await drill.fleet.psql("DROP FUNCTION modelcatalog.no_space() CASCADE", drill.postgres)
    },
    Fault("disk of the workers full") { drill, _ in
      let file = drill.fleet.sandbox.directory.appending(path: "data/last-good.catalog")
      let kept = drill.fleet.sandbox.directory.appending(path: "data/kept")
      // A directory in its place cannot be written over.
      if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.moveItem(at: file, to: kept) }
      try FileManager.default.createDirectory(at: file.appending(path: "in-the-way"), withIntermediateDirectories: true)
      try await pause(1_500)
      try FileManager.default.removeItem(at: file)
      if FileManager.default.fileExists(atPath: kept.path) { try FileManager.default.moveItem(at: kept, to: file) }
    },
    Fault("both away, a worker starts from its disk", hitsWorker: true) { drill, worker in
      await drill.fleet.kill(worker)
      try await drill.fleet.redis.kill()
      try drill.postgres.stop()
      try await drill.fleet.restart(worker)
      try await pause(1_500)
      let answer = try await worker.server.get(Probe.sql.path)
      #expect(answer.status == 200 && answer["x-cache"].contains("state=stale"), "it serves what is on its disk")
      try await drill.fleet.redis.start()
      try drill.postgres.start()
    },
  ]

  private static func pause(_ milliseconds: Int) async throws { try await Task.sleep(for: .milliseconds(milliseconds)) }
}
