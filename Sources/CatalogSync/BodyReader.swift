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
}

/// Finds the rows of a body and hands them out one by one, so that a long list never stands in memory as a tree.
struct BodyReader: ~Copyable {
  private var reader: JSONReader
  private let format: String
  private let layout: BodyLayout
  private var rows = 0
  private var foundList = false
  private var signs = BodySigns()
  /// What stands where a keyed body has its rows, and is none.
  private var stray: String?

  init(_ body: [UInt8], format: String, layout: BodyLayout) {
    self.reader = JSONReader(body)
    self.format = format
    self.layout = layout
  }

  /// Calls `visit` with each row and its place (from 0) or key, and `header` with each other member of the body.
  ///
  /// - Throws: ``ImportError`` when the body is not JSON, not of this layout, an error message, a page or empty.
  mutating func forEachRow(
    _ visit: (String, JSONValue) throws(ImportError) -> Void,
    header: (String, JSONValue) throws(ImportError) -> Void
  ) throws(ImportError) {
    if reader.isAtArray() {
      switch layout {
      case .array, .arrayOrList: try readArray(visit)
      case .lists, .keyed: throw wrongTopLevel("an array")
      }
    } else {
      try readObject(visit, header)
    }
    try json { (reader) throws(JSONError) in try reader.finish() }
    if rows == 0, let message = signs.errorMessage { throw .errorBody(format: format, message: message) }
    if let stray { throw wrongTopLevel(stray) }
    guard foundList else { throw wrongTopLevel(signs.description) }
    if let reason = signs.continuation { throw .incomplete(format: format, reason: reason) }
    guard rows > 0 else { throw .emptyList(format: format) }
  }

  private mutating func readArray(_ visit: (String, JSONValue) throws(ImportError) -> Void) throws(ImportError) {
    foundList = true
    try json { (reader) throws(JSONError) in try reader.enterArray() }
    while try json({ (reader) throws(JSONError) in try reader.hasNextElement() }) {
      let value = try readValue()
      try visit(String(rows), value)
      rows += 1
    }
  }

  private mutating func readObject(
    _ visit: (String, JSONValue) throws(ImportError) -> Void,
    _ header: (String, JSONValue) throws(ImportError) -> Void
  ) throws(ImportError) {
    do {
      try reader.enterObject()
    } catch {
      throw wrongTopLevel(try readValue().kind)
    }
    while let name = try json({ (reader) throws(JSONError) in try reader.nextMember() }) {
      if isList(name), reader.isAtArray() {
        guard !foundList else { throw wrongTopLevel("\"\(name.prefix(40))\" as a second list") }
        try readArray(visit)
        continue
      }
      let value = try readValue()
      if case .keyed = layout, !BodySigns.names.contains(name) {
        try readKeyed(name, value, visit)
      } else {
        signs.note(name, value)
        try header(name, value)
      }
    }
  }

  private mutating func readKeyed(
    _ name: String, _ value: JSONValue, _ visit: (String, JSONValue) throws(ImportError) -> Void
  ) throws(ImportError) {
    foundList = true
    guard value.object != nil else {
      stray = stray ?? "\"\(name.prefix(40))\" as \(value.kind)"
      return
    }
    try visit(name, value)
    rows += 1
  }

  private func isList(_ name: String) -> Bool {
    switch layout {
    case .lists(let names): names.contains(name)
    case .arrayOrList(let list): name == list
    case .array, .keyed: false
    }
  }

  private mutating func readValue() throws(ImportError) -> JSONValue {
    try json { (reader) throws(JSONError) in try reader.readValue() }
  }

  private mutating func json<Result>(
    _ body: (inout JSONReader) throws(JSONError) -> Result
  ) throws(ImportError) -> Result {
    do {
      return try body(&reader)
    } catch {
      throw .notJSON(format: format, error)
    }
  }

  private func wrongTopLevel(_ found: String) -> ImportError {
    .wrongTopLevel(format: format, expected: layout.expectation, found: found)
  }
}
