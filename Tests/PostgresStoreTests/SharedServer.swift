import Logging
import PostgresClient
import PostgresStore
import TestSupport
import Testing

/// One server for all tests that do not break it; each test has a database of its own.
enum SharedServer {
  private static let started = Result {
    let server = try PostgresServer()
    try server.start()
    return server
  }

  private static let pooling = Result { try PgBouncer(before: server()) }

  static func server() throws -> PostgresServer { try started.get() }

  /// A pooler of transactions before the server.
  static func pooler() throws -> PgBouncer { try pooling.get() }
}

let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Runs a test with a new store and the URL of its database.
func withTemporaryStore<Result>(_ body: (PostgresStore, String) async throws -> Result) async throws -> Result {
  let url = try SharedServer.server().makeDatabase()
  return try await withStore(url) { try await body($0, url) }
}

/// Runs a test with a store of a database that there is.
func withStore<Result>(
  _ url: String, logger: Logger = silent, _ body: (PostgresStore) async throws -> Result
) async throws -> Result {
  let configuration = PostgresStore.Configuration(primary: try PostgresConfiguration(url: url, poolSize: 2))
  let store = try await PostgresStore(configuration, logger: logger)
  do {
    let result = try await body(store)
    try await store.close()
    return result
  } catch {
    try await store.close()
    throw error
  }
}

extension Trait where Self == ConditionTrait {
  /// For tests that need a PostgreSQL server.
  static var needsPostgres: Self { .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed") }
}
