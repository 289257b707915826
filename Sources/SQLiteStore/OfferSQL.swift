import Catalog
import GRDB

/// Statements on the table `offers`.
enum OfferSQL {
  private static let columns = OfferRow.columns.joined(separator: ", ")

  static let insert = """
    INSERT INTO offers (\(columns)) VALUES (\(OfferRow.columns.map { _ in "?" }.joined(separator: ", ")))
    """

  static let update = """
    UPDATE offers SET \(OfferRow.columns.map { "\($0) = ?" }.joined(separator: ", ")) WHERE provider = ? AND id = ?
    """

  static let select = "SELECT \(columns) FROM offers WHERE provider = ? ORDER BY id"

  static let selectOne = "SELECT \(columns) FROM offers WHERE provider = ? AND id = ?"

  /// The values of an offer's columns.
  static func arguments(_ offer: Offer) -> StatementArguments {
    StatementArguments(OfferRow.values(offer).map(\.asDatabaseValue))
  }
}

extension ColumnValue {
  /// The value as SQLite takes it.
  var asDatabaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .text(let text): text.databaseValue
    case .integer(let number): number.databaseValue
    }
  }
}

/// A row of the table `offers`.
struct SelectedRow: StoredRow {
  let row: Row

  func text(_ column: Int) -> String? { row[column] }

  func integer(_ column: Int) -> Int? { row[column] }
}
