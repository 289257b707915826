import Catalog
import TestSupport
import Testing

/// Texts that become values of the catalog, with damage.
@Suite("Damaged values")
struct ValueFuzzTests {
  private static func text(_ sample: String, _ words: [String], _ random: inout SplitMix64) -> String {
    String(decoding: damaged(sample, with: words, &random), as: UTF8.self)
  }

  @Test("A price is refused, or is the same when it is read again", arguments: 0..<4 as Range<UInt64>)
  func pricing(seed: UInt64) throws {
    let samples = [
      #"{"state":"priced","prompt":"0.0000025","completion":"0.00001","tiers":[{"when":"prompt>200000","prompt":"0.1"}]}"#,
      #"{"state":"not_token_priced","image":{"amount":"0.04","unit":"image"},"note":"n","raw":"r"}"#,
      #"{"state":"free"}"#,
    ]
    var random = SplitMix64(seed: seed)
    var taken = 0
    for _ in 0..<2_000 {
      let sample = samples.randomElement(using: &random) ?? ""
      let text = Self.text(sample, ["-", "0", "9", "e", ".", "null", "\"", "{}", "1e30", "free", ","], &random)
      do throws(PricingCodingError) {
        let pricing = try Pricing(json: text)
        #expect(try Pricing(json: pricing.json) == pricing)
        #expect(pricing.rates.values.allSatisfy { !$0.amount.isNegative })
        taken += 1
      } catch {
        #expect(error.description.utf8.count < 1_000)
      }
    }
    #expect(taken > 10)
  }

  @Test("A decimal number is refused, or is the same when it is read again", arguments: 0..<4 as Range<UInt64>)
  func decimals(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<4_000 {
      let sample = ["0.0000025", "2.5e-6", "-1", "12345678901234567890.5"].randomElement(using: &random) ?? ""
      let text = Self.text(sample, ["e", "E", "-", ".", "0", "9", "99", "+"], &random)
      do throws(ExactDecimal.ParseError) {
        let number = try ExactDecimal(parsing: text)
        #expect(try ExactDecimal(parsing: number.description) == number, "\(text)")
      } catch {
        #expect(error.description.utf8.count < 400)
      }
    }
  }

  @Test(
    "Names, days and slugs are refused, or are the same when they are read again", arguments: 0..<4 as Range<UInt64>)
  func names(seed: UInt64) throws {
    let provider = try ProviderSlug.sample()
    var random = SplitMix64(seed: seed)
    for _ in 0..<2_000 {
      let day = Self.text("2026-02-28T10:00:00Z", ["-", "0", "9", "T", "+"], &random)
      if let date = CalendarDate(day) { #expect(CalendarDate(date.description) == date, "\(day)") }
      let slug = Self.text("open-router.v2", ["-", "_", "A", "é", "/"], &random)
      do throws(ProviderSlug.Invalid) {
        #expect(try ProviderSlug(slug).text == slug)
      } catch {
        #expect(error.description.utf8.count < 1_000)
      }
      let condition = Self.text("prompt>200000", [">", "0", "9", "-", "batch"], &random)
      if let taken = PriceCondition(text: condition) { #expect(PriceCondition(text: taken.text) == taken) }
      let id = Self.text(
        "accounts/maker/models/llama-3.1-70b-instruct-2024-07-18:free",
        ["/", ":", "@", "-", ".", "20240718", "gpt-4o", "é", " ", "(", "b"], &random)
      let key = ModelIdentity.parse(modelID: id, provider: provider, ownedBy: nil, huggingFaceID: nil).key
      #expect(!key.text.isEmpty || id.isEmpty, "\(id)")
    }
  }
}
