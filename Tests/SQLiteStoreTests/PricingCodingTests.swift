import Catalog
import TestSupport
import Testing

@Suite("Prices as JSON")
struct PricingCodingTests {
  @Test("have members in a fixed order and amounts without exponent")
  func text() throws {
    #expect(
      try Offer.sampleWithEverything().pricing.json == """
        {"state":"priced","prompt":"0.0000025","completion":"0.00001","image":{"amount":"0.001","unit":"token"},\
        "request":"0.01","tiers":[{"when":"batch"},{"when":"prompt>200000","prompt":"0.000005"}],\
        "note":"images are billed by the token","raw":"{\\"prompt\\":\\"2.5e-6\\"}"}
        """)
  }

  @Test("are read back without loss", arguments: 1...20)
  func roundTrip(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<50 {
      let pricing = try Pricing.random(using: &generator)
      #expect(try Pricing(json: pricing.json) == pricing)
    }
  }

  @Test(
    "are refused by the name of the member that does not fit",
    arguments: [
      ("{}", "state"),
      (#"{"state":"cheap"}"#, "state"),
      (#"{"state":"free","prompt":"1"}"#, "state"),
      (#"{"state":"free","tiers":[{"when":"batch"}]}"#, "state"),
      (#"{"state":"unknown","prompt":"0"}"#, "state"),
      (#"{"state":"dynamic","prompt":"1"}"#, "state"),
      (#"{"state":"priced"}"#, "state"),
      (#"{"state":"priced","prompt":"0"}"#, "state"),
      (#"{"state":"priced","image":"1"}"#, "state"),
      (#"{"state":"not_token_priced","prompt":"1"}"#, "state"),
      (#"{"state":"priced","prompt":1}"#, "prompt"),
      (#"{"state":"priced","prompt":"-1"}"#, "prompt"),
      (#"{"state":"priced","prompt":"1x"}"#, "prompt"),
      (#"{"state":"priced","prompt":null}"#, "prompt"),
      (#"{"state":"priced","prompt":"1","image":{"amount":"1"}}"#, "image.unit"),
      (#"{"state":"priced","prompt":"1","image":{"unit":"token"}}"#, "image.amount"),
      (#"{"state":"priced","prompt":"1","image":{"amount":"1","unit":"ton"}}"#, "image.unit"),
      (#"{"state":"priced","prompt":"1","image":{"amount":"1","unit":"token","x":1}}"#, "image.x"),
      (#"{"state":"priced","prompt":"1","prompts":"1"}"#, "prompts"),
      (#"{"state":"priced","prompt":"1","tiers":{}}"#, "tiers"),
      (#"{"state":"priced","prompt":"1","tiers":[1]}"#, "tiers[0]"),
      (#"{"state":"priced","prompt":"1","tiers":[{"when":"never"}]}"#, "tiers[0].when"),
      (#"{"state":"priced","prompt":"1","tiers":[{"when":"batch","prompt":"-1"}]}"#, "tiers[0].prompt"),
      (#"{"state":"unknown","note":1}"#, "note"),
      (#"{"state":"unknown","raw":{}}"#, "raw"),
      ("[]", ""), ("{", ""),
    ])
  func refused(_ json: String, _ member: String) throws {
    let error = #expect(throws: PricingCodingError.self) { try Pricing(json: json) }
    #expect(error?.member == member)
  }

  @Test("say free with zero prices or none")
  func free() throws {
    #expect(try Pricing(json: #"{"state":"free","prompt":"0"}"#) == .free())
  }
}
