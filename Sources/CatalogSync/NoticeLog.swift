internal import Catalog

/// The notices of one body, in the order of the rows they are about.
final class NoticeLog {
  private struct Repeated: Hashable {
    let kind: ImportNotice.Kind
    let field: String
    let message: String
  }

  private var notices: [ImportNotice] = []
  private var counts: [Repeated: (index: Int, rows: Int)] = [:]

  /// Adds a notice about one row.
  func add(_ kind: ImportNotice.Kind, at place: RowPlace, field: String, _ message: String) {
    notices.append(
      ImportNotice(
        kind, row: Vocabulary.printable(place.row, maximum: 256), offer: Vocabulary.printable(place.id, maximum: 256),
        field: Vocabulary.printable(field, maximum: 100), message: Vocabulary.printable(message, maximum: 300)))
  }

  /// Adds a notice at the first row that has this field and message, and counts the others.
  func addOnce(_ kind: ImportNotice.Kind, at place: RowPlace, field: String, _ message: String) {
    let key = Repeated(kind: kind, field: field, message: message)
    if let seen = counts[key] {
      counts[key] = (seen.index, seen.rows + 1)
    } else {
      counts[key] = (notices.count, 1)
      add(kind, at: place, field: field, message)
    }
  }

  /// All notices; those that many rows share say how many.
  func finished() -> [ImportNotice] {
    var finished = notices
    for (_, seen) in counts where seen.rows > 1 {
      let first = notices[seen.index]
      finished[seen.index] = ImportNotice(
        first.kind, row: first.row, offer: first.offer, field: first.field,
        message: "\(first.message) (\(seen.rows) rows)")
    }
    return finished
  }
}
