/// One row of `COPY ... TO STDOUT` in text format (PostgreSQL manual, `COPY`, file formats): fields between tabs, `\N` for
/// NULL, a backslash before what would be taken for something else. It is valid only during the call that it is given to.
public struct CopyRow {
  /// Where the fields of a row are; kept between rows so that no row allocates.
  struct Fields {
    fileprivate var starts: [Int] = []
    fileprivate var end = 0
  }

  private let bytes: UnsafeRawBufferPointer
  private let fields: Fields

  /// A row of bytes that stay valid while it is used; a newline at the end is no part of it.
  init(_ line: UnsafeRawBufferPointer, _ fields: inout Fields) {
    bytes = line
    fields.end = line.last == UInt8(ascii: "\n") ? line.count - 1 : line.count
    fields.starts.removeAll(keepingCapacity: true)
    fields.starts.append(0)
    for index in 0..<fields.end where line[index] == UInt8(ascii: "\t") { fields.starts.append(index + 1) }
    self.fields = fields
  }

  /// How many fields there are.
  public var count: Int { fields.starts.count }

  /// The bytes of a field as they were sent; empty for a field that there is not.
  private func raw(_ field: Int) -> UnsafeRawBufferPointer {
    guard fields.starts.indices.contains(field) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let end = field + 1 < fields.starts.count ? fields.starts[field + 1] - 1 : fields.end
    return UnsafeRawBufferPointer(rebasing: bytes[fields.starts[field]..<end])
  }

  /// The text of a field, counted from 0; nil for NULL and for a field that there is not.
  public func text(_ field: Int) -> String? {
    guard field < count else { return nil }
    let raw = raw(field)
    guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
    if raw.count == 2, raw[1] == UInt8(ascii: "N") { return nil }
    return String(decoding: Self.unescaped(raw), as: UTF8.self)
  }

  /// The whole number in a field; nil for NULL and for what is none.
  public func integer(_ field: Int) -> Int? { text(field).flatMap { Int($0) } }

  private static func unescaped(_ raw: UnsafeRawBufferPointer) -> [UInt8] {
    var plain: [UInt8] = []
    plain.reserveCapacity(raw.count)
    var isEscaped = false
    for byte in raw {
      if !isEscaped, byte == UInt8(ascii: "\\") {
        isEscaped = true
        continue
      }
      plain.append(isEscaped ? meaning(of: byte) : byte)
      isEscaped = false
    }
    return plain
  }

  /// What a byte after a backslash stands for; the server sends no octal or hexadecimal ones.
  private static func meaning(of byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "v"): 0x0B
    default: byte
    }
  }
}
