/// A value that may be long: what stands in a table, and all of it where that is cut.
struct LongValue: Sendable {
  let text: String
  /// The whole value; nil where ``text`` is all of it.
  let whole: String?

  /// - Parameters:
  ///   - value: the value.
  ///   - longest: how many characters of it stand in the table.
  init(_ value: String, longest: Int) {
    let isCut = value.count > longest
    text = isCut ? "\(value.prefix(longest))…" : value
    whole = isCut ? value : nil
  }
}
