/// What the line of an ``Entry`` says.
public struct EntryHeader: Sendable, Hashable {
  /// What kind of value it is.
  public enum Kind: String, Sendable, CaseIterable {
    /// An encoded part: the offers of one provider at one revision.
    case part
    /// A finished view, such as statistics.
    case view
  }

  /// How the payload is stored.
  public enum Codec: String, Sendable, CaseIterable {
    /// As it is.
    case none
    /// As gzip (RFC 1952).
    case gzip
  }

  /// What kind of value it is.
  public var kind: Kind
  /// Which part or view it is, such as the slug of a provider.
  public var name: String
  /// The lifetime of the data that ``revision`` counts in.
  public var lifetime: String
  /// The revision of the part.
  public var revision: Int64
  /// What tells states apart that have the same revision; nil for none.
  public var override: String?
  /// The version of the catalog that a view was made of; nil for a part.
  public var version: String?
  /// When it was written, in seconds since 1970.
  public var writtenAt: Int
  /// How long it is fresh, in seconds.
  public var fresh: Int
  /// How much longer it may be served while it is renewed, in seconds.
  public var stale: Int
  /// How the payload is stored.
  public internal(set) var codec = Codec.none
  /// The size of the payload as stored, in bytes.
  public internal(set) var storedBytes = 0
  /// The size of the payload when decompressed, in bytes.
  public internal(set) var rawBytes = 0
  /// The CRC-32 of the line up to it and of the payload as stored.
  public internal(set) var checksum: UInt32 = 0

  /// What is known before the payload is written.
  ///
  /// - Parameters:
  ///   - kind: what kind of value it is.
  ///   - name: which part or view it is.
  ///   - lifetime: the lifetime of the data that `revision` counts in.
  ///   - revision: the revision of the part.
  ///   - override: what tells states apart that have the same revision.
  ///   - version: the version of the catalog that a view was made of.
  ///   - writtenAt: seconds since 1970.
  ///   - fresh: how long it is fresh, in seconds.
  ///   - stale: how much longer it may be served while it is renewed, in seconds.
  public init(
    kind: Kind, name: String, lifetime: String, revision: Int64, override: String? = nil, version: String? = nil,
    writtenAt: Int, fresh: Int, stale: Int
  ) {
    self.kind = kind
    self.name = name
    self.lifetime = lifetime
    self.revision = revision
    self.override = override
    self.version = version
    self.writtenAt = writtenAt
    self.fresh = fresh
    self.stale = stale
  }

  /// What every entry begins with.
  static let magic = "modelcatalog/"
  /// The format of the line and of what follows it.
  static let format = "1"
  /// The longest line, in bytes.
  static let maximumLineLength = 4_096

  /// The line up to the checksum.
  ///
  /// - Throws: ``EntryError/badHeader(field:)`` for a time before 1970 or a negative duration.
  func checkedLine() throws(EntryError) -> String {
    for (field, number) in [("written", writtenAt), ("fresh", fresh), ("stale", stale)] where number < 0 {
      throw .badHeader(field: field)
    }
    let fields = [
      ("kind", kind.rawValue), ("name", Self.encode(name)), ("lifetime", Self.encode(lifetime)),
      ("revision", "\(revision)"), ("override", Self.encode(override)), ("version", Self.encode(version)),
      ("written", "\(writtenAt)"), ("fresh", "\(fresh)"), ("stale", "\(stale)"), ("codec", codec.rawValue),
      ("length", "\(storedBytes)"), ("raw", "\(rawBytes)"),
    ]
    return Self.magic + Self.format + fields.map { " \($0.0)=\($0.1)" }.joined()
  }

  /// What follows ``checkedLine()``, with the line feed.
  var checksumField: String {
    let digits = String(checksum, radix: 16)
    return " checksum=" + String(repeating: "0", count: 8 - digits.utf8.count) + digits + "\n"
  }

  /// Reads a line without its line feed. Only the one line that a header gives is read as that header.
  ///
  /// - Throws: ``EntryError``.
  init(line: String) throws(EntryError) {
    var fields = line.dropFirst(Self.magic.utf8.count).split(separator: " ", omittingEmptySubsequences: false)[...]
    let format = fields.removeFirst()
    guard format == Self.format else { throw .otherFormat(String(format.prefix(20))) }
    let kind = try Self.field("kind", &fields) { Kind(rawValue: $0) }
    let name = try Self.field("name", &fields) { Self.decode($0) }
    let lifetime = try Self.field("lifetime", &fields) { Self.decode($0) }
    let revision = try Self.field("revision", &fields) { Int64($0) }
    let override = try Self.field("override", &fields) { Self.decodeOptional($0) }
    let version = try Self.field("version", &fields) { Self.decodeOptional($0) }
    self.init(
      kind: kind, name: name, lifetime: lifetime, revision: revision, override: override, version: version,
      writtenAt: try Self.field("written", &fields) { Int($0) }, fresh: try Self.field("fresh", &fields) { Int($0) },
      stale: try Self.field("stale", &fields) { Int($0) })
    codec = try Self.field("codec", &fields) { Codec(rawValue: $0) }
    storedBytes = try Self.size("length", &fields)
    rawBytes = try Self.size("raw", &fields)
    guard codec != .none || rawBytes == storedBytes else { throw .badHeader(field: "raw") }
    checksum = try Self.field("checksum", &fields) { UInt32($0, radix: 16) }
    // Signs, leading zeros and needless escapes could hide what two readers take differently.
    guard fields.isEmpty, try checkedLine() + checksumField == line + "\n" else { throw .badHeader(field: "line") }
  }

  private static func field<Value>(
    _ name: String, _ fields: inout ArraySlice<Substring>, _ read: (String) -> Value?
  ) throws(EntryError) -> Value {
    guard let field = fields.popFirst(), field.hasPrefix(name + "="),
      let value = read(String(field.dropFirst(name.utf8.count + 1)))
    else { throw .badHeader(field: name) }
    return value
  }

  private static func size(_ name: String, _ fields: inout ArraySlice<Substring>) throws(EntryError) -> Int {
    let size = try field(name, &fields) { Int($0) }
    guard size >= 0 else { throw .badHeader(field: name) }
    guard size <= Entry.maximumBytes else { throw .tooLarge(bytes: size) }
    return size
  }
}

/// Texts in the line.
extension EntryHeader {
  private static let hexadecimal = Array("0123456789ABCDEF".utf8)

  /// Percent-encodes everything but printable ASCII, and what has a meaning in the line.
  static func encode(_ text: String) -> String {
    guard text != "-" else { return "%2D" }
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if (0x21...0x7E).contains(byte), byte != UInt8(ascii: "%"), byte != UInt8(ascii: "=") {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func encode(_ text: String?) -> String { text.map { encode($0) } ?? "-" }

  private static func decode(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap({ hexadecimal.firstIndex(of: $0) }),
        let low = rest.popFirst().flatMap({ hexadecimal.firstIndex(of: $0) })
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// A text or none; nil when it is neither.
  private static func decodeOptional(_ text: String) -> String?? {
    guard text != "-" else { return .some(nil) }
    return decode(text).map { .some($0) }
  }
}
