/// The third version of the database's structure: what workers keep about their common work.
enum SchemaVersion3 {
  static let sql = syncTables

  /// No trigger takes the catalog's write lock for these: a long import must not stop a lease from being prolonged.
  private static let syncTables = """
    CREATE TABLE modelcatalog.leases (
      name text COLLATE "C" PRIMARY KEY,
      token text COLLATE "C" NOT NULL,
      expires_at timestamptz NOT NULL
    );

    CREATE TABLE modelcatalog.sync_records (
      kind text COLLATE "C" NOT NULL,
      name text COLLATE "C" NOT NULL,
      value json NOT NULL,
      updated_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (kind, name)
    );

    """
}
