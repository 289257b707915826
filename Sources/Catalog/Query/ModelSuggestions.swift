/// Finds canonical ids that are near to a name which is not in the catalog.
///
/// The work is bounded: names are cut to ``maximumLength`` bytes, and an id is compared in detail only where its length and
/// its letters allow it to be near.
public struct ModelSuggestions: Sendable {
  /// The most suggestions for one name.
  public static let maximumCount = 5
  /// How much of a name is looked at, in bytes.
  public static let maximumLength = 64

  private let candidates: [(whole: Name, model: Name)]

  /// Prepares the ids of a catalog for any number of names.
  public init(_ snapshot: CatalogSnapshot) {
    candidates = snapshot.uniqueModels.map { model in
      let whole = Name(model.key.text.utf8)
      return (whole, whole.model)
    }
  }

  /// The canonical ids of a catalog that are nearest to one name.
  public static func nearest(to text: String, in snapshot: CatalogSnapshot) -> [String] {
    snapshot.suggestions.nearest(to: text)
  }

  /// The nearest ids, the best first: those that contain the name, then those a few typing errors away, then those that the
  /// name contains.
  ///
  /// - Parameter text: the name that was not found, of any length.
  public func nearest(to text: String) -> [String] {
    let name = Name(text.lowercased().utf8)
    let model = name.model
    guard name.bytes.count >= 2 else { return [] }
    var found: [(kind: Int, distance: Int, id: String)] = []
    for candidate in candidates {
      let id = { String(decoding: candidate.whole.bytes, as: UTF8.self) }
      if candidate.whole.contains(name) {
        found.append((0, candidate.whole.bytes.count - name.bytes.count, id()))
      } else if let distance = candidate.model.distance(to: model) ?? candidate.whole.distance(to: name) {
        found.append((1, distance, id()))
      } else if candidate.model.bytes.count >= 3, model.contains(candidate.model) {
        found.append((2, model.bytes.count - candidate.model.bytes.count, id()))
      }
    }
    return found.sorted(by: <).prefix(Self.maximumCount).map(\.id)
  }
}

/// A name as bytes, with the set of its bytes as bits to rule out what cannot be near.
private struct Name: Sendable {
  let bytes: ArraySlice<UInt8>
  /// One bit per byte value modulo 64: an error in typing changes at most two of them.
  let bits: UInt64

  init(_ text: some Sequence<UInt8>) { self.init(bytes: ArraySlice(text)) }

  private init(bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    bits = bytes.reduce(0) { $0 | 1 << UInt64($1 & 63) }
  }

  /// What follows the last slash.
  var model: Name {
    Name(bytes: bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes[($0 + 1)...] } ?? bytes)
  }

  func contains(_ other: Name) -> Bool {
    guard other.bytes.count <= bytes.count, other.bits & ~bits == 0 else { return false }
    return bytes.withUnsafeBufferPointer { text in
      other.bytes.withUnsafeBufferPointer { ByteSearch.firstIndex(of: $0, in: text, from: 0) != nil }
    }
  }

  /// The edit distance (Levenshtein: insertions, deletions and replacements) of the first ``ModelSuggestions/maximumLength``
  /// bytes; nil where it is more than three, or more than one in four bytes.
  func distance(to other: Name) -> Int? {
    let limit = min(3, max(1, min(bytes.count, other.bytes.count) / 4))
    guard abs(bytes.count - other.bytes.count) <= limit, (bits ^ other.bits).nonzeroBitCount <= 2 * limit else {
      return nil
    }
    return bytes.prefix(ModelSuggestions.maximumLength).withUnsafeBufferPointer { left in
      other.bytes.prefix(ModelSuggestions.maximumLength).withUnsafeBufferPointer { right in
        EditDistance.between(left, right, limit: limit)
      }
    }
  }
}

/// Levenshtein's distance by dynamic programming over rows, limited to the band around the diagonal in which a distance up
/// to the limit must lie (Ukkonen: Algorithms for approximate string matching, 1985).
package enum EditDistance {
  /// The distance of two texts as bytes, nil where it is above `limit`.
  package static func between(_ left: String, _ right: String, limit: Int) -> Int? {
    Array(left.utf8).withUnsafeBufferPointer { left in
      Array(right.utf8).withUnsafeBufferPointer { between(left, $0, limit: limit) }
    }
  }

  /// The distance, nil where it is above `limit`.
  static func between(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>, limit: Int
  ) -> Int? {
    guard abs(left.count - right.count) <= limit else { return nil }
    // `row[column]` is the distance of the rows so far to the first `column` bytes; outside of the band it is too large.
    var row = (0...right.count).map { min($0, limit + 1) }
    for index in left.indices {
      let band = max(1, index + 1 - limit)..<(min(right.count, index + 1 + limit) + 1)
      var diagonal = row[band.lowerBound - 1]
      row[band.lowerBound - 1] = band.lowerBound == 1 ? min(index + 1, limit + 1) : limit + 1
      var smallest = row[band.lowerBound - 1]
      for column in band {
        let replaced = diagonal + (left[index] == right[column - 1] ? 0 : 1)
        diagonal = row[column]
        row[column] = min(replaced, diagonal + 1, row[column - 1] + 1, limit + 1)
        smallest = min(smallest, row[column])
      }
      if smallest > limit { return nil }
    }
    return row[right.count] <= limit ? row[right.count] : nil
  }
}
