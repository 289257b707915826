/// Why bytes are not an entry that can be used. To a reader each of these is a miss.
public enum EntryError: Error, Equatable, CustomStringConvertible {
  /// The bytes do not begin with the line of an entry.
  case notAnEntry
  /// The entry was written in another format.
  case otherFormat(String)
  /// There are fewer or more bytes behind the line than it says.
  case wrongLength(expected: Int, found: Int)
  /// The entry was damaged after it was written.
  case checksumMismatch
  /// More bytes than ``Entry/maximumBytes``.
  case tooLarge(bytes: Int)
  /// A field of the line is missing or not what it should be.
  case badHeader(field: String)
  /// The payload cannot be compressed or decompressed, or not to the size that the line says.
  case badPayload(String)

  /// A short name for counting, the same for all errors of a kind.
  public var reason: String {
    switch self {
    case .notAnEntry: "not_an_entry"
    case .otherFormat: "other_format"
    case .wrongLength(let expected, let found): found < expected ? "truncated" : "trailing_bytes"
    case .checksumMismatch: "checksum_mismatch"
    case .tooLarge: "too_large"
    case .badHeader: "bad_header"
    case .badPayload: "bad_payload"
    }
  }

  /// What is wrong, for a person.
  public var description: String {
    switch self {
    case .notAnEntry: "the value is no cache entry"
    case .otherFormat(let found): "the entry has format \(found), this program reads \(EntryHeader.format) only"
    case .wrongLength(let expected, let found): "the entry has \(found) bytes of payload instead of \(expected)"
    case .checksumMismatch: "the entry is damaged: its checksum does not match"
    case .tooLarge(let bytes): "the entry has \(bytes) bytes, at most \(Entry.maximumBytes) are allowed"
    case .badHeader(let field): "the field \"\(field)\" of the entry's first line is missing or invalid"
    case .badPayload(let reason): "the payload of the entry cannot be used: \(reason)"
    }
  }
}
