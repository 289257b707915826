import NIOCore

/// A line of the protocol: its first byte says what it is, the rest is its content.
struct RESPLine {
  /// Bytes whose first readable one is the mark.
  private let buffer: ByteBuffer
  /// The length of the content, in bytes.
  let count: Int

  init(buffer: ByteBuffer, count: Int) {
    self.buffer = buffer
    self.count = count
  }

  /// The byte that says what it is.
  var mark: UInt8 { buffer.withUnsafeReadableBytes { $0[0] } }

  /// The content as the length of a string or the count of an aggregate.
  func length() throws(RedisError) -> Int64 {
    guard let number else {
      throw .protocolViolation(
        text == "?" ? "a streamed value, which this client does not read" : "a length that is no number")
    }
    return number
  }

  /// The value of a line that is complete in itself.
  func scalar() throws(RedisError) -> RedisValue {
    switch mark {
    case UInt8(ascii: "+"): return .string(content)
    case UInt8(ascii: "-"): return .error(RedisServerError(line: text))
    case UInt8(ascii: ":"): if let number { return .integer(number) }
    case UInt8(ascii: ","): if let double { return .double(double) }
    case UInt8(ascii: "("): if isBigNumber { return .bigNumber(text) }
    case UInt8(ascii: "#"): if text == "t" || text == "f" { return .boolean(text == "t") }
    case UInt8(ascii: "_"): if count == 0 { return .null }
    default: throw .protocolViolation("a value of the unknown type \(mark)")
    }
    throw .protocolViolation("a value of type \(Character(UnicodeScalar(mark))) that cannot be read")
  }

  private var text: String {
    buffer.withUnsafeReadableBytes { String(decoding: $0[1..<count + 1], as: UTF8.self) }
  }

  private var content: ByteBuffer {
    buffer.withUnsafeReadableBytes { ByteBuffer(bytes: $0[1..<count + 1]) }
  }

  /// A decimal number of 64 bits.
  private var number: Int64? {
    buffer.withUnsafeReadableBytes { bytes in
      var index = 1
      let isNegative = count > 0 && bytes[1] == UInt8(ascii: "-")
      if isNegative || (count > 0 && bytes[1] == UInt8(ascii: "+")) { index = 2 }
      guard index <= count else { return nil }
      var result: Int64 = 0
      while index <= count {
        let digit = bytes[index] &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        let (product, isTooLarge) = result.multipliedReportingOverflow(by: 10)
        let (sum, isOver) =
          isNegative
          ? product.subtractingReportingOverflow(Int64(digit)) : product.addingReportingOverflow(Int64(digit))
        guard !isTooLarge, !isOver else { return nil }
        result = sum
        index += 1
      }
      return result
    }
  }

  private var double: Double? {
    let text = text
    switch text {
    case "inf": return .infinity
    case "-inf": return -.infinity
    case "nan", "-nan": return .nan
    default:
      // The standard library also reads hexadecimal digits and words, which the protocol does not have.
      guard text.utf8.allSatisfy({ "+-.eE0123456789".utf8.contains($0) }) else { return nil }
      return Double(text)
    }
  }

  private var isBigNumber: Bool {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    return !digits.isEmpty && digits.count >= count - 1
      && digits.allSatisfy { ($0 &- UInt8(ascii: "0")) < 10 }
  }
}
