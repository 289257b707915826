import Catalog
import CatalogSync
import Testing

@Suite("Prices under conditions")
struct TierTests {
  @Test("LiteLLM's suffixes are tiers of the same components")
  func liteLLM() throws {
    let offer = try onlyOffer(
      "litellm",
      #"""
      {"gemini/g":{"litellm_provider":"gemini","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":4e-06,
      "input_cost_per_token_above_200k_tokens":2e-06,"output_cost_per_token_above_200k_tokens":6e-06,
      "input_cost_per_token_above_128k_tokens":1.5e-06,"input_cost_per_token_batches":5e-07,
      "output_cost_per_token_flex":3e-06,"input_cost_per_token_priority":9e-06,
      "cache_read_input_token_cost":1e-07,"cache_creation_input_token_cost":1.25e-06,
      "cache_creation_input_token_cost_above_1hr":2e-06,"cache_read_input_token_cost_above_200k_tokens":2e-07,
      "input_cost_per_audio_token":7e-07,"output_cost_per_image_token":3e-05,
      "search_context_cost_per_query":{"search_context_size_low":0.01,"search_context_size_medium":0.02}}}
      """#)
    #expect(offer.price(.prompt, when: .promptTokensAbove(200_000)) == "0.000002")
    #expect(offer.price(.completion, when: .promptTokensAbove(200_000)) == "0.000006")
    #expect(offer.price(.cacheRead, when: .promptTokensAbove(200_000)) == "0.0000002")
    #expect(offer.price(.prompt, when: .promptTokensAbove(128_000)) == "0.0000015")
    #expect(offer.price(.prompt, when: .batch) == "0.0000005")
    #expect(offer.price(.completion, when: .flex) == "0.000003")
    #expect(offer.price(.prompt, when: .priority) == "0.000009")
    #expect(offer.price(.cacheWrite) == "0.00000125")
    #expect(offer.price(.cacheWriteOneHour) == "0.000002")
    #expect(offer.price(.audioInput) == "0.0000007")
    #expect(offer.price(.webSearch) == "0.02")
    #expect(offer.pricing[.imageOutput]?.unit == .token)
  }

  @Test("models.dev's newer tiers replace its older one")
  func modelsDev() throws {
    let body = { (rest: String) in
      #"{"x":{"id":"x","models":{"b":{"id":"b","cost":{"input":2,"output":12,\#(rest)}}}}}"#
    }
    let old = try onlyOffer("models-dev", body(#""context_over_200k":{"input":4,"output":18,"cache_read":0.4}"#))
    #expect(old.price(.prompt, when: .promptTokensAbove(200_000)) == "0.000004")
    #expect(old.price(.cacheRead, when: .promptTokensAbove(200_000)) == "0.0000004")
    let new = try onlyOffer(
      "models-dev",
      body(
        #""tiers":[{"tier":{"type":"context","size":272000},"input":5,"output":20}],"context_over_200k":{"input":4}"#))
    #expect(new.pricing.tiers.map(\.condition) == [.promptTokensAbove(272_000)])
    #expect(new.price(.completion, when: .promptTokensAbove(272_000)) == "0.00002")
  }

  @Test("Vercel's tiers begin at their first token, ours lie above a number of tokens")
  func vercel() throws {
    let offer = try onlyOffer(
      "vercel-ai-gateway",
      #"""
      {"data":[{"id":"b","pricing":{"input":"0.000001","output":"0.000005",
      "input_tiers":[{"cost":"0.000001","min":0,"max":32001},{"cost":"0.0000018","min":32001}],
      "output_tiers":[{"cost":"0.000005","min":0,"max":32001},{"cost":"0.000009","min":32001}]}}]}
      """#)
    #expect(offer.pricing.tiers.count == 1)
    #expect(offer.price(.prompt, when: .promptTokensAbove(32_000)) == "0.0000018")
    #expect(offer.price(.completion, when: .promptTokensAbove(32_000)) == "0.000009")
  }

  @Test("Venice's extended prices have a threshold of their own")
  func venice() throws {
    let offer = try onlyOffer(
      "venice",
      #"""
      {"data":[{"id":"b","type":"text","model_spec":{"pricing":{"input":{"usd":6},"output":{"usd":30},
      "cache_input":{"usd":0.6},"extended":{"context_token_threshold":200000,"input":{"usd":11},"output":{"usd":41}}}}}]}
      """#)
    #expect(offer.price(.cacheRead) == "0.0000006")
    #expect(offer.price(.prompt, when: .promptTokensAbove(200_000)) == "0.000011")
    #expect(offer.price(.completion, when: .promptTokensAbove(200_000)) == "0.000041")
  }

  @Test("A tier at zero beside a base price above zero is dropped, and said so")
  func zeroTier() throws {
    let parsed = try parse(
      "litellm",
      #"""
      {"g":{"litellm_provider":"x","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":4e-06,
      "input_cost_per_token_above_128k_tokens":0}}
      """#)
    #expect(parsed.listings[0].offers[0].pricing.tiers.isEmpty)
    #expect(parsed.notices.map(\.kind) == [.droppedValue])
  }
}
