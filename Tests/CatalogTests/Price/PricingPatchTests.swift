import Testing

@testable import Catalog

/// Prices that are changed by hand.
struct PricingPatchTests {
  private static let priced = #"{"state":"priced","prompt":"0.2","completion":"0.4","note":"n","raw":"r"}"#

  private func patched(_ pricing: String, by patch: String) throws -> String {
    try PricingPatch(JSONReader.parse(patch)).applied(to: Pricing(json: pricing)).json
  }

  @Test(
    "members that are given are set, those that are null are removed, the others stay",
    arguments: [
      ("{}", priced),
      (#"{"prompt":"0.2"}"#, priced),
      (#"{"prompt":"0.20"}"#, priced),
      (#"{"prompt":"0.3"}"#, #"{"state":"priced","prompt":"0.3","completion":"0.4","note":"n"}"#),
      (#"{"completion":null}"#, #"{"state":"priced","prompt":"0.2","note":"n"}"#),
      (
        #"{"image":"1","request":{"amount":"2","unit":"token"}}"#,
        #"{"state":"priced","prompt":"0.2","completion":"0.4","image":"1","request":{"amount":"2","unit":"token"},"note":"n"}"#
      ),
      (#"{"note":null}"#, #"{"state":"priced","prompt":"0.2","completion":"0.4","raw":"r"}"#),
      (#"{"note":"m","raw":null}"#, #"{"state":"priced","prompt":"0.2","completion":"0.4","note":"m"}"#),
      (
        #"{"prompt":"0.3","raw":"by hand"}"#,
        #"{"state":"priced","prompt":"0.3","completion":"0.4","note":"n","raw":"by hand"}"#
      ),
      (
        #"{"tiers":[{"when":"batch","prompt":"0.1"}]}"#,
        #"{"state":"priced","prompt":"0.2","completion":"0.4","tiers":[{"when":"batch","prompt":"0.1"}],"note":"n"}"#
      ),
      (#"{"prompt":null,"completion":null,"image":"1"}"#, #"{"state":"not_token_priced","image":"1"}"#),
    ])
  func members(patch: String, result: String) throws {
    #expect(try patched(Self.priced, by: patch) == result)
  }

  @Test(
    "with a state the prices are replaced as a whole",
    arguments: [
      #"{"state":"free"}"#, #"{"state":"unknown","note":"why"}"#, #"{"state":"dynamic"}"#,
      #"{"state":"priced","prompt":"0.9"}"#,
    ])
  func whole(patch: String) throws {
    #expect(try patched(Self.priced, by: patch) == patch)
  }

  @Test(
    "a price makes an offer priced that had none",
    arguments: [#"{"state":"unknown","note":"nobody says","raw":"r"}"#, #"{"state":"free"}"#, #"{"state":"dynamic"}"#])
  func firstPrice(pricing: String) throws {
    #expect(try patched(pricing, by: #"{"prompt":"0.1"}"#) == #"{"state":"priced","prompt":"0.1"}"#)
  }

  @Test("tiers that are null are removed")
  func tiers() throws {
    let tiered = #"{"state":"priced","prompt":"0.2","tiers":[{"when":"batch","prompt":"0.1"}]}"#
    #expect(try patched(tiered, by: #"{"tiers":null}"#) == #"{"state":"priced","prompt":"0.2"}"#)
    #expect(try patched(tiered, by: #"{"prompt":"0.3"}"#).contains("batch"))
  }

  @Test(
    "what does not fit is refused by name",
    arguments: [
      (#"{"prompt":0.1}"#, "prompt"), (#"{"prompt":"-1"}"#, "prompt"), (#"{"prompt":"x"}"#, "prompt"),
      (#"{"colour":null}"#, "colour"), (#"{"colour":"1"}"#, "colour"), (#"{"state":null}"#, "state"),
      (#"{"state":"free","prompt":"1"}"#, "state"), (#"{"state":"free","prompt":null}"#, "prompt"),
      (#"{"prompt":"0","completion":"0"}"#, ""), (#"{"prompt":null,"completion":null}"#, ""), ("[]", ""), ("null", ""),
      (#"{"tiers":[{"when":"never"}]}"#, "tiers[0].when"),
    ])
  func refused(patch: String, member: String) throws {
    let value = try JSONReader.parse(patch)
    let error = #expect(throws: PricingCodingError.self) {
      try PricingPatch(value).applied(to: Pricing(json: Self.priced))
    }
    #expect(error?.member == member)
  }
}
