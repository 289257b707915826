import NIOConcurrencyHelpers
import NIOCore
import TestSupport
import Testing

@testable import RedisClient

@Suite("A client whose server fails", .enabled(if: RedisServer.isInstalled), .timeLimit(.minutes(1)))
struct RecoveryTests {
  @Test("fails at once while there is no server, and connects when there is one")
  func absentServer() async throws {
    let server = try RedisServer()
    let log = LogRecorder()
    try await withClient(patientConfiguration(server.url), logger: log.logger, connects: false) { client in
      #expect(client.incarnation == 0)
      try await wait(for: "the reason") {
        guard case .notConnected(let reason)? = await failure({ () throws(RedisError) in try await client.ping() })
        else { return false }
        return reason.contains("refused")
      }
      try await server.start()
      try await client.waitUntilConnected(timeout: .seconds(10))
      try await client.ping()
      #expect(client.incarnation >= 1)
      try await server.kill()
    }
    #expect(log.lines.filter { $0.contains("refused") }.count == 1)
  }

  @Test("fails with a timeout while the server stands still, and goes on over the same connection")
  func timeout() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        try await client.set("k", "before")
        let incarnation = client.incarnation
        server.pause()
        let start = ContinuousClock.now
        let error = await failure { () throws(RedisError) in
          try await client.execute(GET("k"), timeout: .milliseconds(50))
        }
        #expect(error == .timedOut)
        #expect(ContinuousClock.now - start < .seconds(5))
        async let late = client.execute(SET("k", "after"))
        server.resume()
        // The answer to GET came late and must not be taken for that of SET.
        #expect(try await late == true)
        #expect(try await client.get("k") == ByteBuffer(string: "after"))
        #expect(client.incarnation == incarnation)
      }
    }
  }

  @Test("connects anew when the server is silent for too long")
  func stall() async throws {
    try await RedisServer.with { server in
      var configuration = try patientConfiguration(server.url)
      configuration.commandTimeout = .milliseconds(20)
      configuration.stallTimeout = .milliseconds(200)
      try await withClient(configuration) { client in
        let before = client.incarnation
        server.pause()
        // Nobody sends a command: the sign of life that is asked for regularly has to notice it.
        try await wait(for: "the loss") { client.incarnation == 0 }
        server.resume()
        try await wait(for: "the new connection") { client.incarnation > before }
      }
    }
  }

  @Test("connects anew within seconds when the server was killed, under a higher number")
  func restart() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        let (pong, before) = try await client.executeTagged(PING())
        #expect(pong == "PONG" && before == client.incarnation && before > 0)
        try await server.kill()
        try await wait(for: "the loss") { client.incarnation == 0 }
        guard case .notConnected? = await failure({ () throws(RedisError) in try await client.ping() }) else {
          Issue.record("a command was accepted without a connection")
          return
        }
        try await server.start()
        let time = try await wait(for: "the new connection") { client.incarnation > before }
        #expect(time < .seconds(5))
        #expect(try await client.executeTagged(PING()).incarnation == client.incarnation)
      }
    }
  }

  @Test("fails commands that were under way when the connection went, and sends none twice")
  func loss() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        let before = client.incarnation
        async let outcome = failure { () throws(RedisError) in
          try await client.execute(Raw("BLPOP", ["queue", 0], key: "queue"))
        }
        try await wait(for: "the command at the server") {
          try await server.cli("CLIENT", "LIST").contains("cmd=blpop")
        }
        try await server.restart()
        #expect(await outcome == .disconnected)
        try await wait(for: "the new connection") { client.incarnation > before }
        // Were the command sent again, it would take this.
        try await client.execute(Raw("RPUSH", ["queue", "x"], key: "queue"))
        #expect(try await client.execute(Raw("LLEN", ["queue"], key: "queue")) == .integer(1))
      }
    }
  }

  @Test("is closed by the administrator and connects again")
  func clientKill() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        for _ in 0..<3 {
          let before = client.incarnation
          try await server.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
          try await wait(for: "the new connection") { client.incarnation > before }
        }
        try await client.ping()
      }
    }
  }

  @Test("lets a cancelled caller go at once and disturbs nobody else")
  func cancellation() async throws {
    try await RedisServer.with { server in
      try await withClient(patientConfiguration(server.url)) { client in
        try await client.set("k", "v")
        let incarnation = client.incarnation
        server.pause()
        let cancelled = Task { await failure { () throws(RedisError) in try await client.get("k") } }
        let other = Task { try await client.get("k") }
        try await Task.sleep(for: .milliseconds(20))
        cancelled.cancel()
        // The server stands still, so that nothing but the cancellation can end it.
        #expect(await cancelled.value == .cancelled)
        server.resume()
        #expect(try await other.value == ByteBuffer(string: "v"))
        #expect(client.incarnation == incarnation)
        let early = Task {
          withUnsafeCurrentTask { $0?.cancel() }
          return await failure { () throws(RedisError) in try await client.set("k", "never") }
        }
        #expect(await early.value == .cancelled)
        #expect(try await client.get("k") == ByteBuffer(string: "v"))
      }
    }
  }

  @Test("refuses more commands than may wait")
  func overload() async throws {
    try await RedisServer.with { server in
      var configuration = try patientConfiguration(server.url)
      configuration.limits.pendingCommands = 10
      configuration.heartbeat = .seconds(60)
      try await withClient(configuration) { client in
        server.pause()
        let errors = await withTaskGroup(of: RedisError?.self) { group in
          for _ in 0..<30 {
            group.addTask {
              await failure { () throws(RedisError) in try await client.execute(PING(), timeout: .seconds(1)) }
            }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(errors.filter { $0 == .overloaded }.count == 20)
        #expect(errors.filter { $0 == .timedOut }.count == 10)
        server.resume()
        // The late answers make room.
        try await wait(for: "room") { await failure { () throws(RedisError) in try await client.ping() } == nil }
      }
    }
  }

  @Test("ends calls and the connection when it is stopped")
  func stop() async throws {
    try await RedisServer.with { server in
      let client = try await withClient(patientConfiguration(server.url)) { $0 }
      try await wait(for: "the end of the connection") {
        try await server.cli("CLIENT", "LIST").split(separator: "\n").count == 1
      }
      guard case .notConnected? = await failure({ () throws(RedisError) in try await client.ping() }) else {
        Issue.record("a stopped client took a command")
        return
      }
    }
  }
}
