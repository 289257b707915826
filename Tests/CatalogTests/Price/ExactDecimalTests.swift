import Catalog
import Foundation
import TestSupport
import Testing

@Suite("Exact decimals")
struct ExactDecimalTests {
  @Test(
    "A number is read from its text to the last digit and written without exponent",
    arguments: [
      ("0", "0"), ("-0", "0"), ("1", "1"), ("0.0000025", "0.0000025"), ("2.5e-6", "0.0000025"),
      ("2.5E-06", "0.0000025"),
      ("1e3", "1000"), ("1.50", "1.5"), ("100", "100"), ("-1", "-1"),
      ("0.0000000833333333333333", "0.0000000833333333333333"),
      ("0.22999999999999998", "0.22999999999999998"), ("007", "7"), ("0.10", "0.1"),
      ("12345678901234567890.5", "12345678901234567890.5"),
      ("0e999", "0"),
    ])
  func parsing(text: String, written: String) throws {
    #expect(try ExactDecimal(parsing: text).description == written)
  }

  @Test(
    "What is no decimal number is refused, and so is what cannot be kept exactly",
    arguments: [
      "", " 1", "1 ", "12x", "x", "1.", ".5", "--1", "+1", "1e", "1e+", "0x10", "NaN", "inf", "1,5", "1e9999", "1_000",
      "１",
      "1e40", "1e-40", "170141183460469231731687303715884105728", "0.1234567890123456789012345678901234567",
    ])
  func refusing(text: String) {
    #expect(throws: ExactDecimal.ParseError.self) { try ExactDecimal(parsing: text) }
  }

  @Test("Units are moved by shifting the decimal point, exactly")
  func units() throws {
    let decimal = { (text: String) throws in try ExactDecimal(parsing: text) }
    #expect(try Price.perMillion(decimal("0.15")).amount.description == "0.00000015")
    #expect(try Price.perThousand(decimal("0.03")).amount.description == "0.00003")
    #expect(try Price.centsPerToken(decimal("0.00025")).amount.description == "0.0000025")
    #expect(try Price.tenThousandthsPerMillion(decimal("500")).amount.description == "0.00000005")
    #expect(try Price.perThousandSearches(decimal("10")).amount.description == "0.01")
    #expect(try decimal("2.5").shifted(by: 3).description == "2500")
    #expect(try decimal("1").shifted(by: -36).shifted(by: 36) == ExactDecimal(1))
    #expect(throws: ExactDecimal.ParseError.self) { try decimal("1").shifted(by: -37) }
  }

  @Test(
    "Floating-point noise is rounded to twelve significant digits, half away from zero",
    arguments: [
      ("0.22999999999999998", "0.23"), ("0.10366159999999999", "0.1036616"), ("1.2345678901249", "1.23456789012"),
      ("1.2345678901250", "1.23456789013"), ("-0.22999999999999998", "-0.23"), ("9999999999999", "9999999999999"),
      ("0.99999999999951", "1"), ("0", "0"),
    ])
  func rounding(text: String, rounded: String) throws {
    #expect(try ExactDecimal(parsing: text).rounded(toSignificantDigits: 12).description == rounded)
  }

  @Test(
    "Sums, products and order agree with Foundation's decimals on random numbers", arguments: 0..<4 as Range<UInt64>)
  func arithmetic(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<2_000 {
      let (left, right) = (Self.randomText(&random), Self.randomText(&random))
      let a = try ExactDecimal(parsing: left)
      let b = try ExactDecimal(parsing: right)
      let x = try #require(Decimal(string: left))
      let y = try #require(Decimal(string: right))
      let factor = Int.random(in: 0...1_000_000, using: &random)
      #expect(a.adding(b)?.description == "\(x + y)")
      #expect(a.multiplied(by: factor)?.description == "\(x * Decimal(factor))")
      #expect((a < b) == (x < y))
      #expect((a == b) == (x == y))
    }
  }

  @Test("Equal numbers are equal however they are written")
  func equality() throws {
    let one = try Set(["1", "1.0", "1.000", "10e-1", "0.1e1"].map { try ExactDecimal(parsing: $0) })
    #expect(one.count == 1)
  }

  @Test("What does not fit is nil, never a wrong number")
  func overflow() throws {
    let large = try ExactDecimal(parsing: "99999999999999999999999999999999999999")
    #expect(large.adding(large) == nil)
    #expect(large.multiplied(by: 10) == nil)
    #expect(try ExactDecimal(parsing: "0.000000000000000000000000000001") < large)
  }

  private static func randomText(_ random: inout SplitMix64) -> String {
    let sign = Bool.random(using: &random) ? "-" : ""
    let whole = Int.random(in: 0...99_999, using: &random)
    let fraction = (0..<Int.random(in: 1...12, using: &random)).map { _ in
      String(Int.random(in: 0...9, using: &random))
    }
    return "\(sign)\(whole).\(fraction.joined())"
  }
}

@Suite("Pricing")
struct PricingTests {
  private func price(_ text: String) throws -> Price { .perToken(try ExactDecimal(parsing: text)) }

  @Test("Zero prices are not free and not priced: the adapter must say what they mean")
  func zeroes() throws {
    let zero = try price("0")
    #expect(throws: PricingError.nothingPriced) { try Pricing.priced([.prompt: zero, .completion: zero]) }
    #expect(throws: PricingError.nothingPriced) { try Pricing.priced([:]) }
  }

  @Test("A negative price is refused wherever it stands")
  func negative() throws {
    let (minus, good) = (try price("-1"), try price("1"))
    #expect(throws: PricingError.negative("prompt", "-1")) { try Pricing.priced([.prompt: minus]) }
    #expect(throws: PricingError.self) {
      try Pricing.priced([.prompt: good], tiers: [PriceTier(.batch, [.prompt: minus])])
    }
  }

  @Test("Tokens decide whether an offer is priced by tokens")
  func states() throws {
    #expect(try Pricing.priced([.prompt: price("1"), .completion: price("0")]).state == .priced)
    let image = Price.perImage(try ExactDecimal(parsing: "0.04"))
    #expect(try Pricing.priced([.imageOutput: image]).state == .notTokenPriced)
    #expect(Pricing.unknown("why").state == .unknown)
    #expect(Pricing.dynamic().state == .dynamic)
    #expect(Pricing.free().state == .free)
  }

  @Test("Conditions are written and read alike", arguments: ["batch", "flex", "priority", "prompt>200000"])
  func conditions(text: String) {
    #expect(PriceCondition(text: text)?.text == text)
  }

  @Test("Malformed conditions are refused", arguments: ["", "prompt>", "prompt>0", "prompt>-1", "prompt>x", "Batch"])
  func malformedConditions(text: String) {
    #expect(PriceCondition(text: text) == nil)
  }
}
