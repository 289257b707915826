/// A table for a terminal: columns as wide as their content, numbers to the right, over-long text cut.
struct Table {
  /// How a column is set.
  enum Alignment { case left, right }

  private let titles: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// The most characters of one cell.
  private static let maximumWidth = 60

  /// A table with these columns; a title that starts with `>` sets its column to the right.
  init(_ titles: String...) {
    self.titles = titles.map { $0.hasPrefix(">") ? String($0.dropFirst()) : $0 }
    alignments = titles.map { $0.hasPrefix(">") ? .right : .left }
  }

  /// Adds a row.
  mutating func add(_ cells: String...) { rows.append(cells.map { Self.cut(Output.printable($0)) }) }

  /// Prints the table.
  func print() {
    let widths = titles.indices.map { column in
      ([titles] + rows).map { $0[column].count }.max() ?? 0
    }
    Output.line(format(titles, widths))
    Output.line(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "))
    for row in rows { Output.line(format(row, widths)) }
  }

  private func format(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (column, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: max(0, widths[column] - cell.count))
      line += (column == 0 ? "" : "  ") + (alignments[column] == .right ? padding + cell : cell + padding)
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  private static func cut(_ text: String) -> String {
    text.count > maximumWidth ? text.prefix(maximumWidth - 1) + "…" : text
  }
}
