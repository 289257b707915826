public import Catalog
import GRDB

/// A file has one writer at a time, so what is written here waits for an import, and a lease may end meanwhile.
extension SQLiteStore {
  /// Takes or prolongs a lease, unless somebody else holds it.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot be written.
  public func acquireLease(_ name: String, token: String, for duration: Duration) async throws -> Bool {
    try await write { db in
      try db.execute(
        sql: """
          INSERT INTO leases (name, token, expires_at)
          VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', printf('+%.3f seconds', ? / 1000.0)))
          ON CONFLICT DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at
          WHERE token = excluded.token OR expires_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
          """,
        arguments: [name, token, duration.leaseMilliseconds])
      return db.changesCount > 0
    }
  }

  /// Ends a lease, where this token holds it.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot be written.
  public func releaseLease(_ name: String, token: String) async throws {
    try await write {
      try $0.execute(sql: "DELETE FROM leases WHERE name = ? AND token = ?", arguments: [name, token])
    }
  }

  /// The records of a kind, by name.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot answer.
  public func records(_ kind: SyncRecordKind) async throws -> [String: String] {
    try await read { db in
      let rows = try Row.fetchAll(
        db, sql: "SELECT name, value FROM sync_records WHERE kind = ?", arguments: [kind.rawValue])
      return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as String, $0[1] as String) })
    }
  }

  /// One record; nil where there is none.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot be read.
  public func record(_ kind: SyncRecordKind, _ name: String) async throws -> String? {
    try await read { db in
      try String.fetchOne(
        db, sql: "SELECT value FROM sync_records WHERE kind = ? AND name = ?", arguments: [kind.rawValue, name])
    }
  }

  /// Sets a record or, with nil, removes it.
  ///
  /// - Throws: `StoreError.invalidText(_:)`, or `StoreError.unavailable(_:)` when the database cannot be written.
  public func setRecord(_ kind: SyncRecordKind, _ name: String, _ value: String?) async throws {
    try kind.check(name, value)
    try await write { db in
      guard let value else {
        return try db.execute(
          sql: "DELETE FROM sync_records WHERE kind = ? AND name = ?", arguments: [kind.rawValue, name])
      }
      try db.execute(
        sql: """
          INSERT INTO sync_records (kind, name, value) VALUES (?, ?, ?)
          ON CONFLICT DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
          """,
        arguments: [kind.rawValue, name, value])
    }
  }
}
