internal import Catalog

/// Where the rows of a body stand.
enum BodyLayout: Sendable {
  /// The body is an array of rows.
  case array
  /// The body is an object with the rows in one of these members.
  case lists([String])
  /// Either of the two.
  case arrayOrList(String)
  /// The body is an object whose members are the rows; the text says what they are.
  case keyed(String)

  /// An object with the rows in one member.
  static func list(_ name: String) -> BodyLayout { .lists([name]) }

  /// What the layout looks like, for messages.
  var expectation: String {
    switch self {
    case .array: "an array"
    case .lists(let names): "an object with " + names.map { "\"\($0)\"" }.joined(separator: " or ")
    case .arrayOrList(let name): "an array or an object with \"\(name)\""
    case .keyed(let what): "an object with \(what)"
    }
  }

  /// Whether the outermost array of a body is its list.
  var mayBeArray: Bool {
    switch self {
    case .array, .arrayOrList: true
    case .lists, .keyed: false
    }
  }

  /// The members whose arrays are the list.
  var listNames: [String] {
    switch self {
    case .lists(let names): names
    case .arrayOrList(let name): [name]
    case .array, .keyed: []
    }
  }
}

/// Takes the pages of a list as they arrive and hands their rows out one by one, so that a long list never stands in memory.
struct BodyReader: ~Copyable {
  /// What stands in a body.
  enum Content {
    /// A row, with its place (from 0) or key.
    case row(String, JSONValue)
    /// A member beside the rows.
    case header(String, JSONValue)
  }

  /// The most rows that one list may have.
  static let maximumRows = 500_000

  private let format: String
  private let layout: BodyLayout
  private var splitter: JSONSplitter
  /// How many rows there have been, those of earlier pages included.
  private var rows = 0
  private var rowsBefore = 0
  private var foundList = false
  private var signs = BodySigns()
  /// What stands where a keyed body has its rows, and is none.
  private var stray: String?

  init(format: String, layout: BodyLayout) {
    self.format = format
    self.layout = layout
    splitter = JSONSplitter(lists: layout.listNames)
  }

  /// Takes the next bytes of a page, once ``next()`` has nothing more.
  mutating func append(_ bytes: [UInt8]) { splitter.append(bytes) }

  /// Says that the page has no more bytes.
  mutating func end() { splitter.end() }

  /// The next content; nil when more bytes are needed, or the page is over.
  ///
  /// - Throws: ``ImportError`` when the page is not JSON or not of this layout.
  mutating func next() throws(ImportError) -> Content? {
    while let piece = try nextPiece() {
      switch piece {
      case .list(let name): try beginList(name)
      case .element(let text, let offset): return try row(String(rows), value(text, offset))
      case .member(let name, let text, let offset):
        let value = try value(text, offset)
        guard case .keyed = layout, !BodySigns.names.contains(name) else {
          signs.note(name, value)
          return .header(name, value)
        }
        foundList = true
        if value.object != nil { return try row(name, value) }
        stray = stray ?? "\"\(name.prefix(40))\" as \(value.kind)"
      case .scalar(let text, let offset): throw wrongTopLevel(try value(text, offset).kind)
      }
    }
    return nil
  }

  /// What is known of a page at its end.
  struct PageEnd {
    /// How many rows it had.
    let rows: Int
    /// Why more pages must be fetched, nil where the page says nothing of more.
    let continuation: String?
  }

  /// Checks the page when all its content has been taken, and gets ready for another.
  ///
  /// - Throws: ``ImportError`` when the page is an error message, something else than a list, or empty.
  mutating func endPage() throws(ImportError) -> PageEnd {
    let page = PageEnd(rows: rows - rowsBefore, continuation: signs.continuation)
    if page.rows == 0, let message = signs.errorMessage { throw .errorBody(format: format, message: message) }
    if let stray { throw wrongTopLevel(stray) }
    guard foundList else { throw wrongTopLevel(signs.description) }
    guard rows > 0 else { throw .emptyList(format: format) }
    splitter = JSONSplitter(lists: layout.listNames)
    foundList = false
    rowsBefore = rows
    signs = BodySigns()
    return page
  }

  private mutating func beginList(_ name: String?) throws(ImportError) {
    if name == nil, !layout.mayBeArray { throw wrongTopLevel("an array") }
    guard !foundList else { throw wrongTopLevel("\"\((name ?? "").prefix(40))\" as a second list") }
    foundList = true
  }

  private mutating func row(_ place: String, _ value: JSONValue) throws(ImportError) -> Content {
    rows += 1
    guard rows <= Self.maximumRows else {
      throw .incomplete(format: format, reason: "the list has more than \(Self.maximumRows) rows")
    }
    return .row(place, value)
  }

  private mutating func nextPiece() throws(ImportError) -> JSONSplitter.Piece? {
    do {
      return try splitter.next()
    } catch {
      throw .notJSON(format: format, error)
    }
  }

  private func value(_ text: [UInt8], _ offset: Int) throws(ImportError) -> JSONValue {
    do {
      return try JSONReader.parse(text)
    } catch {
      throw .notJSON(format: format, error.moved(by: offset))
    }
  }

  private func wrongTopLevel(_ found: String) -> ImportError {
    .wrongTopLevel(format: format, expected: layout.expectation, found: found)
  }
}
