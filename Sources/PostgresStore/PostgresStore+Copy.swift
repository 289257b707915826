public import Catalog
import PostgresClient

extension PostgresStore {
  /// Reads all tables in one snapshot; see `CatalogDatabase`.
  ///
  /// - Throws: `StoreError.unavailable(_:)`, and what `receive` throws.
  public func readTables(_ receive: @escaping @Sendable (CatalogRowBatch) throws -> Void) async throws {
    try await explained {
      try await primary.transaction(.snapshot, timeout: Patience.everything, isRepeatable: false) { connection in
        for table in CatalogTable.allCases {
          var rows: [[ColumnValue]] = []
          try connection.copy(Self.selection(table)) { row in
            rows.append(table.values(row))
            guard rows.count == CatalogRowBatch.size else { return }
            try receive(CatalogRowBatch(table: table, rows: rows))
            rows = []
          }
          try receive(CatalogRowBatch(table: table, rows: rows))
        }
      }
    }
  }

  private static func selection(_ table: CatalogTable) -> String {
    let reserved = reservedNames.map(PostgresLiteral.string).joined(separator: ", ")
    return table.selection("\(table == .metadata ? "WHERE name NOT IN (\(reserved))" : "") ORDER BY 1, 2")
  }

  /// Fills an empty database with the rows of another; see `CatalogDatabase`. The user must own the tables.
  ///
  /// - Throws: `StoreError`, and what `next` throws; then nothing is changed.
  public func fillTables(_ next: @escaping @Sendable () throws -> CatalogRowBatch?) async throws {
    try await write(timeout: Patience.everything, isRepeatable: false) { connection in
      guard try connection.query("SELECT count(*) FROM modelcatalog.revisions").integer(0, 0) == 0 else {
        let count = try connection.query("SELECT count(*) FROM modelcatalog.offers").integer(0, 0)
        throw StoreError.notEmpty(offers: count ?? 0)
      }
      // Workers may have kept something about their work before there was anything to work on.
      try connection.execute("DELETE FROM modelcatalog.sync_records")
      // Without triggers, as the rows bring with them what those would write.
      for table in ["providers", "offers", "revisions", "overrides"] {
        try connection.execute("ALTER TABLE modelcatalog.\(table) DISABLE TRIGGER USER")
      }
      while let batch = try next() {
        let columns = batch.table.columns.indices.map { column in
          PostgresLiteral.array(batch.rows.lazy.map { $0[column].asText })
        }
        try connection.query(batch.table.insertion(of: batch.table.columns), columns)
      }
      for table in ["providers", "offers", "revisions", "overrides"] {
        try connection.execute("ALTER TABLE modelcatalog.\(table) ENABLE TRIGGER USER")
      }
      for (table, column) in [("changes", "sequence"), ("imports", "id"), ("quarantine", "id")] {
        try connection.query(
          """
          SELECT setval(pg_get_serial_sequence('modelcatalog.\(table)', '\(column)'), max(\(column)))
          FROM modelcatalog.\(table) HAVING max(\(column)) IS NOT NULL
          """)
      }
    }
  }
}

extension CatalogTable {
  /// A query for all columns of the rows that a condition selects.
  func selection(_ condition: String) -> String {
    let columns = columns.map { times.contains($0) ? Timestamp.text($0) : $0 }.joined(separator: ", ")
    return "SELECT \(columns) FROM modelcatalog.\(rawValue) \(condition)"
  }

  /// The parameters of a statement that takes one array for each of some columns.
  func arrays(of columns: [String]) -> String {
    columns.enumerated().map { "$\($0 + 1)::\(numbers.contains($1) ? "bigint" : "text")[]" }.joined(separator: ", ")
  }

  /// A statement that inserts many rows, given as ``arrays(of:)``; the database gives other columns their first values.
  func insertion(of columns: [String]) -> String {
    let names = columns.joined(separator: ", ")
    return """
      INSERT INTO modelcatalog.\(rawValue) (\(names))
      SELECT \(columns.map(value).joined(separator: ", ")) FROM unnest(\(arrays(of: columns))) AS written (\(names))
      """
  }

  /// A column of ``arrays(of:)`` as the table takes it.
  func value(_ column: String) -> String {
    let type = times.contains(column) ? "::timestamptz" : documents.contains(column) ? "::json" : ""
    return "written.\(column)\(type)"
  }

  /// The values in a row that was copied out.
  fileprivate func values(_ row: CopyRow) -> [ColumnValue] {
    columns.enumerated().map { numbers.contains($1) ? ColumnValue(row.integer($0)) : ColumnValue(row.text($0)) }
  }
}
