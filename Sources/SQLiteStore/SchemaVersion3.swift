/// The third version of the database's structure: what workers keep about their common work.
enum SchemaVersion3 {
  static let sql = syncTables

  /// The time of the database as every table keeps it.
  private static let now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"

  private static let syncTables = """
    CREATE TABLE leases (
      name TEXT PRIMARY KEY NOT NULL,
      token TEXT NOT NULL,
      expires_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sync_records (
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      value TEXT NOT NULL CHECK (json_valid(value)),
      updated_at TEXT NOT NULL DEFAULT (\(now)),
      PRIMARY KEY (kind, name)
    ) STRICT, WITHOUT ROWID;

    """
}
