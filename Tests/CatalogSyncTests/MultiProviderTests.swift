import Catalog
import CatalogSync
import Testing

@Suite("Lists of many providers")
struct MultiProviderTests {
  @Test(
    "A LiteLLM key names a provider, a model and perhaps a variant",
    arguments: [
      ("gpt-4o", "openai", "openai", "gpt-4o", nil),
      ("together_ai/meta-llama/L3", "together_ai", "together", "meta-llama/L3", nil),
      ("groq/openai/gpt-oss-120b", "groq", "groq", "openai/gpt-oss-120b", nil),
      ("deepinfra/deepinfra/airoboros", "deepinfra", "deepinfra", "deepinfra/airoboros", nil),
      ("fireworks_ai/nomic-ai/e", "fireworks_ai-embedding-models", "fireworks", "nomic-ai/e", nil),
      ("vertex_ai/claude-3", "vertex_ai-anthropic_models", "vertex-ai", "claude-3", nil),
      ("vercel_ai_gateway/xai/grok", "vercel_ai_gateway", "vercel-ai-gateway", "xai/grok", nil),
      ("gemini/gemini-2.5-pro", "gemini", "google", "gemini-2.5-pro", nil),
      ("azure/eu/gpt-4o", "azure", "azure", "gpt-4o", "eu"),
      ("azure/gpt-35-turbo", "azure_text", "azure", "gpt-35-turbo", nil),
      ("hd/1024-x-1792/dall-e-3", "openai", "openai", "dall-e-3", "hd/1024-x-1792"),
      (
        "1024-x-1024/50-steps/bedrock/amazon.nova-canvas-v1:0", "bedrock", "bedrock", "amazon.nova-canvas-v1:0",
        "1024-x-1024/50-steps"
      ),
      ("bedrock/*/6-month-commitment/c.command", "bedrock", "bedrock", "c.command", "*/6-month-commitment"),
      ("bedrock/us-gov-west-1/a.claude-v2:1", "bedrock", "bedrock", "a.claude-v2:1", "us-gov-west-1"),
      ("cloudflare/@cf/meta/llama-2", "cloudflare", "cloudflare-workers-ai", "@cf/meta/llama-2", nil),
    ] as [(String, String, String, String, String?)])
  func liteLLMKeys(_ key: String, _ name: String, _ slug: String, _ id: String, _ variant: String?) throws {
    let offer = try onlyOffer(
      "litellm",
      #"{"\#(key)":{"litellm_provider":"\#(name)","input_cost_per_token":1e-6,"output_cost_per_token":1e-6}}"#)
    #expect(offer.provider.text == slug)
    #expect(offer.modelID == id)
    #expect(offer.variant == variant)
  }

  @Test("LiteLLM's specification of itself is skipped")
  func sampleSpec() throws {
    let parsed = try parse(
      "litellm",
      #"""
      {"sample_spec":{"max_tokens":"LEGACY parameter","litellm_provider":"one of https://docs.litellm.ai"},
      "m":{"litellm_provider":"x","mode":"rerank","input_cost_per_query":0.002}}
      """#)
    #expect(parsed.rows == 2)
    #expect(parsed.listings.flatMap(\.offers).map(\.id) == ["m"])
    #expect(parsed.notices.map(\.kind) == [.skippedRow])
    let offer = parsed.listings[0].offers[0]
    #expect(offer.pricing.state == .notTokenPriced)
    #expect(offer.pricing[.query] == .perSearch(try ExactDecimal(parsing: "0.002")))
    #expect(offer.outputModalities == [.rerank])
  }

  @Test(
    "LiteLLM's legacy `max_tokens` counts only where it stands alone",
    arguments: [
      (#""max_tokens":8192"#, 8_192, nil, nil),
      (#""max_tokens":4096,"max_input_tokens":128000,"max_output_tokens":4096"#, 128_000, 128_000, 4_096),
      (#""max_tokens":4096,"max_output_tokens":4096"#, nil, nil, 4_096),
    ] as [(String, Int?, Int?, Int?)])
  func liteLLMLimits(_ limits: String, _ context: Int?, _ input: Int?, _ output: Int?) throws {
    let offer = try onlyOffer("litellm", #"{"m":{"litellm_provider":"x","mode":"chat",\#(limits)}}"#)
    #expect(offer.contextLength == context)
    #expect(offer.maxInput == input)
    #expect(offer.maxOutput == output)
  }

  @Test("models.dev: providers, dates, status, capabilities")
  func modelsDev() throws {
    let parsed = try parse(
      "models-dev",
      #"""
      {"togetherai":{"id":"togetherai","name":"Together AI","models":{"o/m":{"id":"o/m","name":"M","reasoning":true,
      "tool_call":true,"attachment":true,"open_weights":true,"release_date":"2025-08","status":"beta",
      "modalities":{"input":["text","pdf","image"],"output":["text"]},"limit":{"context":400000,"input":272000,"output":0},
      "cost":{"input":0.15,"output":0.6,"cache_write":0}},"o/n":{"id":"o/n","status":"deprecated"}}},
      "xai":{"id":"xai","models":{"g":{"id":"g","cost":{"input":3,"output":15}}}}}
      """#)
    #expect(parsed.rows == 3)
    #expect(parsed.listings.map(\.provider.slug.text) == ["together", "xai"])
    #expect(parsed.listings[0].provider.name == "Together AI")
    let offer = parsed.listings[0].offers[0]
    #expect(offer.created == 1_754_006_400)
    #expect(offer.status == .preview)
    #expect(offer.capabilities == [.openWeights, .reasoning, .tools, .vision])
    #expect(offer.inputModalities == [.text, .image, .file])
    #expect(offer.contextLength == 400_000)
    #expect(offer.maxInput == 272_000)
    #expect(offer.maxOutput == nil)
    #expect(Set(offer.pricing.rates.keys) == [.prompt, .completion])
    #expect(parsed.listings[0].offers[1].status == .deprecated)
  }
}
