import NIOCore
import TestSupport
import Testing

@testable import RedisClient

@Suite("A client that asks sentinels", .enabled(if: RedisServer.isInstalled), .timeLimit(.minutes(1)))
struct SentinelTests {
  @Test("finds the master, and the new one after a failover")
  func failover() async throws {
    try await RedisServer.with { master in
      let replicaArguments = ["--replicaof", "127.0.0.1", "\(master.port)", "--repl-diskless-sync-delay", "0"]
      try await RedisServer.with(arguments: replicaArguments) { replica in
        let settings = """
          sentinel monitor main 127.0.0.1 \(master.port) 1
          sentinel down-after-milliseconds main 60000
          sentinel failover-timeout main 5000

          """
        try await RedisServer.with(sentinel: settings) { sentinel in
          try await wait(for: "the replica") {
            let isLinked = try await replica.cli("INFO", "replication").contains("master_link_status:up")
            let isKnown = try await sentinel.cli("SENTINEL", "REPLICAS", "main").contains("\(replica.port)")
            return isLinked && isKnown
          }
          // The first sentinel does not exist; the next one is asked.
          let absent = try Loopback.freePort()
          let url = "redis-sentinel://127.0.0.1:\(absent),127.0.0.1:\(sentinel.port)/main"
          try await withClient(patientConfiguration(url)) { client in
            try await client.set("k", "v")
            #expect(try await master.cli("GET", "k") == "v")
            try await wait(for: "a failover that is accepted") {
              do { return try await sentinel.cli("SENTINEL", "FAILOVER", "main").contains("OK") } catch { return false }
            }
            try await wait(for: "a write to the new master", within: .seconds(40)) {
              do {
                try await client.set("after", "w")
                return try await replica.cli("GET", "after") == "w"
              } catch { return false }
            }
          }
        }
      }
    }
  }

  @Test("does not use a server that is no master (any more), and asks again")
  func role() async throws {
    let isMaster = NIOLockedFlag(false)
    let server = try await FakeServer(
      FakeServer.greeting { command in
        if command == ["ROLE"] { return isMaster.value ? "*3\r\n+master\r\n:0\r\n*0\r\n" : "*1\r\n+slave\r\n" }
        return "+OK\r\n"
      })
    let port = server.port
    let sentinel = try await FakeServer { command in
      command == ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"]
        ? "*2\r\n+127.0.0.1\r\n$\("\(port)".utf8.count)\r\n\(port)\r\n" : "*-1\r\n"
    }
    defer {
      server.close()
      sentinel.close()
    }
    let url = "redis-sentinel://127.0.0.1:\(sentinel.port)/main"
    try await withClient(patientConfiguration(url), connects: false) { client in
      try await wait(for: "the reason") {
        guard case .notConnected(let reason)? = await failure({ () throws(RedisError) in try await client.ping() })
        else { return false }
        return reason.contains("not the master")
      }
      isMaster.value = true
      try await client.waitUntilConnected(timeout: .seconds(10))
      #expect(sentinel.commands.count >= 2)
    }
  }

  @Test("says which sentinels were asked when none knows the service")
  func unknownService() async throws {
    let sentinel = try await FakeServer { _ in "*-1\r\n" }
    defer { sentinel.close() }
    let url = "redis-sentinel://127.0.0.1:\(sentinel.port)/other"
    try await withClient(patientConfiguration(url), connects: false) { client in
      try await wait(for: "the reason") {
        guard case .notConnected(let reason)? = await failure({ () throws(RedisError) in try await client.ping() })
        else { return false }
        return reason.contains("127.0.0.1:\(sentinel.port)") && reason.contains("other")
      }
    }
  }

  @Test("leaves a server that has become a replica, and gives the caller its refusal")
  func demotion() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        let before = client.incarnation
        try await server.cli("REPLICAOF", "127.0.0.1", "1")
        guard case .server(let error)? = await failure({ () throws(RedisError) in try await client.set("k", "v") })
        else {
          Issue.record("a replica took a write")
          return
        }
        #expect(error.code == "READONLY")
        try await wait(for: "another connection") { client.incarnation > before }
        // There is no master yet: that is looked into every three seconds, not at every write.
        let start = ContinuousClock.now
        for _ in 0..<10 {
          try await wait(for: "a connection") { client.incarnation > 0 }
          _ = await failure { () throws(RedisError) in try await client.set("k", "v") }
        }
        try await wait(for: "a connection") { client.incarnation > 0 }
        #expect(client.incarnation - before <= 2 + Int((ContinuousClock.now - start) / .seconds(3)))
        try await server.cli("REPLICAOF", "NO", "ONE")
        try await wait(for: "a write") {
          do { return try await client.set("k", "v") } catch { return false }
        }
      }
    }
  }
}
