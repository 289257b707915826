/// Writes compact JSON straight into bytes.
///
/// Foundation's encoder is about six times slower on catalog records, orders members differently on every run (which
/// would change entity tags) and writes small numbers with an exponent. Values are written in the order of the calls:
///
///     var json = JSONWriter()
///     json.object { json in
///       json.member("id", "gpt-4o")
///       json.member("context_length", 128_000)
///     }
public struct JSONWriter {
  /// What has been written.
  public private(set) var bytes: [UInt8]
  private var needsComma = false

  /// An empty writer with room for `capacity` bytes.
  public init(capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// What has been written, as text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Writes an object whose members `body` writes.
  public mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
    open(UInt8(ascii: "{"))
    try body(&self)
    close(UInt8(ascii: "}"))
  }

  /// Writes an array whose elements `body` writes.
  public mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
    open(UInt8(ascii: "["))
    try body(&self)
    close(UInt8(ascii: "]"))
  }

  /// Writes the name of a member; its value must follow.
  public mutating func name(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes the name of a member that is not known when compiling; its value must follow.
  public mutating func name(dynamic name: String) {
    separate()
    appendString(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a string.
  public mutating func value(_ string: some StringProtocol) {
    separate()
    appendString(string)
  }

  /// Writes an integer.
  public mutating func value(_ integer: Int) {
    separate()
    bytes.append(contentsOf: String(integer).utf8)
  }

  /// Writes a truth value.
  public mutating func value(_ bool: Bool) {
    separate()
    bytes.append(contentsOf: (bool ? "true" : "false").utf8)
  }

  /// Writes `null`.
  public mutating func null() {
    separate()
    bytes.append(contentsOf: "null".utf8)
  }

  /// Writes any value; numbers keep their text.
  public mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let bool): self.value(bool)
    case .number(let text): raw(text.utf8)
    case .string(let string): self.value(string)
    case .array(let elements):
      array { json in for element in elements { json.value(element) } }
    case .object(let object):
      self.object { json in
        for member in object.members {
          json.name(dynamic: member.name)
          json.value(member.value)
        }
      }
    }
  }

  /// Writes bytes that are already one JSON value.
  public mutating func raw(_ value: some Collection<UInt8>) {
    separate()
    bytes.append(contentsOf: value)
  }

  /// Writes bytes that are already JSON values separated by commas, none at all included.
  public mutating func rawElements(_ elements: some Collection<UInt8>) {
    if !elements.isEmpty { raw(elements) }
  }

  /// Writes a member with a string, or `null`.
  public mutating func member(_ name: StaticString, _ value: String?) {
    self.name(name)
    if let value { self.value(value) } else { null() }
  }

  /// Writes a member with an integer, or `null`.
  public mutating func member(_ name: StaticString, _ value: Int?) {
    self.name(name)
    if let value { self.value(value) } else { null() }
  }

  /// Writes a member with a truth value.
  public mutating func member(_ name: StaticString, _ value: Bool) {
    self.name(name)
    self.value(value)
  }

  /// Writes a member with an array of strings.
  public mutating func member(_ name: StaticString, _ values: some Sequence<String>) {
    self.name(name)
    array { json in for value in values { json.value(value) } }
  }

  /// Writes a line feed between two elements, to keep large documents readable line by line.
  public mutating func newline() { bytes.append(0x0A) }

  private mutating func open(_ byte: UInt8) {
    separate()
    bytes.append(byte)
    needsComma = false
  }

  private mutating func close(_ byte: UInt8) {
    bytes.append(byte)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func appendString(_ string: some StringProtocol) {
    bytes.append(UInt8(ascii: "\""))
    let isWritten: Void? = string.utf8.withContiguousStorageIfAvailable { appendEscaped($0) }
    if isWritten == nil { Array(string.utf8).withUnsafeBufferPointer { appendEscaped($0) } }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Copies what needs no escape in one go, which is nearly always the whole text.
  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    var rest = text[...]
    while let special = rest.firstIndex(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
      bytes.append(contentsOf: rest[..<special])
      appendEscape(of: text[special])
      rest = rest[(special + 1)...]
    }
    bytes.append(contentsOf: rest)
  }

  private mutating func appendEscape(of byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0..<0x20:
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(Self.hex[Int(byte >> 4)])
      bytes.append(Self.hex[Int(byte & 15)])
    default: bytes.append(byte)
    }
  }

  private static let hex = Array("0123456789abcdef".utf8)
}
