/// An exact decimal number: `significand × 10^-scale`, with up to 38 significant digits.
///
/// Prices are parsed from the text of a number and never pass through binary floating point, so `0.1` stays `0.1`.
/// `Foundation.Decimal` is not used because it accepts trailing garbage (`"12x"`), has a not-a-number state and rounds
/// silently beyond 38 digits; here each of these is an error.
///
/// The value is normalised (no trailing zero digits in the fraction), so equality and hashing are those of the number.
public struct ExactDecimal: Sendable, Hashable {
  /// The digits of the number as an integer.
  let significand: Int128
  /// How many of the digits stand behind the decimal point, 0 to ``maximumScale``.
  let scale: Int

  /// The most digits that may stand behind the decimal point.
  public static let maximumScale = 36

  /// Zero.
  public static let zero = ExactDecimal(0)

  /// Why a text is not an exact decimal.
  public enum ParseError: Error, Equatable, CustomStringConvertible {
    /// The text is no decimal number.
    case malformed(String)
    /// The number has more digits than can be kept exactly.
    case tooPrecise(String)

    /// What is wrong, for a person.
    public var description: String {
      switch self {
      case .malformed(let text): "\"\(text.prefix(60))\" is not a decimal number"
      case .tooPrecise(let text): "\"\(text.prefix(60))\" has more digits than can be kept exactly"
      }
    }
  }

  /// A whole number.
  public init(_ integer: Int) {
    significand = Int128(integer)
    scale = 0
  }

  private init(significand: Int128, scale: Int) {
    var significand = significand
    var scale = significand == 0 ? 0 : scale
    while scale > 0, significand % 10 == 0 {
      significand /= 10
      scale -= 1
    }
    self.significand = significand
    self.scale = scale
  }

  /// A number in normal form, as ``significand`` and ``scale`` gave it; nil where it is not.
  init?(normalised significand: Int128, scale: Int) {
    guard (0...Self.maximumScale).contains(scale), scale == 0 || significand % 10 != 0 else { return nil }
    self.significand = significand
    self.scale = scale
  }

  /// Reads a number from its text, in the grammar of JSON numbers (RFC 8259, section 6) with leading zeros allowed.
  ///
  /// - Parameter text: for example `"0.0000025"`, `"2.5e-6"` or `"-1"`.
  /// - Throws: ``ParseError`` when the text is anything else, or cannot be kept exactly.
  public init(parsing text: some StringProtocol) throws(ParseError) {
    var significand: Int128 = 0
    var scale = 0
    var digits = 0
    var bytes = text.utf8.makeIterator()
    var next = bytes.next()
    let isNegative = next == UInt8(ascii: "-")
    if isNegative { next = bytes.next() }
    while let byte = next, let digit = Self.digit(byte) {
      significand = try Self.appending(digit, to: significand, text)
      digits += 1
      next = bytes.next()
    }
    guard digits > 0 else { throw .malformed(String(text)) }
    if next == UInt8(ascii: ".") {
      next = bytes.next()
      let whole = digits
      while let byte = next, let digit = Self.digit(byte) {
        significand = try Self.appending(digit, to: significand, text)
        digits += 1
        scale += 1
        next = bytes.next()
      }
      guard digits > whole else { throw .malformed(String(text)) }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      next = bytes.next()
      scale -= try Self.exponent(next, &bytes, text)
      next = nil
    }
    guard next == nil else { throw .malformed(String(text)) }
    while scale > 0, significand % 10 == 0, significand != 0 {
      significand /= 10
      scale -= 1
    }
    if significand == 0 { scale = 0 }
    while scale < 0 {
      significand = try Self.appending(0, to: significand, text)
      scale += 1
    }
    guard scale <= Self.maximumScale else { throw .tooPrecise(String(text)) }
    self.init(significand: isNegative ? -significand : significand, scale: scale)
  }

  private static func digit(_ byte: UInt8) -> Int128? {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int128(byte - UInt8(ascii: "0")) : nil
  }

  private static func appending(
    _ digit: Int128, to significand: Int128, _ text: some StringProtocol
  ) throws(ParseError) -> Int128 {
    let (product, overflowed) = significand.multipliedReportingOverflow(by: 10)
    let (sum, carried) = product.addingReportingOverflow(digit)
    guard !overflowed, !carried else { throw .tooPrecise(String(text)) }
    return sum
  }

  /// Reads what follows `e`: a sign and one to three digits; more would be out of range in any case.
  private static func exponent(
    _ first: UInt8?, _ bytes: inout some IteratorProtocol<UInt8>, _ text: some StringProtocol
  ) throws(ParseError) -> Int {
    var next = first
    let isNegative = next == UInt8(ascii: "-")
    if isNegative || next == UInt8(ascii: "+") { next = bytes.next() }
    var value = 0
    var digits = 0
    while let byte = next {
      guard let digit = digit(byte), digits < 3 else { throw .malformed(String(text)) }
      value = value * 10 + Int(digit)
      digits += 1
      next = bytes.next()
    }
    guard digits > 0 else { throw .malformed(String(text)) }
    return isNegative ? -value : value
  }

  /// Whether the number is below zero.
  public var isNegative: Bool { significand < 0 }

  /// Whether the number is zero.
  public var isZero: Bool { significand == 0 }

  /// The number moved by `places` decimal places: `shifted(by: -6)` divides by a million, exactly.
  ///
  /// - Throws: ``ParseError/tooPrecise(_:)`` when the result cannot be kept exactly.
  public func shifted(by places: Int) throws(ParseError) -> ExactDecimal {
    guard significand != 0 else { return .zero }
    var significand = significand
    var scale = scale - places
    while scale < 0 {
      significand = try Self.appending(0, to: significand, description)
      scale += 1
    }
    while scale > Self.maximumScale, significand % 10 == 0 {
      significand /= 10
      scale -= 1
    }
    guard scale <= Self.maximumScale else { throw .tooPrecise(description) }
    return ExactDecimal(significand: significand, scale: scale)
  }

  /// The number rounded, half away from zero, to at most `digits` significant digits.
  ///
  /// Providers that compute prices in binary floating point publish noise such as `0.22999999999999998`.
  public func rounded(toSignificantDigits digits: Int) -> ExactDecimal {
    var limit: Int128 = 1
    for _ in 0..<digits { limit *= 10 }
    var significand = significand.magnitude
    var scale = scale
    var lastDropped: UInt128 = 0
    while significand >= limit.magnitude, scale > 0 {
      lastDropped = significand % 10
      significand /= 10
      scale -= 1
    }
    if lastDropped >= 5 { significand += 1 }
    let signed = Int128(significand)
    return ExactDecimal(significand: isNegative ? -signed : signed, scale: scale)
  }

  /// The exact sum, or nil when it has more digits than can be kept.
  public func adding(_ other: ExactDecimal) -> ExactDecimal? {
    guard let (left, right, scale) = Self.aligned(self, other) else { return nil }
    let (sum, overflowed) = left.addingReportingOverflow(right)
    return overflowed ? nil : ExactDecimal(significand: sum, scale: scale)
  }

  /// The exact product with a whole number, or nil when it has more digits than can be kept.
  public func multiplied(by factor: Int) -> ExactDecimal? {
    let (product, overflowed) = significand.multipliedReportingOverflow(by: Int128(factor))
    return overflowed ? nil : ExactDecimal(significand: product, scale: scale)
  }

  /// Both significands at the larger of the two scales, or nil when one does not fit.
  private static func aligned(_ left: ExactDecimal, _ right: ExactDecimal) -> (Int128, Int128, Int)? {
    let scale = max(left.scale, right.scale)
    guard let a = left.significand(atScale: scale), let b = right.significand(atScale: scale) else { return nil }
    return (a, b, scale)
  }

  private func significand(atScale target: Int) -> Int128? {
    let (product, overflowed) = significand.multipliedReportingOverflow(by: Self.powersOfTen[target - scale])
    return overflowed ? nil : product
  }

  private static let powersOfTen: [Int128] = (0...maximumScale).map { exponent in
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }

  /// The number as a `Double`, for display and ratios only, never for money.
  public var approximateDouble: Double {
    var value = Double(significand)
    for _ in 0..<scale { value /= 10 }
    return value
  }
}

extension ExactDecimal: Comparable {
  /// Compares the numbers; exact even where the scales differ too much to be aligned.
  public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if let (a, b, _) = aligned(left, right) { return a < b }
    // One side overflowed when aligned: it has the larger magnitude by far.
    return left.approximateDouble < right.approximateDouble
  }
}

extension ExactDecimal: CustomStringConvertible {
  /// Plain decimal notation without exponent, such as `0.0000025`.
  public var description: String {
    // Writing a number of 128 bits is several times slower, and prices are nearly never that long.
    let digits = UInt64(exactly: significand.magnitude).map { String($0) } ?? String(significand.magnitude)
    let sign = isNegative ? "-" : ""
    guard scale > 0 else { return sign + digits }
    if digits.utf8.count <= scale {
      return sign + "0." + String(repeating: "0", count: scale - digits.utf8.count) + digits
    }
    return sign + digits.dropLast(scale) + "." + digits.suffix(scale)
  }
}
