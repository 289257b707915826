import Testing

@testable import Catalog

@Suite("Model identity")
struct ModelIdentityTests {
  private func identity(
    _ id: String, at provider: String = "custom", ownedBy: String? = nil, huggingFaceID: String? = nil
  ) throws -> ModelIdentity {
    ModelIdentity.parse(
      modelID: id, provider: try ProviderSlug(provider), ownedBy: ownedBy, huggingFaceID: huggingFaceID)
  }

  @Test(
    "An id gives a key",
    arguments: [
      ("gpt-4o", "openai/gpt-4o"),
      ("GPT-4o", "openai/gpt-4o"),
      ("gpt-4o-2024-08-06", "openai/gpt-4o-2024-08-06"),
      ("gpt-41", "openai/gpt-41"),
      ("anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic/claude-3.5-sonnet-20241022"),
      ("claude-4-opus", "anthropic/claude-opus-4"),
      ("models/gemini-flash-1.5", "google/gemini-1.5-flash"),
      ("accounts/fireworks/models/qwen2p5-vl-32b-instruct", "qwen/qwen-2.5-vl-32b-instruct"),
      ("Meta-Llama-3_1-8B-Instruct", "meta/llama-3.1-8b-instruct"),
      ("llama 3.1 8b instruct", "meta/llama-3.1-8b-instruct"),
      ("Gryphe/MythoMax-L2-13b", "gryphe/mythomax-l2-13b"),
      ("groq/compound", "groq/compound"),
      ("~anthropic/claude-sonnet-latest", "anthropic/claude-sonnet-latest"),
      ("some-unknown-model-7b", "some-unknown-model-7b"),
    ])
  func key(id: String, key: String) throws {
    #expect(try identity(id).key.text == key)
  }

  @Test(
    "What marks an offer is not part of the key",
    arguments: [
      ("deepseek/deepseek-r1:free", "deepseek/deepseek-r1", "free"),
      ("deepseek-ai/DeepSeek-R1-Turbo", "deepseek/deepseek-r1", "turbo"),
      ("deepseek/deepseek-r1/fp-8", "deepseek/deepseek-r1", "fp8"),
      ("Qwen/Qwen3-235B-A22B-fp8-tput", "qwen/qwen-3-235b-a22b", "fp8-tput"),
      ("claude-sonnet-4-20250514", "anthropic/claude-sonnet-4", "2025-05-14"),
      ("eu.amazon.nova-lite-v1:0", "amazon/nova-lite-v1", "eu"),
      ("unsloth/gemma-3-4b-it", "google/gemma-3-4b-it", "unsloth"),
    ])
  func offerVariant(id: String, key: String, variant: String) throws {
    let identity = try identity(id)
    #expect(identity.key.text == key)
    #expect(identity.offerVariant == variant)
  }

  @Test("The parts of a name are told apart")
  func parts() throws {
    let llama = try identity("meta-llama/Llama-4-Scout-17B-16E-Instruct")
    #expect(
      [llama.family, llama.version, llama.size, llama.variant, llama.date] == [
        "llama", "4", "17b-16e", "scout-instruct", nil,
      ])
    let qwen = try identity("Qwen/Qwen3-235B-A22B-Thinking-2507")
    #expect(
      [qwen.family, qwen.version, qwen.size, qwen.variant, qwen.date] == ["qwen", "3", "235b-a22b", "thinking", "2507"])
    let gpt = try identity("gpt-4o-mini-2024-07-18")
    #expect([gpt.family, gpt.version, gpt.size, gpt.variant, gpt.date] == ["gpt", "4o", nil, "mini", "2024-07-18"])
  }

  @Test("A stated owner tells the vendor only where the id does not, and `openai` tells nothing")
  func owner() throws {
    #expect(try identity("arctic-x", ownedBy: "mistralai").key.vendor == "mistral")
    #expect(try identity("arctic-x", ownedBy: "openai").key.vendor == nil)
    #expect(try identity("llama-3.1-8b", ownedBy: "mistralai").key.vendor == "meta")
  }

  @Test("The repository decides, unless it is another vendor's or not the thinking model")
  func repository() throws {
    let tiny = try identity(
      "mistralai/mistral-7b-instruct:free", at: "custom", huggingFaceID: "mistralai/Mistral-7B-Instruct-v0.3")
    #expect(tiny.key.text == "mistral/mistral-7b-instruct-v0.3")
    #expect(tiny.offerVariant == "free")
    let other = try identity("aion-labs/aion-1.0-mini", huggingFaceID: "FuseAI/FuseO1-DeepSeekR1-QwQ-SkyT1-32B-Preview")
    #expect(other.key.text == "aion-labs/aion-1.0-mini")
    let thinking = try identity("qwen/qwen3-32b:thinking", huggingFaceID: "Qwen/Qwen3-32B")
    #expect(thinking.key.text == "qwen/qwen-3-32b-thinking")
  }

  @Test("A moving name follows the dated alias that its provider states")
  func movingName() throws {
    var offer = Offer(
      provider: try ProviderSlug("mistral"), modelID: "codestral-latest", source: "test", observedAt: 0)
    #expect(ModelIdentity.of(offer).key.text == "mistral/codestral-latest")
    offer.aliases = ["codestral-2508"]
    #expect(ModelIdentity.of(offer).key.text == "mistral/codestral-2508")
    #expect(ModelIdentity.of(offer).offerVariant == "latest")
  }

  @Test("An alias that a person types has a key")
  func typedAlias() {
    #expect(ModelAliases.canonical("claude-3-5-sonnet-v2")?.text == "anthropic/claude-3.5-sonnet-20241022")
    #expect(ModelAliases.canonical("Mixtral-8x7B-Instruct")?.text == "mistral/mixtral-8x7b-instruct-v0.1")
    #expect(ModelAliases.canonical("no such model") == nil)
    #expect(ModelAliases.canonical("") == nil)
  }

  @Test("Every alias stands for a key in normal form, which is not an alias itself")
  func aliasTable() throws {
    for table in [AliasTable.everywhere] + AliasTable.atProviders.values {
      for (alias, target) in table {
        #expect(try identity(target.text).key == target, "\(alias) stands for \(target)")
        #expect(target.text != alias)
      }
    }
    for (alias, target) in AliasTable.everywhere {
      #expect(try identity(alias).key == target, "\(alias) is not in normal form")
    }
    for (model, date) in AliasTable.onlySnapshots {
      #expect(try identity("\(model)-\(date)").key.text == model)
    }
  }

  @Test(
    "Strange ids have an identity, too",
    arguments: [
      "", "/", ":", "-", "...", "a//b", ":free", "models/", "free", "fp8", "héllo/wörld", "us.", "anthropic.", "-v1:0",
      "20240806", "accounts/fireworks/models", String(repeating: "a-1-", count: 200),
    ])
  func strange(id: String) throws {
    #expect(try identity(id).key.model == identity(id).key.model)
  }
}
