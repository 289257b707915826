import ArgumentParser
import Catalog
import Configuration
import Foundation
import Logging
import TieredCaching

/// The options that every command has, and the way to the catalog.
struct CatalogOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Directory of the database (default: DATA_DIR or ./data; overrides DATABASE_URL).", valueName: "path"))
  var dataDir: String?

  @Flag(name: .long, help: "Print JSON for programs instead of text for people.")
  var json = false

  /// The settings from the environment and these options.
  func settings() throws -> Settings {
    try Settings(ConfigReader(provider: EnvironmentVariablesProvider()), dataDirectory: dataDir)
  }

  /// The settings of the provider sync from the environment.
  func syncSettings() throws -> SyncSettings {
    let reader = ConfigReader(provider: EnvironmentVariablesProvider())
    return try SyncSettings(reader, dataDirectory: try settings().dataDirectory)
  }

  /// The settings of notifications from the environment.
  func webhookSettings() throws -> WebhookSettings {
    try WebhookSettings(ConfigReader(provider: EnvironmentVariablesProvider()))
  }

  /// The settings of traces from the environment.
  func traceSettings() throws -> TraceSettings {
    try TraceSettings(ConfigReader(provider: EnvironmentVariablesProvider()))
  }

  /// The limits of a server from the environment.
  func limitSettings() throws -> LimitSettings {
    try LimitSettings(ConfigReader(provider: EnvironmentVariablesProvider()))
  }

  /// Runs `body` with the database, in its newest structure.
  ///
  /// - Parameter loadsSnapshot: whether an empty database is first filled with the bundled snapshot.
  func withStore<Result>(
    loadsSnapshot: Bool = true, _ body: (any CatalogDatabase) async throws -> Result
  ) async throws -> Result {
    let settings = try settings()
    if case .sqlite(let path) = settings.database, path.hasPrefix("\(settings.dataDirectory)/") {
      try makeDirectory(settings.dataDirectory)
    }
    return try await settings.database.whileOpen(logger: settings.commandLogger) { store in
      if loadsSnapshot { try await BundledSnapshot.load(into: store, announce: Output.note) }
      return try await body(store)
    }
  }

  /// Runs `body` with the database for as long as it is served. Where the cache can stand in for it, serving begins without
  /// a database that is away.
  func withServingStore<Result>(
    logger: Logger, _ body: (any CatalogDatabase) async throws -> Result
  ) async throws -> Result {
    let settings = try settings()
    do {
      try await withStore { _ in }
    } catch StoreError.unavailable(let reason) where settings.canServeWithoutDatabase {
      logger.error("The database is away; serving begins without it", metadata: ["reason": "\(reason)"])
    }
    return try await settings.database.whileOpen(migrates: false, logger: logger, body)
  }

  private func makeDirectory(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure("cannot make the data directory \"\(Output.printable(path))\": name another with --data-dir")
    }
  }

  /// Runs `body` with the whole catalog as the database holds it now.
  func withCatalog<Result>(_ body: (CatalogSnapshot) async throws -> Result) async throws -> Result {
    try await withStore { store in
      try await body(CatalogSnapshot(try await store.load(changedSince: nil)))
    }
  }
}
