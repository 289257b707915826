/// The tables of an encoded part: what many of its offers have in common stands there once, and is shared in memory.
struct PartTables {
  private let strings: [String]
  private let textLists: [[String]]
  private let modalityLists: [[Modality]]
  private let capabilityLists: [[Capability]]

  init(from bytes: inout ByteReader) throws(PartCodingError) {
    strings = try bytes.list(elementSize: 4) { bytes throws(PartCodingError) in try bytes.text("text") }
    let strings = strings
    textLists = try bytes.list(elementSize: 4) { bytes throws(PartCodingError) in
      try bytes.list(elementSize: 4) { bytes throws(PartCodingError) in
        try Self.element(of: strings, "list of texts", from: &bytes)
      }
    }
    modalityLists = try bytes.list(elementSize: 4) { bytes throws(PartCodingError) in
      try bytes.list(elementSize: 1) { bytes throws(PartCodingError) in try Modality("modality", from: &bytes) }
    }
    capabilityLists = try bytes.list(elementSize: 4) { bytes throws(PartCodingError) in
      try bytes.list(elementSize: 1) { bytes throws(PartCodingError) in try Capability("capability", from: &bytes) }
    }
  }

  func text(_ field: StaticString, from bytes: inout ByteReader) throws(PartCodingError) -> String {
    guard let text = try optionalText(field, from: &bytes) else { throw bytes.invalid(field) }
    return text
  }

  func optionalText(_ field: StaticString, from bytes: inout ByteReader) throws(PartCodingError) -> String? {
    let number = Int(try bytes.integer(UInt32.self))
    guard number > 0 else { return nil }
    guard number <= strings.count else { throw bytes.invalid(field) }
    return strings[number - 1]
  }

  func texts(_ field: StaticString, from bytes: inout ByteReader) throws(PartCodingError) -> [String] {
    try Self.element(of: textLists, field, from: &bytes)
  }

  func modalities(_ field: StaticString, from bytes: inout ByteReader) throws(PartCodingError) -> [Modality] {
    try Self.element(of: modalityLists, field, from: &bytes)
  }

  func capabilities(_ field: StaticString, from bytes: inout ByteReader) throws(PartCodingError) -> [Capability] {
    try Self.element(of: capabilityLists, field, from: &bytes)
  }

  private static func element<Element>(
    of table: [Element], _ field: StaticString, from bytes: inout ByteReader
  ) throws(PartCodingError) -> Element {
    let place = Int(try bytes.integer(UInt32.self))
    guard place < table.count else { throw bytes.invalid(field) }
    return table[place]
  }
}
