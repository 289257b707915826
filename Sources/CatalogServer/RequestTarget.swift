import HTTPTypes

/// The path and query of a request, decoded and bounded.
struct RequestTarget: Sendable {
  /// The decoded segments of the path.
  let segments: [String]
  /// The decoded query parameters in order.
  let query: [(name: String, value: String)]

  /// The longest target, in bytes, that is looked at.
  static let maximumLength = 4_096
  private static let maximumParameters = 64
  private static let maximumValueLength = 1_024

  /// Decodes a target such as `/v1/models?limit=10`.
  ///
  /// - Throws: ``Problem`` when it is too long, malformed, or contains control characters.
  init(_ text: Substring) throws(Problem) {
    guard text.utf8.count <= Self.maximumLength else {
      throw Problem(
        status: .uriTooLong, kind: "uri-too-long", detail: "the address is longer than \(Self.maximumLength) bytes")
    }
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var segments: [String] = []
    for segment in (parts.first ?? "").split(separator: "/") {
      segments.append(try Self.decode(segment, plusIsSpace: false, what: "path"))
    }
    self.segments = segments
    var query: [(String, String)] = []
    for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Self.decode(halves[0], plusIsSpace: true, what: "query")
      let value = try Self.decode(halves.count > 1 ? halves[1] : "", plusIsSpace: true, what: "query")
      guard value.utf8.count <= Self.maximumValueLength, name.utf8.count <= 64 else {
        throw .badRequest("a query parameter is longer than \(Self.maximumValueLength) bytes")
      }
      query.append((name, value))
    }
    guard query.count <= Self.maximumParameters else {
      throw .badRequest("more than \(Self.maximumParameters) query parameters")
    }
    self.query = query
  }

  private static func decode(_ text: Substring, plusIsSpace: Bool, what: String) throws(Problem) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var iterator = text.utf8.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else {
          throw .badRequest("the \(what) contains a malformed percent escape")
        }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw .badRequest("the \(what) is not valid UTF-8")
    }
    guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw .badRequest("the \(what) contains a control character")
    }
    return decoded
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
  }
}
