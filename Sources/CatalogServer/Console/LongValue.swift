/// A value that may be long: what stands in a table, and all of it where that is cut.
struct LongValue: Sendable {
  let text: String
  /// The value as it is kept; nil where ``text`` is that.
  let whole: String?

  /// - Parameters:
  ///   - value: the value.
  ///   - longest: how many characters of it stand in the table.
  init(_ value: String, longest: Int) {
    let isCut = value.count > longest
    text = isCut ? "\(value.prefix(longest))…" : value
    whole = isCut ? value : nil
  }

  /// - Parameters:
  ///   - text: the value as people read it.
  ///   - whole: the value as it is kept.
  init(_ text: String, whole: String) {
    self.text = text
    self.whole = whole
  }
}
