import CZlib

/// The checksum of gzip and PNG (RFC 1952, section 8) through the system's zlib: finds damage, not forgery.
public struct CRC32: Sendable {
  /// The checksum of what was added so far.
  public private(set) var value: UInt32 = 0

  /// The checksum of nothing.
  public init() {}

  /// Adds bytes.
  public mutating func combine(_ bytes: ArraySlice<UInt8>) {
    value = bytes.withUnsafeBufferPointer { bytes in
      UInt32(truncatingIfNeeded: crc32_z(UInt(value), bytes.baseAddress, bytes.count))
    }
  }
}
