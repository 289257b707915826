/// Finds canonical ids that are near to a name which is not in the catalog.
///
/// The work is bounded: names are cut to ``maximumLength`` bytes, and an id is compared in detail only where its length and
/// its letters allow it to be near.
public struct ModelSuggestions: Sendable {
  /// The most suggestions for one name.
  public static let maximumCount = 5
  /// How much of a name is looked at, in bytes.
  public static let maximumLength = 64

  /// The canonical ids of a catalog that are nearest to one name.
  public static func nearest(to text: String, in snapshot: CatalogSnapshot) -> [String] {
    ModelSuggestions(snapshot).nearest(to: text)
  }

  private struct Candidate: Sendable {
    let id: String
    let whole: Name
    /// What follows the vendor.
    let model: Name
  }

  private let candidates: [Candidate]

  /// Prepares the ids of a catalog for any number of names.
  public init(_ snapshot: CatalogSnapshot) {
    candidates = snapshot.uniqueModels.map {
      Candidate(id: $0.key.text, whole: Name($0.key.text), model: Name($0.key.model))
    }
  }

  /// The nearest ids, the best first: those that contain the name, then those a few typing errors away, then those that the
  /// name contains.
  ///
  /// - Parameter text: the name that was not found, of any length.
  public func nearest(to text: String) -> [String] {
    let name = Name(text)
    let model = Name(text.split(separator: "/").last.map(String.init) ?? text)
    guard name.bytes.count >= 2 else { return [] }
    var found: [(kind: Int, distance: Int, candidate: Candidate)] = []
    for candidate in candidates {
      if candidate.whole.contains(name) {
        found.append((0, candidate.whole.bytes.count - name.bytes.count, candidate))
      } else if let distance = [candidate.whole.distance(to: name), candidate.model.distance(to: model)]
        .compactMap({ $0 }).min()
      {
        found.append((1, distance, candidate))
      } else if candidate.model.bytes.count >= 3, model.contains(candidate.model) {
        found.append((2, model.bytes.count - candidate.model.bytes.count, candidate))
      }
    }
    found.sort { ($0.kind, $0.distance, $0.candidate.id) < ($1.kind, $1.distance, $1.candidate.id) }
    return found.prefix(Self.maximumCount).map(\.candidate.id)
  }

  /// A name as bytes in lower case, with the set of its bytes as bits.
  private struct Name: Sendable {
    let bytes: [UInt8]
    /// One bit per byte value modulo 64: an error in typing changes at most two of them.
    let bits: UInt64

    init(_ text: String) {
      bytes = Array(text.lowercased().utf8.prefix(ModelSuggestions.maximumLength))
      bits = bytes.reduce(0) { $0 | 1 << UInt64($1 & 63) }
    }

    func contains(_ other: Name) -> Bool {
      guard other.bytes.count <= bytes.count, other.bits & ~bits == 0 else { return false }
      return bytes.withUnsafeBufferPointer { text in
        other.bytes.withUnsafeBufferPointer { ByteSearch.firstIndex(of: $0, in: text, from: 0) != nil }
      }
    }

    /// The edit distance (Levenshtein: insertions, deletions and replacements), nil where it is more than a quarter of the
    /// length and more than one.
    func distance(to other: Name) -> Int? {
      let limit = max(1, min(bytes.count, other.bytes.count) / 4)
      guard abs(bytes.count - other.bytes.count) <= limit, (bits ^ other.bits).nonzeroBitCount <= 2 * limit else {
        return nil
      }
      var row = Array(0...other.bytes.count)
      for (index, byte) in bytes.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        var smallest = row[0]
        for (column, otherByte) in other.bytes.enumerated() {
          let replaced = diagonal + (byte == otherByte ? 0 : 1)
          diagonal = row[column + 1]
          row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
          smallest = min(smallest, row[column + 1])
        }
        if smallest > limit { return nil }
      }
      return row[other.bytes.count] <= limit ? row[other.bytes.count] : nil
    }
  }
}
