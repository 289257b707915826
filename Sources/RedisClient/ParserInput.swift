import NIOCore

/// The bytes that a parser has not consumed.
///
/// Strings that fill at least half of the memory they arrived in are handed out as slices of it; smaller ones are
/// copied, because a value that is kept would otherwise keep a whole read buffer alive. Memory of which a slice was
/// handed out is never appended to, because that would copy all of it.
struct ParserInput {
  private var buffer = ByteBuffer()
  /// Whether `buffer` was made here and no slice of it was handed out.
  private var isOwned = false
  /// How many of the first bytes were searched for a line end without success.
  private var searched = 0

  /// Takes bytes that arrived.
  ///
  /// - Parameter expecting: how many bytes in all the value that is being read needs, 0 if that is not known.
  mutating func append(_ bytes: ByteBuffer, expecting: Int) {
    guard buffer.readableBytes > 0 else {
      buffer = bytes
      isOwned = false
      return
    }
    if !isOwned || buffer.writableBytes < bytes.readableBytes {
      let needed = buffer.readableBytes + bytes.readableBytes
      var fresh = ByteBufferAllocator().buffer(capacity: max(needed, expecting, 4096))
      fresh.writeImmutableBuffer(buffer)
      buffer = fresh
      isOwned = true
    }
    buffer.writeImmutableBuffer(bytes)
  }

  /// Lets go of memory that was read to its end.
  mutating func releaseIfEmpty() {
    if buffer.readableBytes == 0 { buffer = ByteBuffer() }
  }

  /// Consumes a line; nil if its end has not arrived.
  mutating func line(limit: Int) throws(RedisError) -> RESPLine? {
    guard let end = buffer.offsetOfCarriageReturn(from: searched) else {
      searched = buffer.readableBytes
      guard searched <= limit else { throw .protocolViolation("a line of more than \(limit) bytes") }
      return nil
    }
    guard end <= limit else { throw .protocolViolation("a line of more than \(limit) bytes") }
    guard end + 1 < buffer.readableBytes else {
      searched = end
      return nil
    }
    guard end > 0, buffer.getInteger(at: buffer.readerIndex + end, as: UInt16.self) == 0x0D0A else {
      throw .protocolViolation("a line without a type or with a wrong end")
    }
    let line = RESPLine(buffer: buffer, count: end - 1)
    searched = 0
    buffer.moveReaderIndex(forwardBy: end + 2)
    return line
  }

  /// Consumes a string and the line end after it; nil if not all of it has arrived.
  mutating func body(length: Int) throws(RedisError) -> ByteBuffer? {
    guard buffer.readableBytes >= length + 2 else { return nil }
    guard buffer.getInteger(at: buffer.readerIndex + length, as: UInt16.self) == 0x0D0A else {
      throw .protocolViolation("a string that is longer than announced")
    }
    let bytes = take(length)
    buffer.moveReaderIndex(forwardBy: 2)
    return bytes
  }

  private mutating func take(_ length: Int) -> ByteBuffer? {
    guard let slice = buffer.readSlice(length: length) else { return nil }
    if length >= buffer.storageCapacity / 2 {
      isOwned = false
      return slice
    }
    var copy = ByteBufferAllocator().buffer(capacity: length)
    copy.writeImmutableBuffer(slice)
    return copy
  }
}

extension ByteBuffer {
  fileprivate func offsetOfCarriageReturn(from start: Int) -> Int? {
    withUnsafeReadableBytes { bytes in
      var offset = start
      while offset < bytes.count {
        if bytes[offset] == UInt8(ascii: "\r") { return offset }
        offset += 1
      }
      return nil
    }
  }
}
