import Glibc
import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import PostgresClient

@Suite("A client whose server fails", .needsPostgres, .serialized, .timeLimit(.minutes(2)))
struct PostgresRecoveryTests {
  private static let process = "SELECT pg_backend_pid()"

  /// Runs a test with a port where the kernel accepts connections, and nobody ever reads what they bring.
  private func withSilentPort(_ body: (Int) async throws -> Void) async throws {
    let port = try Loopback.freePort()
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    try #require(isBound && listen(descriptor, 16) == 0)
    try await body(port)
  }

  /// Checks that a query with a short timeout fails for want of an answer; without one it would wait for ever.
  private func expectTimeout(_ client: PostgresClient) async {
    let start = ContinuousClock.now
    let error = await #expect(throws: PostgresError.self) {
      try await client.read(Self.process, timeout: .milliseconds(300)) { $0[0, 0] }
    }
    #expect(error?.kind == .timedOut)
    #expect(ContinuousClock.now - start < patience)
  }

  // MARK: Silence

  @Test("waits for one that accepts and never answers no longer than the timeout")
  func silent() async throws {
    try await withSilentPort { port in
      try await withClient("postgres://postgres@127.0.0.1:\(port)/x") { client in await expectTimeout(client) }
    }
  }

  @Test("waits for one that stands still no longer than the timeout, and goes on when it goes on")
  func pausedServer() async throws {
    try await withServer { server in
      try await withClient(server.url(), poolSize: 1) { client in
        #expect(try await client.value("SELECT 'before'") == "before")
        try await server.whilePaused {
          // Over the connection that there is, then with one that cannot be made.
          await expectTimeout(client)
          await expectTimeout(client)
        }
        let value = try await client.value("SELECT 'after'")
        #expect(value == "after")
      }
    }
  }

  @Test("says that nobody knows whether a change was made when there is no answer to its commit, and makes it once")
  func silentCommit() async throws {
    try await withServer { server in
      try server.psql("CREATE TABLE numbers (number integer)")
      try await withClient(server.url()) { client in
        let runs = NIOLockedValueBox(0)
        let error = await #expect(throws: PostgresError.self) {
          try await client.transaction(.write, timeout: .seconds(6)) { connection in
            runs.withLockedValue { $0 += 1 }
            try connection.execute("INSERT INTO numbers VALUES (1)")
            try server.setPaused(true)
          }
        }
        try server.setPaused(false)
        #expect(error?.kind == .commitUnknown)
        #expect(runs.withLockedValue { $0 } == 1)
        let value = try await client.value("SELECT 'after'")
        #expect(value == "after")
      }
    }
  }

  // MARK: Endings

  @Test("says that there is none without waiting for one, and finds it when there is one")
  func absent() async throws {
    let server = try PostgresServer()
    try await withClient(server.url()) { client in
      let error = await #expect(throws: PostgresError.self) { try await client.value(Self.process) }
      #expect(error?.kind == .unreachable)
      #expect(error?.message.contains("refused") == true)
      try server.start()
      #expect(try await client.value("SELECT 'there'") == "there")
    }
  }

  @Test("replaces an idle connection that the server ended, and the caller notices nothing", arguments: [false, true])
  func terminatedWhileIdle(isTransaction: Bool) async throws {
    try await withDatabase(poolSize: 1) { client, _ in
      let server = try SharedServer.server()
      let old = try #require(try await client.value(Self.process))
      try server.psql("SELECT pg_terminate_backend(\(old))")
      try await wait(for: "the end of the connection") {
        try server.psql("SELECT count(*) FROM pg_stat_activity WHERE pid = \(old)") == "0"
      }
      let new =
        if isTransaction {
          try await client.transaction(.write, timeout: patience) { try $0.query(Self.process)[0, 0] }
        } else {
          try await client.value(Self.process)
        }
      #expect(new != nil && new != old)
    }
  }

  @Test("goes on after a restart between two transactions, however many connections it had", arguments: [false, true])
  func restart(isCrash: Bool) async throws {
    try await withServer { server in
      try server.psql("CREATE TABLE numbers (number integer)")
      try server.psql("CHECKPOINT")
      try await withClient(server.url(), poolSize: 4) { client in
        let meeting = Meeting(of: 4)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<4 {
            group.addTask { try await client.transaction(.snapshot, timeout: patience) { _ in meeting.join() } }
          }
          try await group.waitForAll()
        }
        try server.stop(crashing: isCrash)
        try server.start()
        for number in 1...8 { try await client.execute("INSERT INTO numbers VALUES (\(number))") }
        #expect(try await client.value("SELECT count(DISTINCT number) || ' of ' || count(*) FROM numbers") == "8 of 8")
      }
    }
  }

  @Test("runs a transaction again whose connection broke before its commit, as it changed nothing")
  func terminatedBeforeCommit() async throws {
    try await withDatabase("CREATE TABLE numbers (number integer)") { client, _ in
      let runs = NIOLockedValueBox(0)
      try await client.transaction(.write, timeout: patience) { connection in
        let run = runs.withLockedValue { runs in
          runs += 1
          return runs
        }
        try connection.query("INSERT INTO numbers VALUES ($1)", [String(run)])
        if run == 1 { try connection.query("SELECT pg_terminate_backend(pg_backend_pid())") }
      }
      #expect(try await client.value("SELECT string_agg(number::text, ' ') FROM numbers") == "2")
    }
  }

  /// How a connection ends while its transaction is being committed.
  enum Death: String, CaseIterable, CustomTestStringConvertible {
    case terminated = "PERFORM pg_terminate_backend(pg_backend_pid())"
    case killed = "EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'kill -9 ' || pg_backend_pid())"

    var testDescription: String { "\(self)" }
  }

  @Test(
    "says that nobody knows whether a change was made when the connection breaks in its commit, and makes it once",
    arguments: Death.allCases, PgBouncer.isInstalled ? [false, true] : [false])
  func brokenCommit(death: Death, isPooled: Bool) async throws {
    try await withServer { server in
      try server.psql(
        """
        CREATE TABLE numbers (number integer);
        CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(death.rawValue); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON numbers DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION die()
        """)
      let pooler = isPooled ? try PgBouncer(before: server) : nil
      try await withClient(pooler?.url(of: "postgres") ?? server.url()) { client in
        let runs = NIOLockedValueBox(0)
        let error = await #expect(throws: PostgresError.self) {
          try await client.transaction(.write, timeout: patience) { connection in
            runs.withLockedValue { $0 += 1 }
            try connection.execute("INSERT INTO numbers VALUES (1)")
          }
        }
        #expect(error?.kind == .commitUnknown)
        #expect(runs.withLockedValue { $0 } == 1)
      }
      withExtendedLifetime(pooler) {}
    }
  }
}
