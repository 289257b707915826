public import Catalog
import GRDB

extension SQLiteStore {
  /// Reads all tables in one snapshot; see `CatalogDatabase`.
  ///
  /// - Throws: `StoreError.unavailable(_:)`, and what `receive` throws.
  public func readTables(_ receive: @escaping @Sendable (CatalogRowBatch) throws -> Void) async throws {
    try await read { db in
      for table in CatalogTable.allCases {
        let condition = table == .metadata ? "WHERE name <> '\(Self.lifetimeName)'" : ""
        let sql = "SELECT \(table.columns.joined(separator: ", ")) FROM \(table.rawValue) \(condition) ORDER BY 1, 2"
        let cursor = try Row.fetchCursor(db, sql: sql)
        var rows: [[ColumnValue]] = []
        while let row = try cursor.next() {
          rows.append(try table.columns.indices.map { try ColumnValue(row[$0] as DatabaseValue) })
          if rows.count == CatalogRowBatch.size {
            try receive(CatalogRowBatch(table: table, rows: rows))
            rows = []
          }
        }
        try receive(CatalogRowBatch(table: table, rows: rows))
      }
    }
  }

  /// Fills an empty database with the rows of another; see `CatalogDatabase`.
  ///
  /// - Throws: `StoreError`, and what `next` throws; then nothing is changed.
  public func fillTables(_ next: @escaping @Sendable () throws -> CatalogRowBatch?) async throws {
    try await write { db in
      let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM revisions") == 0
      guard isEmpty else {
        throw StoreError.notEmpty(offers: try Int.fetchOne(db, sql: "SELECT count(*) FROM offers") ?? 0)
      }
      // Workers may have kept something about their work before there was anything to work on.
      try db.execute(sql: "DELETE FROM sync_records")
      // Without triggers, as the rows bring with them what those would write.
      let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
      for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger[0] as String)") }
      while let batch = try next() {
        let columns = batch.table.columns
        let insert = try db.cachedStatement(
          sql: """
            INSERT INTO \(batch.table.rawValue) (\(columns.joined(separator: ", ")))
            VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
            """)
        for row in batch.rows { try insert.execute(arguments: StatementArguments(row.map(\.asDatabaseValue))) }
      }
      for trigger in triggers { try db.execute(sql: trigger[1]) }
    }
  }
}

extension ColumnValue {
  /// A value of SQLite.
  fileprivate init(_ value: DatabaseValue) throws(StoreError) {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(Int(number))
    case .string(let text): self = .text(text)
    case .double, .blob: throw .unavailable("a value is neither a text nor a whole number: \(value)")
    }
  }
}
