import TestSupport
import Testing

extension FleetTests {
  /// Faults of Redis itself.
  @Suite struct RedisFaultTests {
    @Test("Redis hangs, and goes on")
    func pause() async throws {
      try await withFleet { fleet in
        try await fleet.inject("SIGSTOP 2.5 s", .one) {
          fleet.redis.pause()
          defer { fleet.redis.resume() }
          try await Task.sleep(for: .milliseconds(2_500))
        }
      }
    }

    @Test("Redis is killed, and starts again empty")
    func restart() async throws {
      try await withFleet { fleet in
        try await fleet.inject("SIGKILL, restart", .one) {
          try await fleet.redis.kill()
          try await Task.sleep(for: .milliseconds(1_500))
          try await fleet.redis.start()
        }
      }
    }

    @Test("Redis loses all its data again and again")
    func flush() async throws {
      try await withFleet { fleet in
        try await fleet.inject("FLUSHALL x 15", .none) {
          for _ in 0..<15 {
            try await fleet.redis.cli("FLUSHALL")
            try await Task.sleep(for: .milliseconds(150))
          }
        }
      }
    }

    @Test("Redis closes all connections, and those that listen")
    func clientKill() async throws {
      try await withFleet { fleet in
        try await fleet.inject("CLIENT KILL x 8", .upTo(8)) {
          for round in 0..<8 {
            try await fleet.redis.cli("CLIENT", "KILL", "TYPE", round % 2 == 0 ? "normal" : "pubsub")
            try await Task.sleep(for: .milliseconds(300))
          }
        }
      }
    }

    @Test("Redis answers nobody, or no writer, for a while", arguments: ["ALL", "WRITE"])
    func clientPause(mode: String) async throws {
      try await withFleet { fleet in
        try await fleet.inject("CLIENT PAUSE 1500 \(mode)", mode == "ALL" ? .one : .upTo(1)) {
          try await fleet.redis.cli("CLIENT", "PAUSE", "1500", mode)
          try await Task.sleep(for: .milliseconds(1_700))
        }
      }
    }

    @Test("Redis is busy")
    func sleep() async throws {
      try await withFleet { fleet in
        try await fleet.inject("DEBUG SLEEP 1.5", .one) { try await fleet.redis.cli("DEBUG", "SLEEP", "1.5") }
      }
    }

    @Test("Redis has too little memory, and drops parts and manifest")
    func eviction() async throws {
      try await withFleet(.init(redisArguments: ["--maxmemory-policy", "allkeys-lru"])) { fleet in
        try await fleet.inject("maxmemory, allkeys-lru", .none) {
          for _ in 0..<8 {
            let used = try await fleet.redis.info("used_memory")
            try await fleet.redis.cli("CONFIG", "SET", "maxmemory", "\(used - 30_000)")
            try await Task.sleep(for: .milliseconds(200))
            try await fleet.redis.cli("CONFIG", "SET", "maxmemory", "0")
            try await Task.sleep(for: .milliseconds(150))
          }
        }
        #expect(try await fleet.redis.info("evicted_keys") > 8)
      }
    }

    @Test("Redis has too little memory, and refuses to write")
    func outOfMemory() async throws {
      try await withFleet(.init(redisArguments: ["--maxmemory-policy", "noeviction"])) { fleet in
        try await fleet.inject("maxmemory, noeviction", .none) {
          try await fleet.redis.cli("CONFIG", "SET", "maxmemory", "1")
          try await Task.sleep(for: .milliseconds(2_500))
          try await fleet.redis.cli("CONFIG", "SET", "maxmemory", "0")
        }
      }
    }

    @Test("Redis becomes a replica that only reads, and a master again")
    func readOnly() async throws {
      try await withFleet { fleet in
        let nobody = try Loopback.freePort()
        // A refused write makes each of a worker's two connections look for the master anew, once.
        try await fleet.inject("read-only replica", .upTo(2)) {
          try await fleet.redis.cli("REPLICAOF", "127.0.0.1", "\(nobody)")
          try await Task.sleep(for: .milliseconds(2_500))
          try await fleet.redis.cli("REPLICAOF", "NO", "ONE")
        }
      }
    }

    @Test("Redis is not there when the workers start, and comes later")
    func absent() async throws {
      try await withFleet(.init(startsRedis: false)) { fleet in
        try await fleet.inject("absent at the start", .one) {
          try await Task.sleep(for: .milliseconds(1_500))
          try await fleet.redis.start()
        }
      }
    }
  }
}
