public import Catalog
import Dispatch
import GRDB
import NIOConcurrencyHelpers
public import TieredCaching

/// The catalog in one SQLite file, for a single machine.
///
/// The file may be read and written by several processes at the same time, also with the `sqlite3` shell: triggers
/// raise the provider's revision and write the change log in the transaction of every change, whoever makes it. All
/// work runs on the database's own queues, never on a thread of Swift concurrency.
public final class SQLiteStore: CatalogDatabase {
  /// How long a lock of another process is waited for, in seconds.
  static let busySeconds = 15
  /// The name of the metadata that only the migration sets.
  static let lifetimeName = "lifetime"

  private let path: String
  /// Nil once closed. Calls under way keep what they use; the last one to let go of a connection closes it.
  private let connections: NIOLockedValueBox<Connections?>
  private let polled = NIOLockedValueBox<Polled?>(nil)

  private struct Connections: Sendable {
    /// One connection that writes and a few that read.
    let pool: DatabasePool
    /// One connection that never writes, because `data_version` tells a connection about the commits of others only.
    let poll: DatabaseQueue

    /// Runs work that writes in one transaction, which is rolled back when the work throws or is to be undone.
    func transaction<Result: Sendable>(
      isUndone: Bool, _ work: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
      try await pool.writeWithoutTransaction { db in
        var result: Result?
        try db.inTransaction(.immediate) {
          result = try work(db)
          return isUndone ? .rollback : .commit
        }
        guard let result else { throw StoreError.unavailable("the transaction was not run") }
        return result
      }
    }
  }

  /// The manifest that belongs to a value of `data_version`.
  private struct Polled {
    let dataVersion: Int64
    let manifest: Manifest
  }

  /// Opens a database file, creates it when there is none, and brings it to the newest version.
  ///
  /// - Parameter path: the file; its directory must exist.
  /// - Throws: `StoreError.unavailable(_:)` with what to do, or `StoreError.newerSchema(found:)`.
  public init(path: String) async throws {
    self.path = path
    let opened = try await DatabaseFailure.explained(path) {
      try await Self.offloaded { try Self.open(path) }
    }
    connections = NIOLockedValueBox(opened)
  }

  private static func open(_ path: String) throws -> Connections {
    var configuration = Configuration()
    configuration.label = "modelcatalog.sqlite"
    configuration.busyMode = .timeout(Double(busySeconds))
    let pool = try DatabasePool(path: path, configuration: configuration)
    try pool.writeWithoutTransaction { db in
      // A commit that is lost in a power failure would let its revisions be given out twice.
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try Schema.migrate(db, path: path)
    }
    configuration.label = "modelcatalog.sqlite.poll"
    configuration.readonly = true
    return Connections(pool: pool, poll: try DatabaseQueue(path: path, configuration: configuration))
  }

  /// Runs blocking work on a thread that may block.
  private static func offloaded<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try work() }) }
    }
  }

  /// Closes the file when the calls under way have ended; every later call fails.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the file cannot be brought up to date.
  public func close() async throws {
    guard let closing = connections.withLockedValue({ $0.take() }) else { return }
    try await DatabaseFailure.explained(path) {
      try await Self.offloaded {
        // So that a copy of the main file alone is complete.
        do {
          _ = try closing.pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
          // Another process is doing the same.
        }
      }
    }
  }

  private func explained<T: Sendable>(_ work: (Connections) async throws -> T) async throws -> T {
    guard let open = connections.withLockedValue({ $0 }) else {
      throw StoreError.unavailable("\(path) has been closed")
    }
    return try await DatabaseFailure.explained(path) { try await work(open) }
  }

  func read<T: Sendable>(_ work: @escaping @Sendable (Database) throws -> T) async throws -> T {
    try await explained { try await $0.pool.read(work) }
  }

  func write<T: Sendable>(
    isUndone: Bool = false, _ work: @escaping @Sendable (Database) throws -> T
  ) async throws -> T {
    try await explained { try await $0.transaction(isUndone: isUndone, work) }
  }

  /// The current revision of every provider and derived view, and the floors; the revisions are read only when another connection has committed.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot answer.
  public func manifest() async throws -> Manifest {
    try await explained {
      try await $0.poll.read { db in
        // Both are read in the one transaction that `read` opens, so they belong together.
        let dataVersion = try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0
        if let known = self.polled.withLockedValue({ $0 }), known.dataVersion == dataVersion { return known.manifest }
        let manifest = try CatalogRows(db: db).manifest()
        self.polled.withLockedValue { $0 = Polled(dataVersion: dataVersion, manifest: manifest) }
        return manifest
      }
    }
  }

  /// Every part whose revision differs from the one in `known`, and the manifest, read in one snapshot. A provider that
  /// is gone is a part without offers.
  ///
  /// - Throws: `StoreError` when the database cannot answer, or a row cannot be an offer.
  public func load(changedSince known: Manifest?, atLeast wanted: Manifest?) async throws -> PartDelta<ProviderPart> {
    try await explained {
      try await $0.pool.read { db in
        let rows = CatalogRows(db: db)
        let manifest = try rows.manifest()
        var reader = OfferRowReader()
        var parts: [PartID: ProviderPart] = [:]
        for id in manifest.parts(differingFrom: known) where !id.isDerived {
          let slug = try ProviderSlug.stored(id.text)
          let part =
            try rows.part(of: slug, &reader)
            ?? ProviderPart(provider: Provider(slug: slug), offers: [], changedAt: try rows.lastChange(of: slug))
          parts[id] = try part.served(with: rows.overrides(of: slug))
        }
        return PartDelta(manifest: manifest, parts: parts)
      }
    }
  }

  /// Makes the offers of the listed providers those of the listings, in one transaction.
  ///
  /// - Throws: `StoreError`, as `CatalogStore` says; then nothing is changed.
  public func importListings(_ listings: [ProviderListing], options: ImportOptions) async throws -> ImportReport {
    try await write(isUndone: options.dryRun) { db in
      var rows = CatalogRows(db: db)
      return try options.run(listings, in: &rows)
    }
  }

  /// Makes a manual update and reads the manifest, in one transaction.
  ///
  /// - Throws: `StoreError`, as `CatalogStore` says; then nothing is changed.
  public func edit(_ edit: CatalogEdit, dryRun: Bool) async throws -> EditReport {
    try await write(isUndone: dryRun) { db in
      var rows = CatalogRows(db: db)
      return try edit.run(in: &rows, now: rows.now(), dryRun: dryRun)
    }
  }

  /// Raises the revision of parts by one without any other change, in one transaction.
  ///
  /// - Throws: `StoreError.unknownParts(_:)`; then nothing is changed.
  public func raiseRevisions(of parts: Set<PartID>?, purging: Bool) async throws -> Manifest {
    try await write { db in
      let rows = CatalogRows(db: db)
      try rows.raiseRevisions(of: parts, purging: purging)
      return try rows.manifest()
    }
  }

  /// Facts about the data; the lifetime is part of the manifest.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot answer.
  public func metadata() async throws -> [String: String] {
    try await explained {
      try await $0.pool.read { db in
        let rows = try Row.fetchAll(
          db, sql: "SELECT name, value FROM metadata WHERE name <> ?", arguments: [Self.lifetimeName])
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as String, $0[1] as String) })
      }
    }
  }

  /// Sets or, with nil, removes a fact.
  ///
  /// - Throws: `StoreError.unavailable(_:)` for `lifetime`, and when the database cannot be written.
  public func setMetadata(_ name: String, _ value: String?) async throws {
    guard name != Self.lifetimeName else { throw StoreError.unavailable("the metadata \"\(name)\" cannot be set") }
    try await explained {
      try await $0.pool.write { db in
        guard let value else { return try db.execute(sql: "DELETE FROM metadata WHERE name = ?", arguments: [name]) }
        try db.execute(
          sql: "INSERT INTO metadata (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
          arguments: [name, value])
      }
    }
  }

  /// What `doctor` shows: `path`, `size` in bytes, `schema` version, `journal` mode, counts of `providers` and `offers`,
  /// and what SQLite's own `check` says (`ok`).
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot answer.
  public func health() async throws -> [String: String] {
    try await explained { [path] connections in
      try await connections.pool.read { db in
        let queries = [
          "size": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
          "schema": "PRAGMA user_version",
          "journal": "PRAGMA journal_mode",
          "providers": "SELECT count(*) FROM providers",
          "offers": "SELECT count(*) FROM offers",
          "check": "PRAGMA quick_check(1)",
        ]
        return try queries.mapValues { try String.fetchOne(db, sql: $0) ?? "" }.merging(["path": path]) { $1 }
      }
    }
  }
}
