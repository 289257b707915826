import Catalog
import CatalogSync
import Configuration
import Foundation
import Logging
import PostgresClient
import PostgresStore
import SQLiteStore

/// Which database holds the catalog.
enum DatabaseLocation: CustomStringConvertible {
  case sqlite(path: String)
  case postgres(PostgresStore.Configuration)

  /// Reads where the database is.
  ///
  /// - Parameters:
  ///   - url: the value of `DATABASE_URL`; nil and empty for the embedded database.
  ///   - reader: where the other variables come from.
  ///   - dataDirectory: where the embedded database is by default.
  /// - Throws: ``SettingsError``.
  init(_ url: String?, _ reader: ConfigReader? = nil, dataDirectory: String) throws(SettingsError) {
    let read = { (key: String) in reader?.nonEmpty(forKey: ConfigKey(key)) }
    let poolSize = try Settings.integer("DATABASE_POOL_SIZE", read("database.pool.size"), in: 1...64) ?? 4
    let rate = try Settings.integer("DATABASE_MAX_QPS", read("database.max.qps"), in: 1...100_000)
    guard let url, url.hasPrefix("postgres:") || url.hasPrefix("postgresql:") else {
      self = .sqlite(path: try Self.path(url, dataDirectory: dataDirectory))
      return
    }
    let postgres = { (name: String, url: String) throws(SettingsError) in
      do throws(PostgresConfiguration.Invalid) {
        return try PostgresConfiguration(url: url, poolSize: poolSize, maximumTransactionsPerSecond: rate)
      } catch {
        throw SettingsError(name: name, reason: error.description)
      }
    }
    let primary = try postgres("DATABASE_URL", url)
    var configuration = PostgresStore.Configuration(primary: primary)
    if let url = read("database.direct.url") { configuration.direct = try postgres("DATABASE_DIRECT_URL", url) }
    if let url = read("database.replica.url") { configuration.replica = try postgres("DATABASE_REPLICA_URL", url) }
    self = .postgres(configuration)
  }

  private static func path(_ url: String?, dataDirectory: String) throws(SettingsError) -> String {
    guard let url, !url.isEmpty else { return "\(dataDirectory)/catalog.sqlite" }
    let scheme = "sqlite:"
    if url.hasPrefix(scheme) {
      var path = String(url.dropFirst(scheme.count))
      if path.hasPrefix("///") { path = "/" + path.drop { $0 == "/" } }
      // What follows two slashes is a host, which a file does not have.
      if !path.isEmpty, !path.hasPrefix("//") { return path }
    }
    // The value may hold a password, so it is not repeated.
    throw SettingsError(
      name: "DATABASE_URL",
      reason: "must be sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME; unset it to use DATA_DIR")
  }

  /// The database as a URL without user and password.
  var description: String {
    switch self {
    case .sqlite(let path): "sqlite:\(path)"
    case .postgres(let configuration): "\(configuration.primary)"
    }
  }

  private var postgres: PostgresStore.Configuration? { if case .postgres(let found) = self { found } else { nil } }

  /// The file of the embedded database.
  var file: String? { if case .sqlite(let path) = self { path } else { nil } }

  /// Whether anything that is asked is on another machine, and may be reached without encryption or be somebody else.
  var isUnencrypted: Bool {
    guard let postgres else { return false }
    return ([postgres.primary, postgres.direct] + [postgres.replica].compactMap { $0 }).contains { database in
      !database.isVerified && database.hosts.contains { !$0.hasPrefix("/") && !Loopback.contains($0) }
    }
  }

  /// What is set for notifications, loads and limits, for people.
  var direct: String { postgres.map { $0.direct == $0.primary ? "DATABASE_URL" : "\($0.direct)" } ?? "not used" }
  var replica: String { postgres.map { $0.replica.map { "\($0)" } ?? "not set" } ?? "not used" }
  var poolSize: String { postgres.map { String($0.primary.poolSize) } ?? "not used" }
  var maximumRate: String {
    postgres.map { $0.primary.maximumTransactionsPerSecond.map { String($0) } ?? "no limit" } ?? "not used"
  }

  /// Whether there is something to open; PostgreSQL says so itself when it is asked.
  var mayExist: Bool { file.map { FileManager.default.fileExists(atPath: $0) } ?? true }

  /// Runs `body` with the database, and closes it; see ``open(migrates:logger:)``.
  func whileOpen<Result>(
    migrates: Bool = true, logger: Logger, _ body: (any CatalogDatabase) async throws -> Result
  ) async throws -> Result {
    let store = try await open(migrates: migrates, logger: logger)
    return try await closing(store.close) { try await body(store) }
  }

  /// Opens the database, creates the embedded one when there is none, and brings it to the newest version.
  ///
  /// - Parameters:
  ///   - migrates: whether the structure of a PostgreSQL database is brought to the newest version.
  ///   - logger: receives what operators should know.
  private func open(migrates: Bool, logger: Logger) async throws -> any CatalogDatabase {
    switch self {
    case .sqlite(let path): try await SQLiteStore(path: path)
    case .postgres(let configuration):
      try await PostgresStore(configuration, migrates: migrates, logger: logger)
    }
  }
}
