public import Catalog
public import Logging
import NIOConcurrencyHelpers
public import PostgresClient
public import TieredCaching

/// The catalog in a PostgreSQL database, for any number of workers on any number of machines.
///
/// The database may be written by anybody in any way: triggers raise the provider's revision, write the change log and
/// notify in the transaction of every change. Nothing but ``watch(_:)`` keeps state in a session between transactions, so
/// everything else may go through a pooler.
public final class PostgresStore: CatalogDatabase {
  /// Where the databases are.
  public struct Configuration: Sendable {
    /// The database that is written.
    public var primary: PostgresConfiguration
    /// A way to the primary that no pooler of transactions stands in, for notifications.
    public var direct: PostgresConfiguration
    /// A copy that loads are taken from while it keeps up.
    public var replica: PostgresConfiguration?

    /// A configuration; without `direct`, notifications are asked for where everything else is.
    public init(
      primary: PostgresConfiguration, direct: PostgresConfiguration? = nil, replica: PostgresConfiguration? = nil
    ) {
      self.primary = primary
      self.direct = direct ?? primary
      self.replica = replica
    }
  }

  /// The name of the channel on which the database notifies of every revision that is raised, as `SLUG REVISION`.
  static let channel = "modelcatalog"
  /// The names of the metadata that say which life of the data this is; only the database itself sets them.
  static let reservedNames = ["lifetime", "lineage"]

  let configuration: Configuration
  let logger: Logger
  let primary: PostgresClient
  private let replica: PostgresClient?
  private let replicaState = NIOLockedValueBox(ReplicaState())

  private struct ReplicaState {
    /// Whether the last load found it of no use, so that it is said once and not at each load.
    var isLate = false
    /// Until when it is not asked: one that hangs must not cost every load its patience.
    var avoidedUntil = ContinuousClock.now
  }

  /// How long the questions of a heartbeat, loads and writes may take.
  enum Patience {
    static let check = Duration.seconds(2)
    static let load = Duration.seconds(25)
    static let replica = Duration.seconds(5)
    static let brokenReplica = Duration.seconds(10)
    static let write = Duration.seconds(60)
    static let note = Duration.seconds(20)
    /// Whatever rewrites or reads all rows: a migration, or a copy of the whole database.
    static let everything = Duration.seconds(1_800)
  }

  /// Opens a database, and brings its structure to the newest version.
  ///
  /// - Parameters:
  ///   - configuration: where the databases are.
  ///   - migrates: whether an older structure is brought to the newest version; if not, it is taken as it is.
  ///   - logger: receives what operators should know.
  /// - Throws: `StoreError.unavailable(_:)` with what to do, or `StoreError.newerSchema(found:)`.
  public init(_ configuration: Configuration, migrates: Bool = true, logger: Logger) async throws {
    self.configuration = configuration
    self.logger = logger
    primary = PostgresClient(configuration.primary, logger: logger)
    replica = configuration.replica.map { PostgresClient($0, logger: logger) }
    guard migrates else { return }
    do {
      let version = try await schemaVersion()
      guard version <= Schema.migrations.count else { throw StoreError.newerSchema(found: "version \(version)") }
      if version < Schema.migrations.count { _ = try await migrate() }
    } catch {
      try await close()
      throw error
    }
  }

  /// Ends the connections when the calls under way have ended; every later call fails.
  public func close() async throws {
    await primary.close()
    await replica?.close()
  }

  func explained<T: Sendable>(_ work: () async throws -> T) async throws -> T {
    try await DatabaseFailure.explained("\(configuration.primary)", work)
  }

  /// Runs work that writes in one transaction that holds the catalog's write lock from its beginning.
  func write<T: Sendable>(
    isUndone: Bool = false, timeout: Duration = Patience.write, isRepeatable: Bool = true,
    _ work: @escaping @Sendable (PostgresConnection) throws -> T
  ) async throws -> T {
    try await explained {
      try await primary.transaction(
        .write, timeout: timeout, opening: "SELECT pg_advisory_xact_lock(\(Schema.writeLock))",
        isUndone: isUndone, isRepeatable: isRepeatable, work)
    }
  }

  // MARK: The structure

  /// The newest version that this program knows.
  public static var newestSchema: Int { Schema.migrations.count }

  /// The version of the database's structure; 0 for a database that holds nothing of ours.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot answer.
  public func schemaVersion() async throws -> Int {
    try await explained {
      try await primary.transaction(.snapshot, timeout: Patience.load) { try Schema.version($0) }
    }
  }

  /// Brings the structure to the newest version, as one transaction.
  ///
  /// - Returns: the version that it had.
  /// - Throws: `StoreError.unavailable(_:)`, or `StoreError.newerSchema(found:)`; then nothing is changed.
  public func migrate() async throws -> Int {
    try await write(timeout: Patience.everything) { try Schema.migrate($0) }
  }

  // MARK: Reading

  /// The current revision of every provider and derived view, and the floors.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot answer.
  public func manifest() async throws -> Manifest {
    try await explained {
      try await primary.read(CatalogRows.manifestSQL, timeout: Patience.check) { try CatalogRows.manifest($0) }
    }
  }

  /// Every part whose revision differs from the one in `known`, and the manifest, read in one snapshot. A provider that
  /// is gone is a part without offers.
  ///
  /// The replica is asked first, and is not used for this load when it has not reached `wanted`.
  ///
  /// - Throws: `StoreError` when the database cannot answer, or a row cannot be an offer.
  public func load(changedSince known: Manifest?, atLeast wanted: Manifest?) async throws -> PartDelta<ProviderPart> {
    if let replica, let delta = await load(from: replica, changedSince: known, atLeast: wanted) { return delta }
    return try await explained {
      try await primary.transaction(.snapshot, timeout: Patience.load) { connection in
        let rows = CatalogRows(connection: connection)
        return try Self.delta(rows, manifest: rows.manifest(), changedSince: known)
      }
    }
  }

  private static func delta(
    _ rows: CatalogRows, manifest: Manifest, changedSince known: Manifest?
  ) throws -> PartDelta<ProviderPart> {
    let slugs = try manifest.parts(differingFrom: known).filter { !$0.isDerived }.map {
      try ProviderSlug.stored($0.text)
    }
    let overrides = Dictionary(grouping: try rows.overrides(of: slugs), by: \.provider.text)
    var parts = try rows.parts(of: slugs)
    for (id, part) in parts { parts[id] = try part.served(with: overrides[id.text] ?? []) }
    return PartDelta(manifest: manifest, parts: parts)
  }

  /// What a replica has; nil when it does not answer, or has not reached `wanted`.
  private func load(
    from replica: PostgresClient, changedSince known: Manifest?, atLeast wanted: Manifest?
  ) async -> PartDelta<ProviderPart>? {
    guard replicaState.withLockedValue({ $0.avoidedUntil <= .now }) else { return nil }
    let delta: PartDelta<ProviderPart>?
    var reason = "it lags behind"
    do {
      delta = try await replica.transaction(.snapshot, timeout: Patience.replica) { connection in
        let rows = CatalogRows(connection: connection)
        let manifest = try rows.manifest()
        if let wanted, manifest.lifetime != wanted.lifetime || !manifest.isAtLeast(wanted) { return nil }
        return try Self.delta(rows, manifest: manifest, changedSince: known)
      }
    } catch {
      reason = "\(error)"
      delta = nil
      let isHanging = (error as? PostgresError)?.kind == .timedOut
      if isHanging { replicaState.withLockedValue { $0.avoidedUntil = .now + Patience.brokenReplica } }
    }
    let wasLate = replicaState.withLockedValue { state in
      defer { state.isLate = delta == nil }
      return state.isLate
    }
    if delta == nil, !wasLate {
      logger.notice("The replica is not used for this load", metadata: ["reason": "\(reason)"])
    }
    return delta
  }

  /// Facts about the data; the lifetime is part of the manifest.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot answer.
  public func metadata() async throws -> [String: String] {
    try await explained {
      let reserved = Self.reservedNames.map(PostgresLiteral.string).joined(separator: ", ")
      let sql = "SELECT name, value FROM modelcatalog.metadata WHERE name NOT IN (\(reserved))"
      return try await primary.read(sql, timeout: Patience.load) { rows in
        var metadata: [String: String] = [:]
        for row in 0..<rows.count { if let name = rows[row, 0] { metadata[name] = rows[row, 1] } }
        return metadata
      }
    }
  }

  // MARK: Writing

  /// Makes the offers of the listed providers those of the listings, in one transaction.
  ///
  /// - Throws: `StoreError`, as `CatalogStore` says; then nothing is changed.
  public func importListings(_ listings: [ProviderListing], options: ImportOptions) async throws -> ImportReport {
    try await write(isUndone: options.dryRun) { connection in
      var rows = CatalogRows(connection: connection)
      return try options.run(listings, in: &rows)
    }
  }

  /// Makes a manual update and reads the manifest, in one transaction.
  ///
  /// - Throws: `StoreError`, as `CatalogStore` says; then nothing is changed.
  public func edit(_ edit: CatalogEdit, dryRun: Bool) async throws -> EditReport {
    try await write(isUndone: dryRun) { connection in
      var rows = CatalogRows(connection: connection)
      return try edit.run(in: &rows, now: rows.now(), dryRun: dryRun)
    }
  }

  /// Raises the revision of parts by one without any other change, in one transaction.
  ///
  /// - Throws: `StoreError.unknownParts(_:)`; then nothing is changed.
  public func raiseRevisions(of parts: Set<PartID>?, purging: Bool) async throws -> Manifest {
    try await write { connection in
      let rows = CatalogRows(connection: connection)
      try rows.raiseRevisions(of: parts, purging: purging)
      return try rows.manifest()
    }
  }

  /// Sets or, with nil, removes a fact.
  ///
  /// - Throws: `StoreError.unavailable(_:)` for reserved names, and when the database cannot be written.
  public func setMetadata(_ name: String, _ value: String?) async throws {
    guard !Self.reservedNames.contains(name) else {
      throw StoreError.unavailable("the metadata \"\(name)\" cannot be set")
    }
    try await write { connection in
      guard let value else {
        _ = try connection.query("DELETE FROM modelcatalog.metadata WHERE name = $1", [name])
        return
      }
      try connection.query(
        """
        INSERT INTO modelcatalog.metadata (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """, [name, value])
    }
  }
}
