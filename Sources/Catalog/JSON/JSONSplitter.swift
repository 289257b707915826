/// Cuts a JSON document that arrives in chunks into the elements of its list and the members beside it, so that a list of
/// any length never stands in memory as a whole.
///
/// Only the outermost structure is read here; each piece is one JSON value, which ``JSONReader`` must still parse.
package struct JSONSplitter: ~Copyable {
  /// What has been found.
  package enum Piece {
    /// The outermost value is an array, or the member of this name is an array that shall be split; its elements follow.
    case list(String?)
    /// An element of the list, as text that stands at `offset` bytes from the start of the document.
    case element([UInt8], offset: Int)
    /// A member beside the list.
    case member(String, [UInt8], offset: Int)
    /// The outermost value is neither an array nor an object.
    case scalar([UInt8], offset: Int)
  }

  /// What comes next in the open array or object.
  private enum Place {
    case document, elementOrEnd, element, commaOrBracket, nameOrEnd, name, colon, value, commaOrBrace, end
  }

  /// How far a value is read.
  private struct Scan {
    enum Kind { case container, string, word }
    var kind: Kind
    var depth = 0
    var isInString: Bool
    var isEscaped = false
  }

  /// The most bytes that one element or member may have.
  private let maximumPiece: Int
  private var place = Place.document
  private var scan: Scan?
  private var buffer: [UInt8] = []
  private var pieceOffset = 0
  private var offset = 0
  private var memberName = ""
  /// Whether the open array is a member of an object that goes on behind it.
  private var isListInObject = false
  /// How many bytes of a byte order mark have been seen.
  private var markBytes = 0

  /// The members whose arrays are the list, where the outermost value is an object.
  private let lists: [String]
  private var chunk: [UInt8] = []
  private var index = 0
  private var isEnded = false

  /// A splitter.
  ///
  /// - Parameters:
  ///   - lists: the members whose arrays are the list, where the outermost value is an object.
  ///   - maximumPiece: the most bytes that one element or member may have.
  package init(lists: [String], maximumPiece: Int = 32 << 20) {
    self.lists = lists
    self.maximumPiece = maximumPiece
  }

  /// Takes the next bytes of the document, once ``next()`` has nothing more.
  package mutating func append(_ bytes: [UInt8]) {
    offset += chunk.count
    chunk = bytes
    index = 0
  }

  /// Says that the document has no more bytes.
  package mutating func end() { isEnded = true }

  /// The next piece; nil when more bytes are needed, or the document is over.
  ///
  /// - Throws: ``JSONError`` when this is no JSON, or ended too early.
  package mutating func next() throws(JSONError) -> Piece? {
    while index < chunk.count {
      if scan == nil {
        let byte = chunk[index]
        if try step(byte, at: offset + index) { begin(byte, at: offset + index) } else { index += 1 }
        if let list = listStart.take() { return .list(list.name) }
      } else if try advance(), let piece = try complete() {
        return piece
      }
    }
    guard isEnded else { return nil }
    // A word at the outermost level has nothing behind it that could end it.
    if scan?.kind == .word, place == .document, let piece = try complete() { return piece }
    guard place == .end else { throw error("unexpected end", at: offset + chunk.count) }
    return nil
  }

  // MARK: Structure

  private struct ListStart { let name: String? }
  private var listStart: ListStart?

  /// Takes one byte between values.
  ///
  /// - Returns: whether a value or a name begins with it.
  private mutating func step(_ byte: UInt8, at position: Int) throws(JSONError) -> Bool {
    switch byte {
    case 0x20, 0x0A, 0x0D, 0x09: return false
    default: break
    }
    switch (place, byte) {
    case (.document, _) where position == markBytes && markBytes < 3 && byte == Self.mark[markBytes]:
      markBytes += 1
    case (.document, _) where markBytes == 1 || markBytes == 2: throw error("unexpected character", at: position)
    case (.document, UInt8(ascii: "[")):
      place = .elementOrEnd
      listStart = ListStart(name: nil)
    case (.document, UInt8(ascii: "{")): place = .nameOrEnd
    case (.document, _), (.element, _): return true
    case (.elementOrEnd, UInt8(ascii: "]")), (.commaOrBracket, UInt8(ascii: "]")):
      place = isListInObject ? .commaOrBrace : .end
    case (.elementOrEnd, _): return true
    case (.commaOrBracket, UInt8(ascii: ",")): place = .element
    case (.commaOrBracket, _): throw error("expected \",\"", at: position)
    case (.nameOrEnd, UInt8(ascii: "}")), (.commaOrBrace, UInt8(ascii: "}")): place = .end
    case (.nameOrEnd, UInt8(ascii: "\"")), (.name, UInt8(ascii: "\"")): return true
    case (.nameOrEnd, _), (.name, _): throw error("expected a string", at: position)
    case (.colon, UInt8(ascii: ":")): place = .value
    case (.colon, _): throw error("expected \":\"", at: position)
    case (.value, UInt8(ascii: "[")) where lists.contains(memberName):
      place = .elementOrEnd
      isListInObject = true
      listStart = ListStart(name: memberName)
    case (.value, _): return true
    case (.commaOrBrace, UInt8(ascii: ",")): place = .name
    case (.commaOrBrace, _): throw error("expected \",\"", at: position)
    case (.end, _): throw error("text after the end of the document", at: position)
    }
    return false
  }

  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private func error(_ reason: String, at position: Int) -> JSONError { JSONError(reason: reason, offset: position) }

  // MARK: Values

  private mutating func begin(_ byte: UInt8, at position: Int) {
    pieceOffset = position
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["): scan = Scan(kind: .container, isInString: false)
    case UInt8(ascii: "\""): scan = Scan(kind: .string, isInString: false)
    default: scan = Scan(kind: .word, isInString: false)
    }
  }

  /// Takes as much of the value as there is.
  ///
  /// - Returns: whether the value is complete.
  private mutating func advance() throws(JSONError) -> Bool {
    let start = index
    let isComplete = chunk.withUnsafeBufferPointer { advanceScan($0) }
    guard buffer.count + (index - start) <= maximumPiece else {
      throw error("a value of more than \(maximumPiece) bytes", at: offset + start)
    }
    buffer.append(contentsOf: chunk[start..<index])
    return isComplete
  }

  private mutating func advanceScan(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard var scan else { return false }
    defer { self.scan = scan }
    while index < bytes.count {
      let byte = bytes[index]
      if scan.isInString {
        index += 1
        if scan.isEscaped {
          scan.isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          scan.isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          scan.isInString = false
          if scan.depth == 0 { return true }
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where scan.kind != .word: scan.isInString = true
      case UInt8(ascii: "{") where scan.kind != .word, UInt8(ascii: "[") where scan.kind != .word: scan.depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if scan.kind == .word { return true }
        scan.depth -= 1
        if scan.depth == 0 {
          index += 1
          return true
        }
      case UInt8(ascii: ","), 0x20, 0x0A, 0x0D, 0x09: if scan.kind == .word { return true }
      default: break
      }
      index += 1
    }
    return false
  }

  /// What the complete value is; nil where it is the name of a member.
  private mutating func complete() throws(JSONError) -> Piece? {
    scan = nil
    let text = buffer
    // A new buffer: the old one is handed out.
    buffer = []
    buffer.reserveCapacity(text.count)
    switch place {
    case .nameOrEnd, .name:
      memberName = try name(in: text)
      place = .colon
      return nil
    case .elementOrEnd, .element:
      place = .commaOrBracket
      return .element(text, offset: pieceOffset)
    case .value:
      place = .commaOrBrace
      return .member(memberName, text, offset: pieceOffset)
    case .document, .commaOrBracket, .colon, .commaOrBrace, .end:
      place = .end
      return .scalar(text, offset: pieceOffset)
    }
  }

  private func name(in text: [UInt8]) throws(JSONError) -> String {
    let value: JSONValue
    do { value = try JSONReader.parse(text, limits: .small) } catch { throw error.moved(by: pieceOffset) }
    guard case .string(let name) = value else { throw error("expected a string", at: pieceOffset) }
    return name
  }
}
