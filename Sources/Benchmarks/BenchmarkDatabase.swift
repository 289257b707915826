import Catalog
import Logging
import PostgresClient
import PostgresStore
import SQLiteStore

/// The database that a benchmark works on.
enum BenchmarkDatabase {
  /// Opens a file, or what a URL of PostgreSQL names.
  static func open(_ database: String) async throws -> any CatalogDatabase {
    guard database.hasPrefix("postgres://") else { return try await SQLiteStore(path: database) }
    let configuration = PostgresStore.Configuration(primary: try PostgresConfiguration(url: database))
    return try await PostgresStore(configuration, logger: Logger(label: "b") { _ in SwiftLogNoOpLogHandler() })
  }
}
