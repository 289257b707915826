import Catalog
import CatalogSync
import Testing

@Suite("What the lists of makers, clouds and gateways say in shapes of their own")
struct ListingFormatTests {
  @Test("xAI: cents for a hundred million tokens, dearer from a number of prompt tokens on")
  func xai() throws {
    let offer = try onlyOffer(
      "xai",
      #"""
      {"models":[{"id":"grok-x","fingerprint":"fp","created":1743724800,"object":"model","owned_by":"xai","version":"1.0",
      "input_modalities":["text","image"],"output_modalities":["text"],"aliases":["grok-x-latest"],
      "max_prompt_length":256000,"prompt_text_token_price":12500,"cached_prompt_text_token_price":2000,
      "prompt_image_token_price":12500,"completion_text_token_price":25000,"search_price":250000000,
      "long_context_threshold":200000,"prompt_text_token_price_long_context":25000,
      "cached_prompt_text_token_price_long_context":0,"completion_text_token_price_long_context":50000}]}
      """#)
    #expect(offer.provider.text == "xai")
    #expect(offer.price(.prompt) == "0.00000125")
    #expect(offer.price(.completion) == "0.0000025")
    #expect(offer.price(.cacheRead) == "0.0000002")
    #expect(offer.pricing[.image] == .perToken(try ExactDecimal(parsing: "0.00000125")))
    #expect(offer.pricing[.webSearch] == nil)
    #expect(offer.pricing.tiers.map(\.condition) == [.promptTokensAbove(199_999)])
    #expect(offer.price(.prompt, when: .promptTokensAbove(199_999)) == "0.0000025")
    #expect(offer.price(.cacheRead, when: .promptTokensAbove(199_999)) == nil)
    #expect(offer.pricing.raw?.contains("search_price") == true)
    #expect(offer.maxInput == 256_000)
    #expect(offer.aliases == ["grok-x-latest"])
    #expect(offer.capabilities == [.vision])
    #expect(offer.created == 1_743_724_800)
  }

  @Test("Cohere: what a model can do follows from its endpoints, and its list has no price to take away others'")
  func cohere() throws {
    let body = #"""
      {"models":[{"name":"command-x","endpoints":["generate","chat"],"finetuned":false,"context_length":128000.0,
      "features":["tools","json_mode","vision"],"is_deprecated":true},
      {"name":"embed-x","endpoints":["embed"],"context_length":512,"features":null}],"next_page_token":""}
      """#
    let listing = try parse("cohere", body).listings[0]
    #expect(!listing.stated.contains(.pricing))
    #expect(listing.offers.map(\.outputModalities) == [[.text], [.embedding]])
    #expect(listing.offers.map(\.status) == [.deprecated, .active])
    #expect(listing.offers[0].contextLength == 128_000)
    #expect(listing.offers[0].capabilities == [.jsonMode, .tools, .vision])
    #expect(try refusal("cohere", #"{"models":[{"name":"a"}],"next_page_token":"x"}"#)?.contains("page") == true)
  }

  @Test("Moonshot: limits and modalities are stated by the lists that have them only")
  func moonshot() throws {
    let old = try parse("moonshot", #"{"data":[{"id":"kimi-x","owned_by":"moonshot","root":"","permission":[]}]}"#)
    #expect(old.listings[0].stated == [.ownedBy])
    let new = try onlyOffer(
      "moonshot",
      #"""
      {"data":[{"id":"kimi-x","context_length":262144,"supports_image_in":true,"supports_video_in":true,
      "supports_reasoning":true}]}
      """#)
    #expect(new.contextLength == 262_144)
    #expect(new.inputModalities == [.text, .image, .video])
    #expect(new.capabilities == [.reasoning, .vision])
  }

  @Test(
    "A row in the shape that OpenRouter asks of providers", arguments: ["cerebras", "ovhcloud", "inception", "nebius"])
  func listing(_ format: String) throws {
    let offer = try onlyOffer(
      format,
      #"""
      {"data":[{"id":"o/m","name":"M","created":1757000000,"hugging_face_id":"O/M","quantization":"fp8",
      "input_modalities":["text","image"],"output_modalities":["text"],"context_length":131072,
      "max_output_length":32768,"pricing":{"prompt":"0.0000001","completion":"0.0000002","image":"0","request":"0",
      "input_cache_reads":"0.00000005"},"supported_sampling_parameters":["temperature"],
      "supported_features":["tools","json_mode"],"deprecation_date":"2030-01-01","is_ready":false}]}
      """#)
    #expect(offer.provider.text == format)
    #expect(offer.maxOutput == 32_768)
    #expect(offer.huggingFaceID == "O/M")
    #expect(offer.supportedParameters == ["temperature"])
    #expect(offer.capabilities == [.jsonMode, .tools, .vision])
    #expect(offer.price(.cacheRead) == "0.00000005")
    #expect(offer.status == .unavailable)
    #expect(offer.deprecationDate?.description == "2030-01-01")
  }

  @Test("Nebius says modalities with an arrow")
  func nebius() throws {
    let offer = try onlyOffer("nebius", #"{"data":[{"id":"m","architecture":{"modality":"text+image->text"}}]}"#)
    #expect(offer.inputModalities == [.text, .image])
    #expect(offer.pricing.state == .unknown)
  }

  @Test("AkashML: strings that are prices of a million tokens")
  func akash() throws {
    let offer = try onlyOffer(
      "akash",
      #"""
      {"data":[{"id":"o/m","context_length":131072,"max_output_length":8192,"quantization":"fp8",
      "pricing":{"input":"1.30","output":"4.40","input_cache_read":"0.26","request":"0.5"}}]}
      """#)
    #expect(offer.price(.prompt) == "0.0000013")
    #expect(offer.price(.cacheRead) == "0.00000026")
    #expect(offer.pricing[.request] == nil)
    #expect(offer.maxOutput == 8_192)
  }

  @Test("io.net and Requesty: numbers that are prices of one token")
  func numbersPerToken() throws {
    let ioNet = try onlyOffer(
      "io-net",
      #"""
      {"data":[{"id":"o/m","name":"M","context_window":131072,"max_tokens":null,"input_token_price":1.78e-07,
      "output_token_price":6.8e-07,"cache_read_token_price":8.9e-08,"cache_write_token_price":0.0,"min_access_tier":2,
      "supports_tools":true,"input_modalities":["text"],"output_modalities":["text"]}]}
      """#)
    #expect(ioNet.price(.prompt) == "0.000000178")
    #expect(ioNet.price(.cacheRead) == "0.000000089")
    #expect(ioNet.price(.cacheWrite) == nil)
    #expect(ioNet.capabilities == [.tools])
    let requesty = try onlyOffer(
      "requesty",
      #"""
      {"data":[{"id":"o/m","api":"chat","input_price":3e-06,"output_price":1.5e-05,"cached_price":3e-07,
      "caching_price":3.75e-06,"context_window":200000,"max_output_tokens":64000,"supports_vision":true,
      "supports_tool_calling":true,"supports_reasoning":true}]}
      """#)
    #expect(requesty.price(.prompt) == "0.000003")
    #expect(requesty.price(.cacheWrite) == "0.00000375")
    #expect(requesty.capabilities == [.reasoning, .tools, .vision])
  }

  @Test("Mancer and Prime Intellect: limits and prices stand in objects of their own")
  func nested() throws {
    let mancer = try onlyOffer(
      "mancer",
      #"{"data":[{"id":"m","name":"M","limits":{"completion":2048,"context":8192},"pricing":{"prompt":0.15,"completion":0.225}}]}"#
    )
    #expect(mancer.contextLength == 8_192)
    #expect(mancer.maxOutput == 2_048)
    #expect(mancer.price(.completion) == "0.000000225")
    let prime = try onlyOffer(
      "prime-intellect",
      #"""
      {"data":[{"id":"o/m","display_name":"M","pricing":{"input_usd_per_mtok":1,"output_usd_per_mtok":2},
      "specs":{"context_window":123456,"max_output_tokens":12345,"supports_reasoning":true,
      "modalities":{"input":["text"],"output":["text"]}}}]}
      """#)
    #expect(prime.name == "M")
    #expect(prime.contextLength == 123_456)
    #expect(prime.capabilities == [.reasoning])
    #expect(prime.price(.prompt) == "0.000001")
  }

  @Test("NEAR AI: an amount, its scale and its currency; another currency is no price")
  func nearAI() throws {
    let body = { (cost: String) in
      #"""
      {"models":[{"modelId":"o/m","inputCostPerToken":\#(cost),"outputCostPerToken":{"amount":3300,"scale":9,"currency":"USD"},
      "cacheReadCostPerToken":{"amount":85,"scale":9,"currency":"USD"},"metadata":{"contextLength":202752,
      "modelDisplayName":"M","ownedBy":"nearai","architecture":{"inputModalities":["text"],"outputModalities":["text"]}}}]}
      """#
    }
    let offer = try onlyOffer("nearai", body(#"{"amount":850,"scale":9,"currency":"USD"}"#))
    #expect(offer.price(.prompt) == "0.00000085")
    #expect(offer.price(.completion) == "0.0000033")
    #expect(offer.price(.cacheRead) == "0.000000085")
    #expect(offer.name == "M")
    #expect(offer.contextLength == 202_752)
    let foreign = try onlyOffer("nearai", body(#"{"amount":850,"scale":9,"currency":"NEAR"}"#))
    #expect(foreign.pricing.state == .unknown)
    #expect(
      try refusal("nearai", body(#"{"amount":850,"scale":90,"currency":"USD"}"#))
        == "nearai: row 0 (o/m), inputCostPerToken.scale: expected a whole number from 0 to 36")
  }

  @Test("Replicate: the id is made of owner and name")
  func replicate() throws {
    let body = #"{"name":"Official","models":[{"owner":"o","name":"m","description":"D","run_count":5}]}"#
    #expect(try onlyOffer("replicate", body).id == "o/m")
    #expect(try refusal("replicate", #"{"results":[{"owner":"o"}]}"#) == "replicate: row 0, name: is missing")
  }

  @Test("AIHubMix: lists in texts, and tiers as models.dev has them")
  func aihubmix() throws {
    let offer = try onlyOffer(
      "aihubmix",
      #"""
      {"data":[{"model_id":"m","model_name":"M","desc":"D","features":"tools, structured_outputs,long_context",
      "input_modalities":"text,image","output_modalities":"text","context_length":400000,"max_output":0,
      "retire_stage":"deprecated","pricing":{"input":1.25,"output":10,"cache_read":0.125,
      "tiers":[{"tier":{"type":"context","size":200000},"input":2.5,"output":15}]}}],"message":"","success":true}
      """#)
    #expect(offer.price(.cacheRead) == "0.000000125")
    #expect(offer.price(.prompt, when: .promptTokensAbove(200_000)) == "0.0000025")
    #expect(offer.capabilities == [.structuredOutput, .tools, .vision])
    #expect(offer.maxOutput == nil)
    #expect(offer.status == .deprecated)
  }

  @Test("Helicone: one offer for each provider behind the gateway, with its own price")
  func helicone() throws {
    let parsed = try parse(
      "helicone",
      #"""
      {"data":{"models":[{"id":"claude-x","name":"Claude X","author":"anthropic","contextLength":200000,"maxOutput":32000,
      "inputModalities":["text","image"],"outputModalities":["text"],"supportedParameters":["tools","max_tokens"],
      "endpoints":[{"provider":"anthropic","providerSlug":"anthropic","supportsPtb":true,
      "pricing":{"prompt":3.0000000000000004,"completion":15,"cacheRead":0.3,"audio":{"input":1},"web_search":0.01},
      "pricingTiers":[{"prompt":3,"completion":15,"threshold":0},{"prompt":6,"completion":22.5,"threshold":200000}]},
      {"provider":"vertex","providerSlug":"vertex","pricing":{"prompt":3.3,"completion":16.5}}]},
      {"id":"none","endpoints":[]}],"total":2,"filters":{"providers":[]}},"error":null}
      """#)
    let offers = parsed.listings[0].offers
    #expect(parsed.rows == 2)
    #expect(offers.map(\.id) == ["claude-x:anthropic", "claude-x:vertex"])
    #expect(offers.map { $0.price(.prompt) } == ["0.000003", "0.0000033"])
    #expect(offers[0].price(.completion, when: .promptTokensAbove(200_000)) == "0.0000225")
    #expect(offers[0].pricing[.webSearch] == nil)
    #expect(offers[0].capabilities == [.tools, .vision])
    #expect(parsed.notices.map(\.kind) == [.skippedRow])
  }

  @Test("Helicone's registry is refused where it is something else, or empty")
  func heliconeRefused() throws {
    #expect(
      try refusal("helicone", #"{"data":null,"error":"down"}"#)
        == "helicone: the body is an error message, not a list: down")
    #expect(
      try refusal("helicone", #"{"data":{"models":[]},"error":null}"#)
        == "helicone: row data, models: is missing or empty")
    #expect(
      try refusal("helicone", #"{"object":{"models":[]}}"#) == "helicone: row object, object: is not the registry")
  }

  @Test("Friendli's numbers without a unit are refused: they may be prices of a token or of a million")
  func friendli() throws {
    #expect(
      try refusal("friendli", #"{"data":[{"id":"m","pricing":{"input":0.6,"output":2.4}}]}"#)
        == "friendli: row 0 (m), pricing.input: expected a decimal string, found a number")
  }
}
