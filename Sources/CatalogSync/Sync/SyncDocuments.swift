/// What the sync tells programs, as JSON.
public enum SyncDocuments {
  /// A job with its results.
  public static func document(of job: SyncJob) throws -> [UInt8] { Array(try SyncJSON.encode(job).utf8) }

  /// How the sync stands.
  public static func document(of status: SyncStatus) throws -> [UInt8] { Array(try SyncJSON.encode(status).utf8) }
}
