import Compression

/// What is stored under a key: a line that people and programs can read, and the bytes of a part or a view behind it.
///
///     modelcatalog/1 kind=part name=openrouter lifetime=4f1c revision=12 override=- version=- written=1763840000
///     fresh=1800 stale=3600 codec=gzip length=123456 raw=456789 checksum=89abcdef
///
/// The line (one line, broken here) ends with a line feed, so that `redis-cli GET key | head -1` shows it. Fields
/// always stand in this order; `-` says that there is no value, and whatever could break the line is percent-encoded.
/// The checksum is the CRC-32 of the line up to it and of the payload as stored: it tells damage, and nobody who can
/// write to Redis is kept out by any checksum.
public struct Entry: Sendable {
  /// What the line says.
  public let header: EntryHeader
  private let bytes: [UInt8]
  /// Where the line ends before ` checksum=`.
  private let checkedEnd: Int
  private let payloadStart: Int

  /// The most bytes of a payload, stored or decompressed.
  public static let maximumBytes = 256 << 20

  /// Writes an entry.
  ///
  /// - Parameters:
  ///   - header: what the line shall say; codec, sizes and checksum are filled in.
  ///   - payload: the bytes of the part or view.
  ///   - compressAbove: payloads of more bytes are compressed, if that makes them smaller.
  ///   - level: how hard to compress, 1 (fast) to 9 (small).
  /// - Throws: ``EntryError`` when the payload or a text is too long, or zlib fails.
  public static func encode(
    _ header: EntryHeader, payload: [UInt8], compressAbove: Int = 1_024, level: Int32 = 1
  ) throws(EntryError) -> [UInt8] {
    guard payload.count <= maximumBytes else { throw .tooLarge(bytes: payload.count) }
    var header = header
    var stored = payload
    header.codec = .none
    if payload.count > compressAbove {
      let compressed: [UInt8]
      do { compressed = try Gzip.compress(payload, level: level) } catch { throw .badPayload(error.description) }
      if compressed.count < payload.count {
        stored = compressed
        header.codec = .gzip
      }
    }
    header.storedBytes = stored.count
    header.rawBytes = payload.count
    let checked = Array(try header.checkedLine().utf8)
    header.checksum = checksum(checked[...], stored[...])
    let line = checked + Array(header.checksumField.utf8)
    guard line.count <= EntryHeader.maximumLineLength else { throw .badHeader(field: "name") }
    return line + stored
  }

  /// Reads an entry's line and checks that the payload is as long as it says; ``payload()`` checks the rest.
  ///
  /// - Throws: ``EntryError``.
  public init(_ bytes: [UInt8]) throws(EntryError) {
    guard bytes.starts(with: EntryHeader.magic.utf8) else { throw .notAnEntry }
    guard let end = bytes.prefix(EntryHeader.maximumLineLength).firstIndex(of: 0x0A) else { throw .notAnEntry }
    guard let line = String(validating: bytes[..<end], as: UTF8.self) else { throw .notAnEntry }
    header = try EntryHeader(line: line)
    checkedEnd = end + 1 - header.checksumField.utf8.count
    payloadStart = end + 1
    let found = bytes.count - payloadStart
    guard found == header.storedBytes else { throw .wrongLength(expected: header.storedBytes, found: found) }
    self.bytes = bytes
  }

  /// The payload, decompressed.
  ///
  /// - Throws: ``EntryError`` when the entry is damaged.
  public func payload() throws(EntryError) -> [UInt8] {
    let stored = bytes[payloadStart...]
    guard Self.checksum(bytes[..<checkedEnd], stored) == header.checksum else { throw .checksumMismatch }
    switch header.codec {
    case .none: return Array(stored)
    case .gzip:
      let raw: [UInt8]
      do {
        raw = try Gzip.decompress(Array(stored), limit: header.rawBytes)
      } catch {
        throw .badPayload(error.description)
      }
      guard raw.count == header.rawBytes else {
        throw .badPayload("\(raw.count) bytes instead of \(header.rawBytes)")
      }
      return raw
    }
  }

  private static func checksum(_ line: ArraySlice<UInt8>, _ stored: ArraySlice<UInt8>) -> UInt32 {
    var checksum = CRC32()
    checksum.combine(line)
    checksum.combine(stored)
    return checksum.value
  }
}
