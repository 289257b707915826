/// How much JSON may be read before it is refused as hostile.
public struct JSONLimits: Sendable {
  /// How deep arrays and objects may nest.
  public var depth: Int
  /// How many values one document may have in total.
  public var values: Int
  /// The most bytes one string may have.
  public var stringBytes: Int

  /// Limits for provider bodies: depth 64, 20 million values, strings of 4 MiB.
  public static let providerBody = JSONLimits(depth: 64, values: 20_000_000, stringBytes: 4 << 20)
  /// Limits for small documents such as one price column or a request body: depth 16, 20,000 values, strings of 64 KiB.
  public static let small = JSONLimits(depth: 16, values: 20_000, stringBytes: 64 << 10)

  /// Limits of your own.
  public init(depth: Int, values: Int, stringBytes: Int) {
    self.depth = depth
    self.values = values
    self.stringBytes = stringBytes
  }
}

/// Why a text is not JSON that we accept.
public struct JSONError: Error, Equatable, CustomStringConvertible {
  /// What is wrong.
  public let reason: String
  /// Where, in bytes from the start.
  public let offset: Int

  /// What is wrong and where, for a person.
  public var description: String { "\(reason) at byte \(offset)" }

  /// The same error in a document in which the text that was read begins at `start`.
  package func moved(by start: Int) -> JSONError { JSONError(reason: reason, offset: start + offset) }
}

/// A strict, bounded JSON parser (RFC 8259) that keeps the text of numbers.
///
/// Foundation's decoder turns numbers into `Double`, accepts trailing commas and duplicate names, and has no limits; the
/// prices that this project exists for need the opposite. Rows of a large array can be pulled one by one, so that a list
/// of any length never stands in memory as a tree:
///
///     var reader = JSONReader(bytes)
///     try reader.enterArray()
///     while try reader.hasNextElement() { let row = try reader.readValue() }
public struct JSONReader: ~Copyable {
  private let bytes: [UInt8]
  private var position = 0
  private var valuesLeft: Int
  private let limits: JSONLimits
  /// One entry for each open array or object: whether it had an element yet.
  private var containers: [Bool] = []

  /// A reader of `bytes`, which must be one JSON document in UTF-8; a byte order mark is skipped.
  public init(_ bytes: [UInt8], limits: JSONLimits = .providerBody) {
    self.bytes = bytes
    self.limits = limits
    self.valuesLeft = limits.values
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// Parses a whole document.
  ///
  /// - Throws: ``JSONError`` when it is not JSON or exceeds the limits.
  public static func parse(_ bytes: [UInt8], limits: JSONLimits = .providerBody) throws(JSONError) -> JSONValue {
    var reader = JSONReader(bytes, limits: limits)
    let value = try reader.readValue()
    try reader.finish()
    return value
  }

  /// Parses a whole document from a string.
  ///
  /// - Throws: ``JSONError`` when it is not JSON or exceeds the limits.
  public static func parse(_ text: String, limits: JSONLimits = .small) throws(JSONError) -> JSONValue {
    try parse(Array(text.utf8), limits: limits)
  }

  /// Checks that nothing but white space is left.
  ///
  /// - Throws: ``JSONError`` when there is more.
  public mutating func finish() throws(JSONError) {
    skipWhitespace()
    guard position == bytes.count else { throw error("text after the end of the document") }
  }

  /// Whether the next value is an array.
  public mutating func isAtArray() -> Bool {
    skipWhitespace()
    return position < bytes.count && bytes[position] == UInt8(ascii: "[")
  }

  /// Steps into the array that comes next.
  ///
  /// - Throws: ``JSONError`` when the next value is none, or nests too deep.
  public mutating func enterArray() throws(JSONError) { try enter(UInt8(ascii: "["), "an array") }

  /// Whether the current array has another element, which must then be read; leaves the array when it has none.
  ///
  /// - Throws: ``JSONError`` when the array is malformed.
  public mutating func hasNextElement() throws(JSONError) -> Bool { try advance(closing: UInt8(ascii: "]")) }

  /// Steps into the object that comes next.
  ///
  /// - Throws: ``JSONError`` when the next value is none, or nests too deep.
  public mutating func enterObject() throws(JSONError) { try enter(UInt8(ascii: "{"), "an object") }

  /// The name of the next member of the current object, whose value must then be read; leaves the object when it has none.
  ///
  /// - Throws: ``JSONError`` when the object is malformed.
  public mutating func nextMember() throws(JSONError) -> String? {
    guard try advance(closing: UInt8(ascii: "}")) else { return nil }
    skipWhitespace()
    let name = try readString()
    skipWhitespace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { throw error("expected \":\"") }
    position += 1
    return name
  }

  /// Reads the next value whole.
  ///
  /// - Throws: ``JSONError`` when there is none or it exceeds the limits.
  public mutating func readValue() throws(JSONError) -> JSONValue {
    skipWhitespace()
    guard position < bytes.count else { throw error("unexpected end") }
    valuesLeft -= 1
    guard valuesLeft >= 0 else { throw error("more than \(limits.values) values") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return .object(try readObject())
    case UInt8(ascii: "["):
      var array: [JSONValue] = []
      try enterArray()
      while try hasNextElement() { array.append(try readValue()) }
      return .array(array)
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "t"): return try readLiteral("true", .bool(true))
    case UInt8(ascii: "f"): return try readLiteral("false", .bool(false))
    case UInt8(ascii: "n"): return try readLiteral("null", .null)
    default: return .number(try readNumber())
    }
  }

  /// Up to this many members a scan for duplicates is faster than a set.
  private static let mostScannedMembers = 64

  private mutating func readObject() throws(JSONError) -> JSONObject {
    var object = JSONObject()
    // Scanning the members again for each new one takes quadratic time, which a hostile object could exploit.
    var names: Set<String> = []
    try enterObject()
    while let name = try nextMember() {
      if object.members.count == Self.mostScannedMembers { names = Set(object.members.map(\.name)) }
      let isNew =
        object.members.count < Self.mostScannedMembers ? object[name] == nil : names.insert(name).inserted
      guard isNew else { throw error("member \"\(name.prefix(40))\" appears twice") }
      object.append(name, try readValue())
    }
    return object
  }

  private mutating func enter(_ opening: UInt8, _ what: String) throws(JSONError) {
    skipWhitespace()
    guard position < bytes.count, bytes[position] == opening else { throw error("expected \(what)") }
    guard containers.count < limits.depth else { throw error("nested deeper than \(limits.depth)") }
    position += 1
    containers.append(false)
  }

  private mutating func advance(closing: UInt8) throws(JSONError) -> Bool {
    skipWhitespace()
    guard position < bytes.count else { throw error("unexpected end") }
    guard let hadElement = containers.last else { throw error("not inside a container") }
    if bytes[position] == closing {
      position += 1
      containers.removeLast()
      return false
    }
    if hadElement {
      guard bytes[position] == UInt8(ascii: ",") else { throw error("expected \",\"") }
      position += 1
      skipWhitespace()
      guard position < bytes.count, bytes[position] != closing else { throw error("value expected after \",\"") }
    } else {
      containers[containers.count - 1] = true
    }
    return true
  }

  private mutating func readLiteral(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let end = position + text.utf8CodeUnitCount
    let isEqual =
      end <= bytes.count
      && text.withUTF8Buffer { literal in bytes[position..<end].elementsEqual(literal) }
    guard isEqual else { throw error("unexpected character") }
    position = end
    return value
  }

  private mutating func readNumber() throws(JSONError) -> String {
    let start = position
    if peek() == UInt8(ascii: "-") { position += 1 }
    let whole = position
    try readDigits()
    guard bytes[whole] != UInt8(ascii: "0") || position == whole + 1 else { throw error("number with leading zero") }
    if peek() == UInt8(ascii: ".") {
      position += 1
      try readDigits()
    }
    if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
      position += 1
      if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
      try readDigits()
    }
    guard position - start <= 400 else { throw error("number longer than 400 characters") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func readDigits() throws(JSONError) {
    let start = position
    while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    guard position > start else { throw error(position < bytes.count ? "unexpected character" : "unexpected end") }
  }

  private mutating func readString() throws(JSONError) -> String {
    guard peek() == UInt8(ascii: "\"") else { throw error("expected a string") }
    position += 1
    let start = position
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\""):
        let text = try validated(bytes[start..<position])
        position += 1
        return text
      case UInt8(ascii: "\\"): return try readEscapedString(from: start)
      case 0..<0x20: throw error("control character in a string")
      default: position += 1
      }
      guard position - start <= limits.stringBytes else {
        throw error("string longer than \(limits.stringBytes) bytes")
      }
    }
    throw error("unexpected end of a string")
  }

  private mutating func readEscapedString(from start: Int) throws(JSONError) -> String {
    var text = Array(bytes[start..<position])
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try validated(text[...])
      case UInt8(ascii: "\\"): try readEscape(into: &text)
      case 0..<0x20: throw error("control character in a string")
      default: text.append(byte)
      }
      guard text.count <= limits.stringBytes else { throw error("string longer than \(limits.stringBytes) bytes") }
    }
    throw error("unexpected end of a string")
  }

  private mutating func readEscape(into text: inout [UInt8]) throws(JSONError) {
    guard let byte = peek() else { throw error("unexpected end of a string") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try readUnicodeEscape()).utf8)
    default: throw error("unknown escape")
    }
  }

  private mutating func readUnicodeEscape() throws(JSONError) -> Unicode.Scalar {
    let first = try readHex4()
    if let scalar = Unicode.Scalar(first) { return scalar }
    // A surrogate: only a high one followed by a low one is a character (RFC 8259, section 7).
    guard (0xD800..<0xDC00).contains(first), peek() == UInt8(ascii: "\\") else { throw error("lone surrogate") }
    position += 1
    guard peek() == UInt8(ascii: "u") else { throw error("lone surrogate") }
    position += 1
    let second = try readHex4()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw error("lone surrogate") }
    return scalar
  }

  private mutating func readHex4() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("malformed \\u escape")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private func validated(_ slice: ArraySlice<UInt8>) throws(JSONError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else { throw error("string is not valid UTF-8") }
    return text
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipWhitespace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private func error(_ reason: String) -> JSONError { JSONError(reason: reason, offset: position) }
}
