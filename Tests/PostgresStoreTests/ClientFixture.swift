import Foundation
import Logging
import NIOConcurrencyHelpers
import PostgresClient
import TestSupport

/// How long calls may take in tests that are not about time.
let patience = Duration.seconds(30)

/// Runs a test with a client of a database.
func withClient<Result>(
  _ url: String, poolSize: Int = 2, perSecond: Int? = nil, _ body: (PostgresClient) async throws -> Result
) async throws -> Result {
  let configuration = try PostgresConfiguration(
    url: url, poolSize: poolSize, maximumTransactionsPerSecond: perSecond)
  let client = PostgresClient(configuration, logger: silent)
  do {
    let result = try await body(client)
    await client.close()
    return result
  } catch {
    await client.close()
    throw error
  }
}

/// Runs a test with a client of a new database of the shared server, which SQL has prepared, and with its URL.
func withDatabase<Result>(
  _ setup: String = "SELECT", poolSize: Int = 2, _ body: (PostgresClient, String) async throws -> Result
) async throws -> Result {
  let server = try SharedServer.server()
  let url = try server.makeDatabase()
  try server.psql(setup, in: url)
  return try await withClient(url, poolSize: poolSize) { try await body($0, url) }
}

/// Runs a test with a server that it may stop.
func withServer<Result>(
  settings: [String] = [], copyOf primary: PostgresServer? = nil, _ body: (PostgresServer) async throws -> Result
) async throws -> Result {
  let server = try PostgresServer(settings: settings, copyOf: primary)
  try server.start()
  return try await body(server)
}

extension PostgresServer {
  /// Runs `body` while all its processes stand still.
  func whilePaused<Result>(_ body: () async throws -> Result) async throws -> Result {
    try setPaused(true)
    do {
      let result = try await body()
      try setPaused(false)
      return result
    } catch {
      try setPaused(false)
      throw error
    }
  }
}

extension PostgresClient {
  /// Runs statements in a transaction.
  func execute(_ sql: String) async throws {
    try await transaction(.write, timeout: patience) { try $0.execute(sql) }
  }

  /// The first value that a query gives.
  func value(_ sql: String, _ parameters: [String?] = []) async throws -> String? {
    try await transaction(.snapshot, timeout: patience) { try $0.query(sql, parameters)[0, 0] }
  }
}

/// What a thread waits for until a test opens it.
final class Gate: Sendable {
  private let state = ConditionLock(value: false)

  var isOpen: Bool { state.value }

  func open() {
    state.lock()
    state.unlock(withValue: true)
  }

  /// Blocks the thread, but not for ever, so that a test that never opens it still ends.
  func pass() {
    if state.lock(whenValue: true, timeoutSeconds: (patience + .seconds(10)) / .seconds(1)) { state.unlock() }
  }
}

/// Lets threads meet: each waits, but not for ever, until a number of them has come.
final class Meeting: Sendable {
  private let missing: NIOLockedValueBox<Int>
  private let isComplete = Gate()

  init(of count: Int) { missing = NIOLockedValueBox(count) }

  func join() {
    let left = missing.withLockedValue { missing in
      missing -= 1
      return missing
    }
    if left <= 0 { isComplete.open() }
    isComplete.pass()
  }
}

/// A condition did not come to hold.
struct WaitedInVain: Error, CustomStringConvertible {
  let description: String
}

/// Waits until `condition` holds.
func wait(
  for description: String, within limit: Duration = patience, until condition: () async throws -> Bool
) async throws {
  let start = ContinuousClock.now
  while try await !condition() {
    guard ContinuousClock.now - start < limit else {
      throw WaitedInVain(description: "\(description) did not happen within \(limit)")
    }
    try await Task.sleep(for: .milliseconds(10))
  }
}

/// A log that a test can read.
struct RecordingLog: LogHandler {
  private let recorded = NIOLockedValueBox<[String]>([])
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { recorded.withLockedValue { $0.append("\(event.message)") } }

  /// A logger that writes here.
  var logger: Logger { Logger(label: "test") { _ in self } }

  /// How many messages begin like this.
  func count(_ message: String) -> Int { recorded.withLockedValue { $0.count { $0.hasPrefix(message) } } }
}
