public import Catalog
import PostgresClient

/// Nothing here takes the catalog's write lock, nor a place among those who wait for it.
extension PostgresStore {
  /// Takes or prolongs a lease, unless somebody else holds it.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot be written.
  public func acquireLease(_ name: String, token: String, for duration: Duration) async throws -> Bool {
    try await note { connection in
      try connection.query(
        """
        INSERT INTO modelcatalog.leases AS held (name, token, expires_at)
        VALUES ($1, $2, clock_timestamp() + $3::bigint * interval '1 millisecond')
        ON CONFLICT (name) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at
        WHERE held.token = excluded.token OR held.expires_at <= clock_timestamp()
        """, [name, token, String(duration.leaseMilliseconds)]
      ).affected > 0
    }
  }

  /// Ends a lease, where this token holds it.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot be written.
  public func releaseLease(_ name: String, token: String) async throws {
    try await note { connection in
      _ = try connection.query("DELETE FROM modelcatalog.leases WHERE name = $1 AND token = $2", [name, token])
    }
  }

  /// The records of a kind, by name.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot answer.
  public func records(_ kind: SyncRecordKind) async throws -> [String: String] {
    try await explained {
      try await primary.transaction(.snapshot, timeout: Patience.load) { connection in
        let sql = "SELECT name, value FROM modelcatalog.sync_records WHERE kind = $1"
        let rows = try connection.query(sql, [kind.rawValue])
        var records: [String: String] = [:]
        for row in 0..<rows.count { if let name = rows[row, 0] { records[name] = rows[row, 1] } }
        return records
      }
    }
  }

  /// One record; nil where there is none.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot answer.
  public func record(_ kind: SyncRecordKind, _ name: String) async throws -> String? {
    try await explained {
      try await primary.transaction(.snapshot, timeout: Patience.load) { connection in
        let sql = "SELECT value FROM modelcatalog.sync_records WHERE kind = $1 AND name = $2"
        let rows = try connection.query(sql, [kind.rawValue, name])
        return rows.count == 0 ? nil : rows[0, 0]
      }
    }
  }

  /// Sets a record or, with nil, removes it.
  ///
  /// - Throws: `StoreError.invalidText(_:)`, or `StoreError.unavailable(_:)` when the database cannot be written.
  public func setRecord(_ kind: SyncRecordKind, _ name: String, _ value: String?) async throws {
    try kind.check(name, value)
    try await note { connection in
      guard let value else {
        let sql = "DELETE FROM modelcatalog.sync_records WHERE kind = $1 AND name = $2"
        _ = try connection.query(sql, [kind.rawValue, name])
        return
      }
      try connection.query(
        """
        INSERT INTO modelcatalog.sync_records (kind, name, value) VALUES ($1, $2, $3)
        ON CONFLICT (kind, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
        """, [kind.rawValue, name, value])
    }
  }

  private func note<T: Sendable>(_ work: @escaping @Sendable (PostgresConnection) throws -> T) async throws -> T {
    try await explained { try await primary.transaction(.note, timeout: Patience.note, work) }
  }
}
