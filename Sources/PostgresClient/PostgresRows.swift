import CLibpq

/// The rows that a query gave, as text.
public final class PostgresRows {
  private let result: OpaquePointer

  /// Takes over a result of libpq, and frees it in the end.
  init(_ result: OpaquePointer) { self.result = result }

  deinit { PQclear(result) }

  /// How many rows there are.
  public var count: Int { Int(PQntuples(result)) }

  /// How many rows a command wrote.
  public var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

  /// The value in a row and column, both counted from 0; nil for NULL.
  public subscript(row: Int, column: Int) -> String? {
    guard PQgetisnull(result, Int32(row), Int32(column)) == 0, let value = PQgetvalue(result, Int32(row), Int32(column))
    else { return nil }
    let length = Int(PQgetlength(result, Int32(row), Int32(column)))
    return String(decoding: UnsafeRawBufferPointer(start: value, count: length), as: UTF8.self)
  }

  /// A whole number in a row and column; nil for NULL and for what is none.
  public func integer(_ row: Int, _ column: Int) -> Int? { self[row, column].flatMap { Int($0) } }
}
