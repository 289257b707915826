import Catalog
import GRDB

/// The versions of the database's structure.
///
/// The file's `user_version` counts the migrations that have been applied. They are applied in one transaction that
/// starts with the write lock, so that several processes may open a new file at the same time. A migration that has
/// been released is never edited; a new one is added. Versions 1 to 3 come with the first release: a database that an earlier
/// build made is made anew.
enum Schema {
  /// Marks the file as ours (`PRAGMA application_id`): the bytes of "mcat".
  static let applicationID = 0x6D63_6174

  /// The migrations in the order of their versions, the first leading to version 1.
  static let migrations = [SchemaVersion1.sql, SchemaVersion2.sql, SchemaVersion3.sql]

  /// Brings a database to the newest version.
  ///
  /// - Throws: ``StoreError/newerSchema(found:)``, ``StoreError/unavailable(_:)`` when the file belongs to another
  ///   program, and errors of the database.
  static func migrate(_ db: Database, path: String) throws {
    try db.inTransaction(.immediate) {
      let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      let owner = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
      let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
      guard isEmpty || owner == applicationID, version >= 0 else {
        throw StoreError.unavailable("\(path) is the database of another program; name another file")
      }
      guard version <= migrations.count else { throw StoreError.newerSchema(found: "version \(version)") }
      guard version < migrations.count else { return .rollback }
      for migration in migrations[version...] { try db.execute(sql: migration) }
      try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(migrations.count)")
      return .commit
    }
  }
}
