import Catalog
import CatalogSync
import Testing

@Suite("What the lists of single providers say beside prices")
struct ProviderListTests {
  @Test("OpenRouter")
  func openRouter() throws {
    let offer = try onlyOffer(
      "openrouter",
      #"""
      {"data":[{"id":"z/m","canonical_slug":"z/m-20250901","hugging_face_id":"Z/M","name":" Z: M ","created":1757000000,
      "description":"Long.\nText","context_length":131072,"architecture":{"input_modalities":["image","text"],
      "output_modalities":["text"],"tokenizer":"Other"},"pricing":{"prompt":"0.1","completion":"0.2"},
      "top_provider":{"context_length":65536,"max_completion_tokens":8192},"expiration_date":"2098-12-31",
      "supported_parameters":["tools","response_format","structured_outputs","temperature"]}],"total_count":1}
      """#)
    #expect(offer.provider.text == "openrouter")
    #expect(offer.name == "Z: M")
    #expect(offer.description == "Long.\nText")
    #expect(offer.created == 1_757_000_000)
    #expect(offer.contextLength == 131_072)
    #expect(offer.maxOutput == 8_192)
    #expect(offer.inputModalities == [.text, .image])
    #expect(offer.capabilities == [.jsonMode, .structuredOutput, .tools, .vision])
    #expect(offer.aliases == ["z/m-20250901"])
    #expect(offer.huggingFaceID == "Z/M")
    #expect(offer.expiryDate == nil)
  }

  @Test("OpenRouter's lists before 2025 say modalities with an arrow; a variant does not take the model's other name")
  func oldOpenRouter() throws {
    let offer = try onlyOffer(
      "openrouter",
      #"{"data":[{"id":"z/m:free","canonical_slug":"z/m","architecture":{"modality":"text+image->text"}}]}"#)
    #expect(offer.inputModalities == [.text, .image])
    #expect(offer.outputModalities == [.text])
    #expect(offer.aliases.isEmpty)
  }

  @Test("A plain list states ids, and who owns them and since when where it does")
  func plain() throws {
    let body = #"{"data":[{"id":"gpt-4o","created":1715367049,"owned_by":"system"},{"id":"o1","created":1734375816}]}"#
    let listing = try parse("openai", body).listings[0]
    #expect(listing.provider.slug.text == "openai")
    #expect(listing.stated == [.created, .ownedBy])
    let bare = try parse("openai", #"[{"id":"x"}]"#, provider: "llm7").listings[0]
    #expect(bare.provider.slug.text == "llm7")
    #expect(bare.stated == [])
  }

  @Test(
    "A creation time that means nothing is not stated, and one notice says why",
    arguments: ["0", "735790403", "1626777600", "1748545509401", "-1"])
  func meaninglessCreation(_ created: String) throws {
    let body = #"{"data":[{"id":"a","created":\#(created)},{"id":"b","created":\#(created)}]}"#
    let parsed = try parse("openai", body, provider: "nebius")
    #expect(parsed.listings[0].offers.allSatisfy { $0.created == nil })
    #expect(parsed.listings[0].stated == [])
    #expect(parsed.notices.map(\.kind) == [.droppedValue])
    #expect(parsed.notices.first?.message.contains("(2 rows)") == true)
  }

  @Test("A list whose rows all give the time of the request does not state it")
  func requestTime() throws {
    let rows = (0..<4).map { #"{"id":"m\#($0)","created":\#(1_757_327_367 + $0)}"# }
    let list = { (count: Int) in #"{"data":[\#(rows.prefix(count).joined(separator: ","))]}"# }
    #expect(try parse("openai", list(4)).listings[0].offers.allSatisfy { $0.created == nil })
    #expect(try parse("mistral", list(4)).listings[0].offers.allSatisfy { $0.created == nil })
    // Two models may come out on the same day; two that come out now are made up.
    #expect(try parse("openai", list(2)).listings[0].offers.allSatisfy { $0.created != nil })
    #expect(try parse("openai", list(2), observedAt: 1_757_327_370).listings[0].offers.allSatisfy { $0.created == nil })
  }

  @Test("Anthropic's times are ISO 8601; its limits are stated only by the lists that have them")
  func anthropic() throws {
    let old = #"{"data":[{"id":"c","display_name":"Claude","created_at":"2025-05-22T00:00:00Z"}],"has_more":false}"#
    let listing = try parse("anthropic", old).listings[0]
    #expect(listing.offers[0].created == 1_747_872_000)
    #expect(listing.offers[0].name == "Claude")
    #expect(!listing.stated.contains(.maxInput))
    let new = try parse("anthropic", #"{"data":[{"id":"c","max_input_tokens":200000,"max_tokens":64000}]}"#).listings[0]
    #expect(new.stated.isSuperset(of: [.maxInput, .maxOutput]))
    #expect(new.offers[0].maxOutput == 64_000)
  }

  @Test("Groq: limits, and models that are not active")
  func groq() throws {
    let offer = try onlyOffer(
      "groq", #"{"data":[{"id":"m","active":false,"context_window":131072,"max_completion_tokens":65536}]}"#)
    #expect(offer.status == .unavailable)
    #expect(offer.contextLength == 131_072)
    #expect(offer.maxOutput == 65_536)
  }

  @Test("Fireworks keeps the id that requests must name")
  func fireworks() throws {
    let offer = try onlyOffer(
      "fireworks",
      #"""
      {"data":[{"id":"accounts/fireworks/models/m","kind":"HF_BASE_MODEL","supports_chat":true,
      "supports_image_input":true,"supports_tools":true,"context_length":4096}]}
      """#)
    #expect(offer.modelID == "accounts/fireworks/models/m")
    #expect(offer.capabilities == [.tools, .vision])
  }

  @Test("Mistral lists a model under several ids, some of them twice")
  func mistral() throws {
    let row = #"{"id":"m-latest","name":"m-2410","aliases":["m-2410","m-latest"],"max_context_length":32768}"#
    let parsed = try parse("mistral", #"{"data":[\#(row),\#(row)]}"#)
    #expect(parsed.notices.map(\.kind) == [.duplicate])
    #expect(parsed.notices.first?.row == "1")
    #expect(parsed.listings[0].offers.last?.aliases == ["m-2410"])
  }

  @Test("DeepInfra: no metadata is no price, and its `max_tokens` is no limit of the answer")
  func deepInfra() throws {
    let parsed = try parse(
      "deepinfra",
      #"""
      {"data":[{"id":"a","metadata":null},{"id":"b","metadata":{"context_length":4096,"max_tokens":4096,
      "pricing":{"input_tokens":0.1,"output_tokens":0.3,"cache_read_tokens":0.33000000000000007}}}]}
      """#)
    let offers = parsed.listings[0].offers
    #expect(offers[0].pricing.state == .unknown)
    #expect(offers[1].price(.cacheRead) == "0.00000033")
    #expect(offers[1].maxOutput == nil)
  }

  @Test("Hugging Face: one offer for each provider behind the router")
  func huggingFace() throws {
    let parsed = try parse(
      "huggingface-router",
      #"""
      {"data":[{"id":"o/m","providers":[{"provider":"novita","status":"live","context_length":8192,
      "pricing":{"input":0.4,"output":1},"supports_tools":true},{"provider":"nebius","status":"staging"}]},
      {"id":"o/none","providers":[]}]}
      """#)
    let offers = parsed.listings[0].offers
    #expect(parsed.listings.map(\.provider.slug.text) == ["huggingface"])
    #expect(offers.map(\.id) == ["o/m:novita", "o/m:nebius"])
    #expect(offers.map(\.status) == [.active, .unavailable])
    #expect(offers[0].price(.completion) == "0.000001")
    #expect(offers[0].capabilities == [.tools])
    #expect(parsed.notices.map(\.kind) == [.unknownPrice, .skippedRow])
    #expect(parsed.rows == 2)
  }

  @Test("Vercel's embeddings and image models are known by their type")
  func vercel() throws {
    let body = { (type: String) in
      #"{"data":[{"id":"m","type":"\#(type)","max_tokens":64,"pricing":{"input":"0","output":"0"}}]}"#
    }
    #expect(try onlyOffer("vercel-ai-gateway", body("embedding")).pricing.state == .unknown)
    #expect(try onlyOffer("vercel-ai-gateway", body("image")).pricing.state == .notTokenPriced)
    #expect(try onlyOffer("vercel-ai-gateway", body("language")).maxOutput == 64)
  }

  @Test("Gemini's ids lose the prefix that requests do not need; Poe's times are milliseconds")
  func smallOnes() throws {
    let gemini = try onlyOffer(
      "gemini", #"{"models":[{"name":"models/g-2","inputTokenLimit":1048576,"thinking":true}]}"#)
    #expect(gemini.modelID == "g-2")
    #expect(gemini.provider.text == "google")
    #expect(gemini.maxInput == 1_048_576)
    let poe = try onlyOffer("poe", #"{"data":[{"id":"p","created":1748545509401}]}"#)
    #expect(poe.created == 1_748_545_509)
  }
}
