import Catalog
import PostgresClient

/// Turns errors of the database into what a person can act on.
enum DatabaseFailure {
  /// Runs work and throws what it throws, errors of the database as ``StoreError/unavailable(_:)``.
  ///
  /// - Parameter place: where the database is, without secrets.
  static func explained<T: Sendable>(_ place: String, _ work: () async throws -> T) async throws -> T {
    do {
      return try await work()
    } catch let error as PostgresError {
      throw StoreError.unavailable("\(place): \(advice(error))")
    }
  }

  private static func advice(_ error: PostgresError) -> String {
    switch error.sqlState {
    case "28P01", "28000": "\(error); check user, password and the server's pg_hba.conf"
    case "3D000": "\(error); create the database first"
    case "42501":
      "\(error); give the user the right, or let the owner run \"modelcatalog migrate\""
    case "25006",
      "0A000" where "\(error)".contains("recovery"):
      "\(error); it is a standby that only reads: name the primary in DATABASE_URL"
    case "42P01", "42703", "3F000": "\(error); run \"modelcatalog migrate\""
    case "53300", "53400": "\(error); lower DATABASE_POOL_SIZE, or go through a pooler"
    case "53100": "\(error); make room on the server's disk"
    case "57014": "it took too long and was cancelled; does another transaction hold the catalog's write lock?"
    default: error.kind == .timedOut ? "no answer in time; is it overloaded, or the network cut?" : "\(error)"
    }
  }
}
