import NIOConcurrencyHelpers
import PostgresClient
import TestSupport
import Testing

@Suite("A transaction", .needsPostgres, .timeLimit(.minutes(2)))
struct PostgresClientTests {
  private struct Stop: Error {}

  private static let table = "CREATE TABLE numbers (number integer PRIMARY KEY CHECK (number < 100))"
  private static let numbers = "SELECT coalesce(string_agg(number::text, ' ' ORDER BY number), '') FROM numbers"
  private static let process = "SELECT pg_backend_pid()"

  private static func failing(_ condition: String) -> String {
    "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '\(condition)'; END $$"
  }

  // MARK: Running again

  @Test(
    "that others are in the way of is run again as a new one, and gives what its last run gave",
    arguments: ["serialization_failure", "deadlock_detected", "too_many_connections"])
  func passing(_ condition: String) async throws {
    try await withDatabase(Self.table) { client, _ in
      let runs = NIOLockedValueBox(0)
      let result = try await client.transaction(.write, timeout: patience) { connection in
        let run = runs.withLockedValue { runs in
          runs += 1
          return runs
        }
        try connection.query("INSERT INTO numbers VALUES ($1)", [String(run)])
        if run < 3 { try connection.execute(Self.failing(condition)) }
        return run
      }
      #expect(result == 3)
      #expect(runs.withLockedValue { $0 } == 3)
      #expect(try await client.value(Self.numbers) == "3")
    }
  }

  @Test("that others are always in the way of fails in the end, and leaves nothing behind")
  func hopeless() async throws {
    try await withDatabase(Self.table) { client, _ in
      let runs = NIOLockedValueBox(0)
      let error = await #expect(throws: PostgresError.self) {
        try await client.transaction(.write, timeout: patience) { connection in
          runs.withLockedValue { $0 += 1 }
          try connection.execute("INSERT INTO numbers VALUES (1)")
          try connection.execute(Self.failing("serialization_failure"))
        }
      }
      #expect(error?.sqlState == "40001")
      #expect((2...20).contains(runs.withLockedValue { $0 }))
      let left = try await client.value(Self.numbers)
      #expect(left == "")
    }
  }

  @Test("that must not be repeated is run once, whatever is in its way")
  func unrepeatable() async throws {
    try await withDatabase { client, _ in
      let runs = NIOLockedValueBox(0)
      let error = await #expect(throws: PostgresError.self) {
        try await client.transaction(.write, timeout: patience, isRepeatable: false) { connection in
          runs.withLockedValue { $0 += 1 }
          try connection.execute(Self.failing("serialization_failure"))
        }
      }
      #expect(error?.sqlState == "40001")
      #expect(runs.withLockedValue { $0 } == 1)
    }
  }

  @Test(
    "that the database refuses is run once, and its connection is used again",
    arguments: [
      ("INSERT INTO numbers VALUES (1)", "23505"), ("INSERT INTO numbers VALUES (100)", "23514"),
      ("INSERT INTO nowhere VALUES (1)", "42P01"), ("INSERT INTO", "42601"), ("SELECT 1 / 0", "22012"),
    ])
  func refused(sql: String, state: String) async throws {
    try await withDatabase("\(Self.table); INSERT INTO numbers VALUES (1)", poolSize: 1) { client, _ in
      let process = try await client.value(Self.process)
      let runs = NIOLockedValueBox(0)
      let error = await #expect(throws: PostgresError.self) {
        try await client.transaction(.write, timeout: patience) { connection in
          runs.withLockedValue { $0 += 1 }
          try connection.execute("INSERT INTO numbers VALUES (2)")
          try connection.query(sql)
        }
      }
      #expect(error?.kind == .server(sqlState: state))
      #expect(runs.withLockedValue { $0 } == 1)
      #expect(try await client.value(Self.numbers) == "1")
      #expect(try await client.value(Self.process) == process)
    }
  }

  @Test("that gets into a deadlock with another is run again, and both are done")
  func deadlock() async throws {
    let setup = "CREATE TABLE counters (id integer, value integer); INSERT INTO counters VALUES (1, 0), (2, 0)"
    try await withDatabase(setup, poolSize: 3) { client, _ in
      let runs = NIOLockedValueBox(0)
      let meeting = Meeting(of: 2)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (first, second) in [("1", "2"), ("2", "1")] {
          group.addTask {
            try await client.transaction(
              .write, timeout: patience, opening: "SET LOCAL deadlock_timeout = '50ms'"
            ) { connection in
              let count = "UPDATE counters SET value = value + 1 WHERE id = $1::integer"
              try connection.query(count, [first])
              runs.withLockedValue { $0 += 1 }
              // Neither goes on before both have their first row.
              meeting.join()
              try connection.query(count, [second])
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(runs.withLockedValue { $0 } >= 3)
      #expect(try await client.value("SELECT string_agg(value::text, ' ') FROM counters") == "2 2")
    }
  }

  // MARK: All or nothing

  @Test("whose work throws leaves nothing behind, and its connection is used again")
  func thrown() async throws {
    try await withDatabase(Self.table, poolSize: 1) { client, _ in
      let process = try await client.value(Self.process)
      await #expect(throws: Stop.self) {
        try await client.transaction(.write, timeout: patience) { connection in
          try connection.execute("INSERT INTO numbers VALUES (1)")
          throw Stop()
        }
      }
      #expect(try await client.value(Self.numbers) == "")
      #expect(try await client.value(Self.process) == process)
    }
  }

  @Test("that is undone gives what it saw and leaves nothing behind")
  func undone() async throws {
    try await withDatabase(Self.table) { client, _ in
      let seen = try await client.transaction(.write, timeout: patience, isUndone: true) { connection in
        try connection.execute("INSERT INTO numbers VALUES (1), (2)")
        return try connection.query(Self.numbers)[0, 0]
      }
      #expect(seen == "1 2")
      #expect(try await client.value(Self.numbers) == "")
    }
  }

  @Test("that is a snapshot cannot write")
  func readOnly() async throws {
    try await withDatabase(Self.table) { client, _ in
      let error = await #expect(throws: PostgresError.self) {
        try await client.transaction(.snapshot, timeout: patience) { try $0.execute("INSERT INTO numbers VALUES (1)") }
      }
      #expect(error?.sqlState == "25006")
      let left = try await client.value(Self.numbers)
      #expect(left == "")
    }
  }

  @Test(
    "sees one moment when it is a snapshot, and everything that was committed when it writes",
    arguments: [(PostgresClient.Mode.snapshot, "1"), (.write, "1 2")])
  func isolation(mode: PostgresClient.Mode, seen: String) async throws {
    try await withDatabase("\(Self.table); INSERT INTO numbers VALUES (1)") { client, url in
      let server = try SharedServer.server()
      let last = try await client.transaction(mode, timeout: patience) { connection in
        try connection.query(Self.numbers)
        try server.psql("INSERT INTO numbers VALUES (2)", in: url)
        return try connection.query(Self.numbers)[0, 0]
      }
      #expect(last == seen)
    }
  }
}
