import NIOCore

extension ByteBuffer {
  /// Appends a command in the form that servers read: an array of bulk strings.
  mutating func writeCommand(_ arguments: [RedisArgument]) {
    writeHeader(UInt8(ascii: "*"), arguments.count)
    for argument in arguments {
      switch argument {
      case .text(let text): writeBulk(text)
      case .integer(let number): writeBulk(String(number))
      case .bytes(let bytes):
        reserveCapacity(minimumWritableBytes: bytes.readableBytes + 32)
        writeHeader(UInt8(ascii: "$"), bytes.readableBytes)
        writeImmutableBuffer(bytes)
        writeLineEnd()
      }
    }
  }

  private mutating func writeBulk(_ text: String) {
    writeHeader(UInt8(ascii: "$"), text.utf8.count)
    writeString(text)
    writeLineEnd()
  }

  private mutating func writeHeader(_ mark: UInt8, _ count: Int) {
    writeInteger(mark)
    if count < 10 {
      writeInteger(UInt8(ascii: "0") + UInt8(count))
    } else {
      writeString(String(count))
    }
    writeLineEnd()
  }

  private mutating func writeLineEnd() { writeInteger(0x0D0A as UInt16) }
}
