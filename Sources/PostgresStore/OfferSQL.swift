public import Catalog
public import PostgresClient

/// Statements on the table `offers`. Many rows are written by one statement, as arrays of columns.
enum OfferSQL {
  /// How many rows one statement writes.
  static let batch = 1_000

  private static let columns = OfferRow.columns.joined(separator: ", ")

  /// The rows of providers, in the order of providers and ids; both columns are sorted by their bytes.
  static func select(of providers: [String]) -> String {
    // COPY takes no parameters; slugs have been checked, and are quoted all the same.
    let list = providers.map(PostgresLiteral.string).joined(separator: ", ")
    return "SELECT \(columns) FROM modelcatalog.offers WHERE provider IN (\(list)) ORDER BY provider, id"
  }

  static let selectOne = "SELECT \(columns) FROM modelcatalog.offers WHERE provider = $1 AND id = $2"

  static let insert = CatalogTable.offers.insertion(of: OfferRow.columns)

  static let update = """
    UPDATE modelcatalog.offers
    SET \(OfferRow.columns.map { "\($0) = \(CatalogTable.offers.value($0))" }.joined(separator: ", "))
    FROM unnest(\(CatalogTable.offers.arrays(of: OfferRow.columns)), $\(OfferRow.columns.count + 1)::text[]) AS written (\(columns), old_id)
    WHERE offers.provider = written.provider AND offers.id = written.old_id
    """

  static let delete = "DELETE FROM modelcatalog.offers WHERE provider = $1 AND id = ANY ($2::text[])"

  /// The columns of offers as arrays.
  static func arrays(_ offers: [Offer]) -> [String] {
    let rows = offers.map { OfferRow.values($0) }
    return OfferRow.columns.indices.map { column in PostgresLiteral.array(rows.lazy.map { $0[column].asText }) }
  }
}

extension Array {
  /// Its elements in order, as many at a time as one statement writes.
  var batches: [[Element]] {
    stride(from: 0, to: count, by: OfferSQL.batch).map { Array(self[$0..<Swift.min($0 + OfferSQL.batch, count)]) }
  }
}

extension ColumnValue {
  /// The value as PostgreSQL takes it.
  var asText: String? {
    switch self {
    case .null: nil
    case .text(let text): text
    case .integer(let number): String(number)
    }
  }
}

/// A row of the table `offers` in the result of a query.
struct SelectedRow: StoredRow {
  let rows: PostgresRows
  let row: Int

  func text(_ column: Int) -> String? { rows[row, column] }

  func integer(_ column: Int) -> Int? { rows.integer(row, column) }
}

extension CopyRow: StoredRow {}
