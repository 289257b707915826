/// Writes little-endian integers and length-prefixed bytes.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func reserve(_ capacity: Int) { bytes.reserveCapacity(capacity) }

  mutating func raw(_ raw: some Collection<UInt8>) { bytes.append(contentsOf: raw) }

  mutating func integer(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

  /// The number of elements, or of bytes, that follow.
  mutating func count(_ count: Int) { integer(UInt32(count)) }

  mutating func block(_ block: some Collection<UInt8>) {
    count(block.count)
    raw(block)
  }

  mutating func optional(_ value: Int?) {
    flag(value != nil)
    if let value { integer(Int64(value)) }
  }

  /// A list whose elements `write` writes.
  mutating func list<Element>(_ list: [Element], _ write: (Element, inout ByteWriter) -> Void) {
    count(list.count)
    for element in list { write(element, &self) }
  }
}
