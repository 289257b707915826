import NIOCore

/// A whole request head that needs no body, no special connection handling and no upgrade: what the fast path may answer.
struct PlainRequest {
  /// The request target, such as `/v1/models?limit=10`.
  let target: String
  /// Whether the client takes gzip.
  let acceptsGzip: Bool
  /// The `If-None-Match` field.
  let ifNoneMatch: String?
  /// Where the name of the request stands in the head, if it has one that can be taken.
  let requestID: Range<Int>?
  /// Where `traceparent` and `tracestate` stand in the head; nothing is known about what they say.
  let traceparent, tracestate: Range<Int>?
  /// How many bytes the head takes, its empty line included.
  let length: Int

  /// Reads a head from the start of `bytes`.
  ///
  /// Deliberately narrow: anything that is not plainly a complete `GET` with well-formed fields gives nil, and is then
  /// parsed and judged by the real HTTP parser. It never answers an error itself.
  init?(_ bytes: ByteBufferView) {
    guard let request = bytes.withUnsafeBytes({ PlainRequest(head: $0) }) else { return nil }
    self = request
  }

  private init?(head bytes: UnsafeRawBufferPointer) {
    var scanner = HeadScanner(bytes)
    guard let target = scanner.requestLine() else { return nil }
    var hosts = 0
    var acceptsGzip: Bool?
    var ifNoneMatch: String?
    var requestID, traceparent, tracestate: Range<Int>?
    var fields = 0
    while let field = scanner.field() {
      fields += 1
      guard fields <= 64 else { return nil }
      switch TellingField(field.name) {
      case .host: hosts += 1
      case .acceptEncoding:
        guard acceptsGzip == nil else { return nil }
        acceptsGzip = ResponseFields.acceptsGzip(field.text)
      case .ifNoneMatch:
        guard ifNoneMatch == nil else { return nil }
        ifNoneMatch = field.text
      case .connection:
        guard field.text.lowercased() == "keep-alive" else { return nil }
      case .requestID: requestID = RequestID.isPlain(field.value) ? field.range : nil
      case .traceparent: traceparent = traceparent == nil ? field.range : 0..<0
      case .tracestate: tracestate = tracestate == nil ? field.range : 0..<0
      case .special: return nil
      case nil: break
      }
    }
    guard scanner.isAtEnd, hosts == 1 else { return nil }
    self.target = target
    self.acceptsGzip = acceptsGzip ?? false
    self.ifNoneMatch = ifNoneMatch
    self.requestID = requestID
    self.traceparent = traceparent
    self.tracestate = tracestate
    self.length = scanner.position
  }
}

/// A field that decides whether and how the fast path answers.
private enum TellingField {
  case host, acceptEncoding, ifNoneMatch, connection, requestID, traceparent, tracestate
  /// A field that says how the message or the connection goes on.
  case special

  private static let names: [(name: StaticString, field: TellingField)] = [
    ("host", .host), ("accept-encoding", .acceptEncoding), ("if-none-match", .ifNoneMatch), ("connection", .connection),
    ("content-length", .special), ("transfer-encoding", .special), ("expect", .special), ("upgrade", .special),
    ("x-request-id", .requestID), ("traceparent", .traceparent), ("tracestate", .tracestate),
    ("te", .special), ("trailer", .special), ("http2-settings", .special), ("proxy-connection", .special),
  ]

  /// The field of a name in any case; nil for all others.
  init?(_ name: Slice<UnsafeRawBufferPointer>) {
    let known = Self.names.first { known in
      known.name.utf8CodeUnitCount == name.count
        && known.name.withUTF8Buffer { name.elementsEqual($0) { Self.lowercased($0) == $1 } }
    }
    guard let known else { return nil }
    self = known.field
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}

/// Steps through the bytes of a request head.
private struct HeadScanner {
  struct Field {
    let name: Slice<UnsafeRawBufferPointer>
    let value: Slice<UnsafeRawBufferPointer>

    var text: String { String(decoding: value, as: UTF8.self) }

    /// Where the value stands in the head.
    var range: Range<Int> { value.startIndex..<value.endIndex }
  }

  private let bytes: UnsafeRawBufferPointer
  /// How many bytes were read.
  private(set) var position = 0
  /// Whether the empty line that ends the head was read.
  private(set) var isAtEnd = false

  /// The largest head, in bytes, that the fast path looks at.
  private static let maximumLength = 8_192

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.maximumLength))
  }

  /// Reads `GET <target> HTTP/1.1` and its line end; gives the target.
  mutating func requestLine() -> String? {
    guard take("GET /") else { return nil }
    let start = position - 1
    while position < bytes.endIndex, bytes[position] > 0x20, bytes[position] < 0x7F { position += 1 }
    let target = String(decoding: bytes[start..<position], as: UTF8.self)
    return take(" HTTP/1.1\r\n") ? target : nil
  }

  /// Reads one field; nil at the end of the head or where it is malformed or cut.
  mutating func field() -> Field? {
    if take("\r\n") {
      isAtEnd = true
      return nil
    }
    let nameStart = position
    while position < bytes.endIndex, Self.isTokenByte(bytes[position]) { position += 1 }
    guard position > nameStart, position < bytes.endIndex, bytes[position] == UInt8(ascii: ":") else { return nil }
    let name = bytes[nameStart..<position]
    position += 1
    while position < bytes.endIndex, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
    let valueStart = position
    while position < bytes.endIndex, bytes[position] >= 0x20 || bytes[position] == 0x09, bytes[position] != 0x7F {
      position += 1
    }
    var valueEnd = position
    while valueEnd > valueStart, bytes[valueEnd - 1] == 0x20 || bytes[valueEnd - 1] == 0x09 { valueEnd -= 1 }
    let value = bytes[valueStart..<valueEnd]
    guard take("\r\n") else { return nil }
    return Field(name: name, value: value)
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let end = position + text.utf8CodeUnitCount
    guard end <= bytes.endIndex else { return false }
    let isEqual = text.withUTF8Buffer { bytes[position..<end].elementsEqual($0) }
    if isEqual { position = end }
    return isEqual
  }

  /// The characters of a field name (RFC 9110, section 5.6.2).
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case 0x21, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
    default: false
    }
  }
}
