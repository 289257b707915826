import PostgresClient

extension PostgresStore {
  /// What `doctor` shows: `place`, `server` version, `size` in bytes, `schema` version, counts of `providers` and
  /// `offers`, and `encryption`.
  ///
  /// - Throws: `StoreError.unavailable(_:)` when the database cannot answer.
  public func health() async throws -> [String: String] {
    try await explained {
      try await primary.transaction(.snapshot, timeout: Patience.load) { [configuration] connection in
        let queries = [
          "size": "SELECT pg_database_size(current_database())",
          "schema": "SELECT max(version) FROM modelcatalog.migrations",
          "providers": "SELECT count(*) FROM modelcatalog.providers",
          "offers": "SELECT count(*) FROM modelcatalog.offers",
        ]
        var health = try queries.mapValues { try connection.query($0)[0, 0] ?? "" }
        health["place"] = "\(configuration.primary)"
        health["server"] = connection.parameter("server_version") ?? "unknown"
        health["encryption"] = connection.encryption ?? "none"
        return health
      }
    }
  }
}
