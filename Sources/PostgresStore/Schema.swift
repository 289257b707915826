import Catalog
import PostgresClient

/// The versions of the database's structure, the same ones as those of the embedded database.
///
/// Everything is in the schema `modelcatalog`, so that it can share a database with other tables. The table `migrations`
/// names the versions that have been applied. A migration that has been released is never edited; a new one is added.
/// Versions 1 to 3 come with the first release: a database that an earlier build made is made anew.
enum Schema {
  /// The migrations in the order of their versions, the first leading to version 1.
  static let migrations = [SchemaVersion1.sql, SchemaVersion2.sql, SchemaVersion3.sql]

  /// The number of the advisory lock that every writer of the catalog takes, and every migration: the bytes of "modelcat".
  static let writeLock = 0x6D6F_6465_6C63_6174

  /// What a database is made of and by whom.
  ///
  /// - Returns: its version, 0 for one that holds nothing of ours.
  static func version(_ connection: PostgresConnection) throws -> Int {
    let exists = "SELECT to_regclass('modelcatalog.migrations') IS NOT NULL"
    guard try connection.query(exists)[0, 0] == "t" else { return 0 }
    return try connection.query("SELECT coalesce(max(version), 0) FROM modelcatalog.migrations").integer(0, 0) ?? 0
  }

  /// Brings a database to the newest version, inside a transaction that holds the write lock.
  ///
  /// - Returns: the version that it had.
  /// - Throws: ``StoreError/newerSchema(found:)`` and errors of the database.
  static func migrate(_ connection: PostgresConnection) throws -> Int {
    let version = try version(connection)
    guard version <= migrations.count else { throw StoreError.newerSchema(found: "version \(version)") }
    if version == 0 {
      try connection.execute(
        """
        CREATE SCHEMA IF NOT EXISTS modelcatalog;
        CREATE TABLE modelcatalog.migrations (
          version integer PRIMARY KEY,
          applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        """)
    }
    for number in version..<migrations.count {
      try connection.execute(migrations[number])
      try connection.execute("INSERT INTO modelcatalog.migrations (version) VALUES (\(number + 1))")
    }
    return version
  }
}
