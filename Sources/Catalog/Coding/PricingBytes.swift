// Prices keep their digits as an integer, so that reading them back needs no parsing and loses nothing.

extension ExactDecimal {
  /// What ``write(to:)`` writes, in bytes.
  fileprivate static let size = 17

  func write(to bytes: inout ByteWriter) {
    bytes.integer(UInt8(scale))
    bytes.integer(significand)
  }

  init(from bytes: inout ByteReader) throws(PartCodingError) {
    let scale = Int(try bytes.integer(UInt8.self))
    let significand = try bytes.integer(Int128.self)
    guard let value = ExactDecimal(normalised: significand, scale: scale) else { throw bytes.invalid("amount") }
    self = value
  }
}

extension [PriceComponent: Price] {
  /// Component and unit, then the amount.
  private static var priceSize: Int { 2 + ExactDecimal.size }

  func write(to bytes: inout ByteWriter) {
    bytes.count(count)
    for component in PriceComponent.codes {
      guard let price = self[component] else { continue }
      component.write(to: &bytes)
      price.unit.write(to: &bytes)
      price.amount.write(to: &bytes)
    }
  }

  init(from bytes: inout ByteReader) throws(PartCodingError) {
    let count = try bytes.count(elementSize: Self.priceSize)
    guard count <= PriceComponent.codes.count else { throw bytes.invalid("rates") }
    self.init(minimumCapacity: count)
    for _ in 0..<count {
      let component = try PriceComponent("component", from: &bytes)
      let unit = try PriceUnit("unit", from: &bytes)
      let amount = try ExactDecimal(from: &bytes)
      guard !amount.isNegative, updateValue(.stored(amount, per: unit), forKey: component) == nil else {
        throw bytes.invalid("rate")
      }
    }
  }
}

extension PriceCondition {
  func write(to bytes: inout ByteWriter) {
    switch self {
    case .promptTokensAbove(let tokens):
      bytes.integer(UInt8(0))
      bytes.integer(Int64(tokens))
    case .batch: bytes.integer(UInt8(1))
    case .flex: bytes.integer(UInt8(2))
    case .priority: bytes.integer(UInt8(3))
    }
  }

  init(from bytes: inout ByteReader) throws(PartCodingError) {
    switch try bytes.integer(UInt8.self) {
    case 0:
      let tokens = Int(try bytes.integer(Int64.self))
      guard tokens > 0 else { throw bytes.invalid("prompt tokens") }
      self = .promptTokensAbove(tokens)
    case 1: self = .batch
    case 2: self = .flex
    case 3: self = .priority
    default: throw bytes.invalid("condition")
    }
  }
}

extension Pricing {
  init(from bytes: inout ByteReader, tables: PartTables) throws(PartCodingError) {
    let state = try PriceState("pricing state", from: &bytes)
    let rates = try [PriceComponent: Price](from: &bytes)
    // A condition and the count of its rates take five bytes at least.
    let tiers = try bytes.list(elementSize: 5) { bytes throws(PartCodingError) in
      PriceTier(try PriceCondition(from: &bytes), try [PriceComponent: Price](from: &bytes))
    }
    let note = try tables.optionalText("note", from: &bytes)
    let raw = try tables.optionalText("raw", from: &bytes)
    guard let pricing = Pricing(state: state, rates: rates, tiers: tiers, note: note, raw: raw) else {
      throw bytes.invalid("pricing")
    }
    self = pricing
  }
}
