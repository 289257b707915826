/// Reads what ``ByteWriter`` writes, and trusts nothing: every read is checked against the bytes that are left.
struct ByteReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var offset = 0

  /// Reads `bytes`, which must outlive the reader.
  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  private mutating func take(_ count: Int) throws(PartCodingError) -> UnsafeBufferPointer<UInt8> {
    guard count <= bytes.count - offset else { throw .truncated(offset: offset) }
    let taken = UnsafeBufferPointer(rebasing: bytes[offset..<offset + count])
    offset += count
    return taken
  }

  mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type
  ) throws(PartCodingError) -> Value {
    let taken = UnsafeRawBufferPointer(try take(MemoryLayout<Value>.size))
    return Value(littleEndian: taken.loadUnaligned(as: type))
  }

  mutating func flag(_ field: StaticString) throws(PartCodingError) -> Bool {
    switch try integer(UInt8.self) {
    case 0: return false
    case 1: return true
    default: throw invalid(field)
    }
  }

  /// A number of elements that can still follow, so that a forged one cannot make the reader allocate more than a small
  /// multiple of what it was given.
  mutating func count(elementSize: Int) throws(PartCodingError) -> Int {
    let count = Int(try integer(UInt32.self))
    guard count <= (bytes.count - offset) / elementSize else { throw .truncated(offset: offset) }
    return count
  }

  mutating func block() throws(PartCodingError) -> [UInt8] { Array(try take(try count(elementSize: 1))) }

  mutating func text(_ field: StaticString) throws(PartCodingError) -> String {
    try text(count: try count(elementSize: 1), field)
  }

  mutating func text(count: Int, _ field: StaticString) throws(PartCodingError) -> String {
    let taken = try take(count)
    do {
      return String(copying: try UTF8Span(validating: taken.span))
    } catch {
      throw invalid(field)
    }
  }

  mutating func optional(_ field: StaticString) throws(PartCodingError) -> Int? {
    guard try flag(field) else { return nil }
    return Int(try integer(Int64.self))
  }

  /// A list whose elements `element` reads.
  ///
  /// - Parameter elementSize: the fewest bytes that an element takes.
  mutating func list<Element>(
    elementSize: Int, _ element: (inout ByteReader) throws(PartCodingError) -> Element
  ) throws(PartCodingError) -> [Element] {
    let count = try count(elementSize: elementSize)
    var list: [Element] = []
    list.reserveCapacity(count)
    for _ in 0..<count { list.append(try element(&self)) }
    return list
  }

  /// The error that what was just read is not a valid value of `field`.
  func invalid(_ field: StaticString) -> PartCodingError { .invalid(field: "\(field)", offset: offset) }
}
