import Catalog
import CatalogSync
import Testing

@Suite("Prices keep their unit, their digits and their state")
struct PriceTests {
  /// A list with one row in the shape of a format, and the price of a million prompt and completion tokens it stands for.
  struct Sample: Sendable, CustomTestStringConvertible {
    let format: String
    let body: String
    let prompt: String
    let completion: String
    var testDescription: String { format }
  }

  // All of them state 0.25 and 2 USD per million tokens, each in its own unit.
  static let samples: [Sample] = [
    ("openrouter", #"{"data":[{"id":"a/b","pricing":{"prompt":"0.00000025","completion":"0.000002"}}]}"#),
    ("redpill", #"{"data":[{"id":"a/b","pricing":{"prompt":"0.00000025","completion":"0.000002"}}]}"#),
    ("sambanova", #"{"data":[{"id":"b","pricing":{"prompt":"0.00000025","completion":"0.00000200"}}]}"#),
    ("baseten", #"{"data":[{"id":"b","pricing":{"prompt":"0.00000025","completion":"0.000002"}}]}"#),
    ("targon", #"{"data":[{"id":"b","pricing":{"prompt":"0.00000025","completion":"0.00000200"}}]}"#),
    ("atlascloud", #"{"data":[{"id":"b","pricing":{"prompt":"0.00000025","completion":"2e-6"}}],"success":true}"#),
    ("vercel-ai-gateway", #"{"data":[{"id":"b","pricing":{"input":"0.00000025","output":"0.000002"}}]}"#),
    ("vercel-ai-gateway", #"{"models":[{"id":"b","pricing":{"input":"0.00000025","output":"0.000002"}}]}"#),
    (
      "litellm",
      #"{"b":{"litellm_provider":"x","input_cost_per_token":2.5e-07,"output_cost_per_token":0.000002,"mode":"chat"}}"#
    ),
    ("models-dev", #"{"x":{"id":"x","models":{"b":{"id":"b","cost":{"input":0.25,"output":2}}}}}"#),
    ("together", #"[{"id":"b","type":"chat","pricing":{"hourly":9,"input":0.25,"output":2,"base":9,"finetune":9}}]"#),
    ("deepinfra", #"{"data":[{"id":"b","metadata":{"pricing":{"input_tokens":0.25,"output_tokens":2.0}}}]}"#),
    ("chutes", #"{"data":[{"id":"b","pricing":{"prompt":0.25,"completion":2.0}}]}"#),
    ("novita", #"{"data":[{"id":"b","input_token_price_per_m":2500,"output_token_price_per_m":20000}]}"#),
    (
      "huggingface-router",
      #"{"data":[{"id":"b","providers":[{"provider":"p","status":"live","pricing":{"input":0.25,"output":2}}]}]}"#
    ),
    ("friendli", #"{"data":[{"id":"b","pricing":{"input":0.25,"output":2.0,"unit_type":"TOKEN"}}]}"#),
    ("friendli", #"{"data":[{"id":"b","pricing":{"prompt":"0.00000025","completion":"0.000002"}}]}"#),
    ("cerebras", #"{"data":[{"id":"b","pricing":{"prompt":"0.00000025","completion":"0.000002"}}]}"#),
    ("cloudflare-workers-ai", #"{"data":[{"id":"b","pricing":{"prompt":"0.00000025","completion":"0.0000020000"}}]}"#),
    (
      "cloudflare-workers-ai",
      #"{"success":true,"errors":[],"result":[{"id":"b","pricing":{"prompt":"0.00000025","completion":"0.000002"}}]}"#
    ),
    ("inception", #"{"data":[{"id":"b","pricing":{"prompt":"0.00000025","completion":"0.000002"}}]}"#),
    ("nebius", #"{"data":[{"id":"b","pricing":{"prompt":"0.00000025","completion":"0.000002","request":"0"}}]}"#),
    ("ovhcloud", #"{"data":[{"id":"b","pricing":{"prompt":"0.00000025","completion":"0.000002"}}]}"#),
    ("xai", #"{"models":[{"id":"b","prompt_text_token_price":2500,"completion_text_token_price":20000}]}"#),
    ("akash", #"{"data":[{"id":"b","pricing":{"input":"0.25","output":"2.00"}}]}"#),
    ("io-net", #"{"data":[{"id":"b","input_token_price":2.5e-07,"output_token_price":0.000002}]}"#),
    ("mancer", #"{"data":[{"id":"b","pricing":{"prompt":0.25,"completion":2.0}}],"shown_with_discount":false}"#),
    ("prime-intellect", #"{"data":[{"id":"b","pricing":{"input_usd_per_mtok":0.25,"output_usd_per_mtok":2}}]}"#),
    (
      "nearai",
      #"""
      {"models":[{"modelId":"b","inputCostPerToken":{"amount":250,"scale":9,"currency":"USD"},
      "outputCostPerToken":{"amount":2,"scale":6,"currency":"USD"}}],"total":1}
      """#
    ),
    ("aihubmix", #"{"data":[{"model_id":"b","pricing":{"input":0.25,"output":2}}],"success":true}"#),
    ("requesty", #"{"data":[{"id":"b","input_price":2.5e-07,"output_price":2e-06}]}"#),
    (
      "helicone",
      #"""
      {"data":{"models":[{"id":"b","endpoints":[{"providerSlug":"p","pricing":{"prompt":0.25,"completion":2}}]}]},
      "error":null}
      """#
    ),
    (
      "genai-prices",
      #"[{"id":"x","models":[{"id":"b","prices":{"input_mtok":0.25,"output_mtok":{"base":2,"tiers":[]}}}]}]"#
    ),
    (
      "venice",
      #"{"data":[{"id":"b","model_spec":{"pricing":{"input":{"usd":0.25,"diem":9},"output":{"usd":2,"diem":9}}}}]}"#
    ),
  ].map { Sample(format: $0.0, body: $0.1, prompt: "0.00000025", completion: "0.000002") }

  @Test("Every format's unit leads to the same price per token", arguments: samples)
  func unit(_ sample: Sample) throws {
    let offer = try onlyOffer(sample.format, sample.body)
    #expect(offer.pricing.state == .priced)
    #expect(offer.price(.prompt) == sample.prompt)
    #expect(offer.price(.completion) == sample.completion)
    #expect(offer.pricing.raw != nil)
  }

  @Test("A number where a format has strings, or a string where it has numbers, is refused: it may have another unit")
  func notation() throws {
    #expect(
      try refusal("openrouter", #"{"data":[{"id":"a/b","pricing":{"prompt":0.25,"completion":2}}]}"#)
        == "openrouter: row 0 (a/b), pricing.prompt: expected a decimal string, found a number")
    #expect(
      try refusal("chutes", #"{"data":[{"id":"b","pricing":{"prompt":"0.25","completion":"2"}}]}"#)
        == "chutes: row 0 (b), pricing.prompt: expected a number, found a string")
  }

  @Test("More digits than a Double has are kept")
  func precision() throws {
    let body = #"{"data":[{"id":"a","pricing":{"prompt":"0.0000000833333333333333","completion":"1"}}]}"#
    #expect(try onlyOffer("openrouter", body).price(.prompt) == "0.0000000833333333333333")
  }

  @Test("Binary noise is rounded away at twelve digits, and the provider's own text is kept")
  func noise() throws {
    let body = #"{"data":[{"id":"a","pricing":{"prompt":0.22999999999999998,"completion":0.10366159999999999}}]}"#
    let offer = try onlyOffer("chutes", body)
    #expect(offer.price(.prompt) == "0.00000023")
    #expect(offer.price(.completion) == "0.0000001036616")
    #expect(offer.pricing.raw == #"{"prompt":0.22999999999999998,"completion":0.10366159999999999}"#)
  }

  @Test(
    "A price that is missing, empty or zero is unknown, and a notice says why",
    arguments: [
      (#""pricing":{"prompt":"","completion":""}"#, "the provider gives no price"),
      (#""pricing":{"prompt":null}"#, "the provider gives no price"),
      (#""pricing":null"#, "the provider gives no price"),
      (#""object":"model""#, "the provider gives no price"),
      (#""pricing":{"prompt":"0.1","completion":""}"#, "there is no price of completion tokens"),
      (#""pricing":{"prompt":"","completion":"0.1"}"#, "there is no price of prompt tokens"),
      (
        #""pricing":{"prompt":"0","completion":"0","image":"0"}"#,
        "both prices are zero, and the provider does not say that it is free"
      ),
      (
        #""pricing":{"prompt":"0","completion":"0","web_search":"0.01"}"#,
        "both prices are zero, and the provider does not say that it is free"
      ),
    ])
  func unknown(_ pricing: String, _ reason: String) throws {
    let parsed = try parse("openrouter", #"{"data":[{"id":"stealth/ox",\#(pricing)}]}"#)
    let offer = try #require(parsed.listings.first?.offers.first)
    #expect(offer.pricing.state == .unknown)
    #expect(offer.pricing.note == reason)
    #expect(parsed.notices.map(\.kind) == [.unknownPrice])
    #expect(parsed.notices.first?.message == reason)
  }

  @Test("Free is what the provider calls free", arguments: ["a/b:free", "a/b-free", "a/B-Free"])
  func free(_ id: String) throws {
    let body = #"{"data":[{"id":"\#(id)","pricing":{"prompt":"0","completion":"0"}}]}"#
    #expect(try onlyOffer("openrouter", body).pricing.state == .free)
    let priced = #"{"data":[{"id":"\#(id)","pricing":{"prompt":"0.1","completion":"0"}}]}"#
    #expect(try onlyOffer("openrouter", priced).pricing.state == .priced)
  }

  @Test("A price below zero means that the price is decided per request")
  func dynamic() throws {
    let parsed = try parse(
      "openrouter", #"{"data":[{"id":"openrouter/auto","pricing":{"prompt":"-1","completion":"-1"}}]}"#)
    #expect(parsed.listings[0].offers[0].pricing.state == .dynamic)
    #expect(parsed.listings[0].offers[0].pricing.rates.isEmpty)
    #expect(parsed.notices.map(\.kind) == [.dynamicPrice])
  }

  @Test("Image and audio models with zero token prices are not priced by the token")
  func notTokenPriced() throws {
    let image = #"[{"id":"flux","type":"image","pricing":{"input":0,"output":0}}]"#
    #expect(try onlyOffer("together", image).pricing.state == .notTokenPriced)
    let speech = try onlyOffer("together", #"[{"id":"sonic","type":"audio","pricing":{"input":65,"output":0}}]"#)
    #expect(speech.pricing.state == .notTokenPriced)
    #expect(speech.pricing.rates.isEmpty)
    #expect(speech.pricing.raw == #"{"input":65,"output":0}"#)
    let chat = #"[{"id":"MoA-1","type":"chat","pricing":{"input":0,"output":0}}]"#
    #expect(try onlyOffer("together", chat).pricing.state == .unknown)
  }

  @Test("Per second, per image and per search are not per token")
  func otherUnits() throws {
    let second = try onlyOffer(
      "friendli",
      #"{"data":[{"id":"b","pricing":{"input":3.0,"output":7.0,"response_time":0.004,"unit_type":"SECOND"}}]}"#)
    #expect(second.pricing.state == .notTokenPriced)
    #expect(second.pricing.rates == [.secondOutput: .stored(try ExactDecimal(parsing: "0.004"), per: .second)])

    let router = try onlyOffer(
      "openrouter",
      #"{"data":[{"id":"b","pricing":{"prompt":"0.1","completion":"0.2","web_search":"0.01","image":"0.003"}}]}"#)
    let vercel = try onlyOffer(
      "vercel-ai-gateway", #"{"data":[{"id":"b","pricing":{"input":"0.1","output":"0.2","web_search":"10"}}]}"#)
    #expect(router.pricing[.webSearch] == vercel.pricing[.webSearch])
    #expect(router.pricing[.webSearch]?.unit == .search)
    #expect(router.pricing[.image] == .perImage(try ExactDecimal(parsing: "0.003")))
  }

  @Test("Zeros that providers fill in for what they do not sell are no prices; a completion at zero is")
  func zeros() throws {
    let body = #"""
      {"data":[{"id":"b","architecture":{"output_modalities":["text"]},"pricing":{"prompt":"0.1","completion":"0",
      "request":"0","image":"0","internal_reasoning":"0","input_cache_read":"0"}}]}
      """#
    #expect(try Set(onlyOffer("openrouter", body).pricing.rates.keys) == [.prompt, .completion])
  }

  @Test("A price that the format does not know is named once, and kept in the raw text")
  func unknownMember() throws {
    let row = { (id: String) in
      #"{"id":"\#(id)","pricing":{"prompt":"0.1","completion":"0.2","moon_phase":{"full":"9"}}}"#
    }
    let parsed = try parse("openrouter", #"{"data":[\#(row("a")),\#(row("b"))]}"#)
    #expect(parsed.notices.map(\.field) == ["pricing.moon_phase"])
    #expect(parsed.notices.first?.message == "is not a price that the format knows (2 rows)")
    #expect(parsed.listings[0].offers[0].pricing.raw?.contains("moon_phase") == true)
  }
}
