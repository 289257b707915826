import CZlib

/// Why bytes could not be compressed or decompressed.
public enum GzipError: Error, Equatable, CustomStringConvertible {
  /// The input is no gzip stream, or is damaged or cut.
  case malformed
  /// The output would be larger than the caller allows.
  case tooLarge(limit: Int)
  /// zlib refused for a reason of its own, by its error code.
  case zlib(code: Int32)

  /// What is wrong, for a person.
  public var description: String {
    switch self {
    case .malformed: "the data is not gzip, or is damaged"
    case .tooLarge(let limit): "the data decompresses to more than \(limit) bytes"
    case .zlib(let code): "zlib failed with code \(code)"
    }
  }
}

/// The gzip format (RFC 1952) through the system's zlib.
public enum Gzip {
  /// Adding 16 asks zlib for a gzip header and trailer instead of its own.
  private static let windowBits = MAX_WBITS + 16

  /// Compresses bytes.
  ///
  /// - Parameters:
  ///   - bytes: what to compress.
  ///   - level: 1 (fast) to 9 (small).
  /// - Throws: ``GzipError``.
  public static func compress(_ bytes: some Collection<UInt8>, level: Int32 = 6) throws(GzipError) -> [UInt8] {
    var stream = z_stream()
    let started = deflateInit2_(
      &stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else { throw .zlib(code: started) }
    defer { deflateEnd(&stream) }
    var input = Array(bytes)
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(input.count))))
    let code = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        return deflate(&stream, Z_FINISH)
      }
    }
    guard code == Z_STREAM_END else { throw .zlib(code: code) }
    output.removeLast(output.count - Int(stream.total_out))
    return output
  }

  /// Decompresses one gzip stream.
  ///
  /// - Parameters:
  ///   - bytes: the stream.
  ///   - limit: the most bytes that may come out of it.
  /// - Throws: ``GzipError``.
  public static func decompress(_ bytes: [UInt8], limit: Int) throws(GzipError) -> [UInt8] {
    var stream = z_stream()
    let started = inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else { throw .zlib(code: started) }
    defer { inflateEnd(&stream) }
    var input = bytes
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var consumed = 0
    while true {
      let (code, produced) = input.withUnsafeMutableBufferPointer { input in
        chunk.withUnsafeMutableBufferPointer { chunk in
          stream.next_in = input.baseAddress.map { $0 + consumed }
          stream.avail_in = UInt32(input.count - consumed)
          stream.next_out = chunk.baseAddress
          stream.avail_out = UInt32(chunk.count)
          let code = inflate(&stream, Z_NO_FLUSH)
          consumed = input.count - Int(stream.avail_in)
          return (code, chunk.count - Int(stream.avail_out))
        }
      }
      guard output.count + produced <= limit else { throw .tooLarge(limit: limit) }
      output.append(contentsOf: chunk[0..<produced])
      if code == Z_STREAM_END {
        // A second member or garbage behind the first must not be dropped in silence.
        guard consumed == input.count else { throw .malformed }
        return output
      }
      guard code == Z_OK, produced > 0 || consumed < input.count else { throw .malformed }
    }
  }
}
