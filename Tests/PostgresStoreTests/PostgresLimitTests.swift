import NIOConcurrencyHelpers
import TestSupport
import Testing

@testable import PostgresClient

@Suite("The limits of a client", .needsPostgres, .timeLimit(.minutes(2)))
struct PostgresLimitTests {
  @Test("There are never more connections than the pool has places, however many transactions want one")
  func poolSize() async throws {
    try await withDatabase { _, url in
      let name = "pool-\(UInt32.random(in: .min ... .max))"
      let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = '\(name)'"
      let meeting = Meeting(of: 3)
      let counts = try await withClient("\(url)?application_name=\(name)", poolSize: 3) { client in
        try await withThrowingTaskGroup(of: Int.self) { group in
          for _ in 0..<20 {
            group.addTask {
              try await client.transaction(.snapshot, timeout: patience) { connection in
                // The first ones are there at the same time.
                meeting.join()
                return try connection.query(count).integer(0, 0) ?? 0
              }
            }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
      }
      #expect(counts.count == 20)
      #expect(counts.max() == 3)
    }
  }

  @Test("A caller waits for a connection no longer than its timeout, whatever holds the connections")
  func busy() async throws {
    try await withDatabase(poolSize: 1) { client, _ in
      let isHeld = Gate()
      let mayEnd = Gate()
      let start = ContinuousClock.now
      async let holder: Void = client.transaction(.snapshot, timeout: patience) { _ in
        isHeld.open()
        mayEnd.pass()
      }
      try await wait(for: "the transaction") { isHeld.isOpen }
      let error = await #expect(throws: PostgresError.self) {
        try await client.read("SELECT 1", timeout: .milliseconds(200)) { $0.count }
      }
      #expect(error?.kind == .timedOut)
      // Nothing but the gate, which is still closed, ends what holds the connection.
      #expect(ContinuousClock.now - start < patience)
      mayEnd.open()
      try await holder
      #expect(try await client.value("SELECT 'free'") == "free")
    }
  }

  @Test("Writers that wait for one another leave a connection for questions, however many they are")
  func waitingWriters() async throws {
    try await withDatabase("CREATE TABLE held (id integer)") { client, _ in
      let isHeld = Gate()
      let mayEnd = Gate()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            try await client.transaction(.write, timeout: patience, opening: "LOCK TABLE held") { _ in
              isHeld.open()
              mayEnd.pass()
            }
          }
        }
        try await wait(for: "the first writer") { isHeld.isOpen }
        #expect(try await client.value("SELECT 'answered'") == "answered")
        mayEnd.open()
        try await group.waitForAll()
      }
    }
  }

  @Test("Transactions begin no faster than the configured number per second")
  func rate() async throws {
    let url = try SharedServer.server().url()
    try await withClient(url, poolSize: 4, perSecond: 20) { client in
      let start = ContinuousClock.now
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<10 {
          group.addTask {
            if number.isMultiple(of: 2) {
              _ = try await client.value("SELECT 1")
            } else {
              try await client.execute("SELECT 1")
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(ContinuousClock.now - start >= .milliseconds(400))
    }
  }

  @Test("A transaction that gets no turn before its timeout fails without being begun")
  func overLimit() async throws {
    let url = try SharedServer.server().url()
    try await withClient(url, perSecond: 1) { client in
      let value = try await client.value("SELECT 'first'")
      #expect(value == "first")
      let start = ContinuousClock.now
      let kinds = try await withThrowingTaskGroup(of: PostgresError.Kind?.self) { group in
        for _ in 0..<60 {
          group.addTask {
            do {
              _ = try await client.read("SELECT 1", timeout: .seconds(2)) { $0.count }
              return nil
            } catch let error as PostgresError {
              return error.kind
            }
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(kinds.count { $0 == .overLimit } >= 30)
      #expect(ContinuousClock.now - start < patience)
    }
  }

  @Test("A turn that a caller did not get is there for the next one")
  func turns() async throws {
    let limiter = RateLimiter(perSecond: 1)
    try await limiter.wait(until: .now + patience)
    let start = ContinuousClock.now
    for _ in 0..<50 {
      let error = await #expect(throws: PostgresError.self) { try await limiter.wait(until: .now) }
      #expect(error?.kind == .overLimit)
    }
    try await limiter.wait(until: .now + patience)
    #expect(ContinuousClock.now - start < patience)
  }

  @Test("Calls after the end fail, and say that the client is closed")
  func closed() async throws {
    // It is closed once more in the end, which does no harm.
    try await withClient(try SharedServer.server().url()) { client in
      let value = try await client.value("SELECT 'open'")
      #expect(value == "open")
      await client.close()
      let reading = await #expect(throws: PostgresError.self) { try await client.value("SELECT 1") }
      #expect(reading?.kind == .closed)
      let writing = await #expect(throws: PostgresError.self) { try await client.execute("SELECT 1") }
      #expect(writing?.kind == .closed)
    }
  }

  @Test("What is under way at the end is finished, what waits fails, and no connection stays")
  func closing() async throws {
    let server = try SharedServer.server()
    let name = "closing-\(UInt32.random(in: .min ... .max))"
    try await withClient("\(server.url())?application_name=\(name)", poolSize: 1) { client in
      let isHeld = Gate()
      let mayEnd = Gate()
      async let underWay = client.transaction(.snapshot, timeout: patience) { connection in
        isHeld.open()
        mayEnd.pass()
        return try connection.query("SELECT 'done'")[0, 0]
      }
      try await wait(for: "the transaction") { isHeld.isOpen }
      async let waiting = #expect(throws: PostgresError.self) { try await client.value("SELECT 1") }
      // Long enough for the second call to stand in the queue; were it later, it would fail all the same.
      try await Task.sleep(for: .milliseconds(50))
      async let closing: Void = client.close()
      #expect(await waiting?.kind == .closed)
      mayEnd.open()
      await closing
      #expect(try await underWay == "done")
    }
    try await wait(for: "the end of the connection") {
      try server.psql("SELECT count(*) FROM pg_stat_activity WHERE application_name = '\(name)'") == "0"
    }
  }
}
