import NIOCore

/// A whole request head that needs no body, no special connection handling and no upgrade: what the fast path may answer.
struct PlainRequest {
  /// The request target, such as `/v1/models?limit=10`.
  let target: String
  /// Whether the client takes gzip.
  let acceptsGzip: Bool
  /// The `If-None-Match` field.
  let ifNoneMatch: String?
  /// How many bytes the head takes, its empty line included.
  let length: Int

  /// Reads a head from the start of `bytes`.
  ///
  /// Deliberately narrow: anything that is not plainly a complete `GET` with well-formed fields gives nil, and is then
  /// parsed and judged by the real HTTP parser. It never answers an error itself.
  init?(_ bytes: ByteBufferView) {
    var scanner = HeadScanner(bytes)
    guard let target = scanner.requestLine() else { return nil }
    var hosts = 0
    var acceptsGzip: Bool?
    var ifNoneMatch: String?
    var fields = 0
    while let field = scanner.field() {
      fields += 1
      guard fields <= 64 else { return nil }
      switch field.name {
      case "host": hosts += 1
      case "accept-encoding":
        guard acceptsGzip == nil else { return nil }
        acceptsGzip = ResponseFields.acceptsGzip(field.value)
      case "if-none-match":
        guard ifNoneMatch == nil else { return nil }
        ifNoneMatch = field.value
      case "connection":
        guard field.value.lowercased() == "keep-alive" else { return nil }
      case "content-length", "transfer-encoding", "expect", "upgrade", "te", "trailer", "http2-settings",
        "proxy-connection":
        return nil
      default: break
      }
    }
    guard scanner.isAtEnd, hosts == 1 else { return nil }
    self.target = target
    self.acceptsGzip = acceptsGzip ?? false
    self.ifNoneMatch = ifNoneMatch
    self.length = scanner.consumed
  }
}

/// Steps through the bytes of a request head.
private struct HeadScanner {
  private let bytes: ByteBufferView
  private var position: Int
  /// Whether the empty line that ends the head was read.
  private(set) var isAtEnd = false

  /// The largest head, in bytes, that the fast path looks at.
  private static let maximumLength = 8_192

  init(_ bytes: ByteBufferView) {
    self.bytes = bytes.prefix(Self.maximumLength)
    position = bytes.startIndex
  }

  var consumed: Int { position - bytes.startIndex }

  /// Reads `GET <target> HTTP/1.1` and its line end; gives the target.
  mutating func requestLine() -> String? {
    guard take("GET /") else { return nil }
    let start = position - 1
    while position < bytes.endIndex, bytes[position] > 0x20, bytes[position] < 0x7F { position += 1 }
    let target = String(decoding: bytes[start..<position], as: UTF8.self)
    return take(" HTTP/1.1\r\n") ? target : nil
  }

  /// Reads one field, its name in lower case; nil at the end of the head or where it is malformed or cut.
  mutating func field() -> (name: String, value: String)? {
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
    return (String(decoding: name, as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self))
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
