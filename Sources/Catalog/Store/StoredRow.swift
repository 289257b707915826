/// A value in a row of a database, as every store can keep it.
public enum ColumnValue: Sendable, Hashable {
  case null
  case text(String)
  case integer(Int)

  /// A text, or nothing.
  public init(_ text: String?) { self = text.map { .text($0) } ?? .null }

  /// A whole number, or nothing.
  public init(_ number: Int?) { self = number.map { .integer($0) } ?? .null }
}

/// A row of a database, with its columns counted from 0.
public protocol StoredRow {
  /// The text in a column; nil where there is none.
  func text(_ column: Int) -> String?

  /// The whole number in a column; nil where there is none.
  func integer(_ column: Int) -> Int?
}

extension ProviderSlug {
  /// The slug in a row.
  ///
  /// - Throws: ``StoreError/corruptRow(provider:offer:reason:)`` when it is none.
  public static func stored(_ text: String) throws(StoreError) -> ProviderSlug {
    do {
      return try ProviderSlug(text)
    } catch {
      throw .corruptRow(provider: text, offer: "-", reason: error.description)
    }
  }
}
