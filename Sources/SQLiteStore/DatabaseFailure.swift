import Catalog
import GRDB

/// Turns errors of the database into what a person can act on.
enum DatabaseFailure {
  /// Runs work and throws what it throws, errors of the database as ``StoreError/unavailable(_:)``.
  static func explained<T: Sendable>(_ path: String, _ work: () async throws -> T) async throws -> T {
    do {
      return try await work()
    } catch let error as DatabaseError {
      throw StoreError.unavailable(explanation(error, path))
    }
  }

  private static func explanation(_ error: DatabaseError, _ path: String) -> String {
    switch error.resultCode {
    case .SQLITE_CANTOPEN:
      "\(path) cannot be opened; create its directory and check that this user may read and write there"
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      "\(path) cannot be written; check the owner and permissions of the file and of its directory"
    case .SQLITE_NOTADB: "\(path) is not a SQLite database; move it away or name another file"
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      "\(path) is locked by another process for more than \(SQLiteStore.busySeconds) seconds; find out which and end it"
    case .SQLITE_CORRUPT:
      "\(path) is damaged; restore a backup, or move it away and import again"
    case .SQLITE_FULL: "the disk of \(path) is full; make room"
    default: "\(path): \(error.message ?? "SQLite error") (SQLite code \(error.extendedResultCode.rawValue))"
    }
  }
}
