/// The words of a search, compared as lower-case UTF-8 bytes.
struct SearchWords: Sendable {
  /// The words in lower case, in the order given.
  let words: [[UInt8]]
  /// The words joined by single spaces: what a name must be equal to for an exact match.
  let joined: [UInt8]

  /// The longest text, in bytes.
  static let maximumLength = 200
  /// The most words.
  static let maximumWords = 8

  /// Splits a text at white space.
  init(_ text: String) {
    let words = text.lowercased().split(whereSeparator: \.isWhitespace)
    self.words = words.map { Array($0.utf8) }
    self.joined = Array(words.joined(separator: " ").utf8)
  }

  /// Whether every word occurs in the offer's id, name, provider or canonical id.
  ///
  /// No word contains white space, so none can match across the line feeds between the fields of the search text.
  func match(_ offer: CatalogOffer) -> Bool {
    offer.searchText.withUnsafeBufferPointer { text in
      words.allSatisfy { word in
        word.withUnsafeBufferPointer { ByteSearch.firstIndex(of: $0, in: text, from: 0) != nil }
      }
    }
  }

  /// How well an offer that matches does so; smaller is better, and among equals the shorter id leads.
  func relevance(of offer: CatalogOffer) -> Relevance {
    offer.searchText.withUnsafeBufferPointer { text in
      let idEnd = text.firstIndex(of: 0x0A) ?? text.endIndex
      let nameEnd = text.dropFirst(idEnd + 1).firstIndex(of: 0x0A) ?? text.endIndex
      let id = UnsafeBufferPointer(rebasing: text[..<idEnd])
      let name = UnsafeBufferPointer(rebasing: text[idEnd..<nameEnd])
      return Relevance(match: kind(id: id, name: name), idLength: id.count)
    }
  }

  private func kind(id: UnsafeBufferPointer<UInt8>, name: UnsafeBufferPointer<UInt8>) -> Relevance.Match {
    if id.starts(with: joined) { return id.count == joined.count ? .exactID : .idPrefix }
    let occur = { (isFound: (UnsafeBufferPointer<UInt8>) -> Bool) in
      words.allSatisfy { $0.withUnsafeBufferPointer(isFound) }
    }
    if occur({ ByteSearch.occursAtBoundary($0, in: id) }) { return .idWord }
    if occur({ ByteSearch.firstIndex(of: $0, in: name, from: 0) != nil }) { return .name }
    return .other
  }
}

/// How well an offer matches a search.
struct Relevance: Comparable {
  /// What the words were found in, the best first.
  enum Match: Int {
    case exactID, idPrefix, idWord, name, other
  }

  /// What the words were found in.
  let match: Match
  /// The length of the id, in bytes.
  let idLength: Int

  static func < (left: Relevance, right: Relevance) -> Bool {
    (left.match.rawValue, left.idLength) < (right.match.rawValue, right.idLength)
  }
}

/// Finds bytes in bytes. A plain scan for the first byte: search texts are around a hundred bytes long, too short for an
/// algorithm that prepares tables to pay off.
enum ByteSearch {
  /// The first place at or after `start` where `needle` occurs; nil where there is none. An empty needle occurs anywhere.
  static func firstIndex(
    of needle: UnsafeBufferPointer<UInt8>, in haystack: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int? {
    guard let first = needle.first else { return start }
    let end = haystack.count - needle.count
    var position = start
    while position <= end {
      if haystack[position] == first {
        var length = 1
        while length < needle.count, haystack[position + length] == needle[length] { length += 1 }
        if length == needle.count { return position }
      }
      position += 1
    }
    return nil
  }

  /// Whether `needle` occurs in `haystack` at its start or after something that is neither letter nor digit.
  static func occursAtBoundary(_ needle: UnsafeBufferPointer<UInt8>, in haystack: UnsafeBufferPointer<UInt8>) -> Bool {
    var start = 0
    while let position = firstIndex(of: needle, in: haystack, from: start) {
      if position == 0 || !isWordByte(haystack[position - 1]) { return true }
      start = position + 1
    }
    return false
  }

  /// Whether a byte is a lower-case letter or digit; bytes of characters beyond ASCII count as letters.
  private static func isWordByte(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte >= 0x80
  }
}
