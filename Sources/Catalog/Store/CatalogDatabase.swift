/// A store in a database that is opened, looked after, copied and closed.
public protocol CatalogDatabase: CatalogStore, SyncRecords {
  /// What people should know of the state of the database, by name.
  ///
  /// - Throws: ``StoreError/unavailable(_:)`` when it cannot answer.
  func health() async throws -> [String: String]

  /// Reads all tables in one snapshot.
  ///
  /// - Parameter receive: takes the rows table by table; it is called on a thread that may block.
  /// - Throws: ``StoreError/unavailable(_:)``, and what `receive` throws.
  func readTables(_ receive: @escaping @Sendable (CatalogRowBatch) throws -> Void) async throws

  /// Fills an empty database with the rows of another, in one transaction. Nothing is logged anew, as the rows bring their
  /// revisions and their change log with them.
  ///
  /// - Parameter next: gives the rows, and nil in the end; it is called on a thread that may block.
  /// - Throws: ``StoreError/notEmpty(offers:)`` when the database has ever held a provider, ``StoreError/unavailable(_:)``,
  ///   and what `next` throws; then nothing is changed.
  func fillTables(_ next: @escaping @Sendable () throws -> CatalogRowBatch?) async throws

  /// Ends the use of the database when the calls under way have ended; every later call fails.
  ///
  /// - Throws: ``StoreError/unavailable(_:)`` when that cannot be done in order.
  func close() async throws
}
