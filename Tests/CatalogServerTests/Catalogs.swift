import Catalog
import TestSupport

/// Catalogs that tests serve.
enum Catalogs {
  /// A model that three providers sell at different prices, and some others with something special each.
  static func small() throws -> [Offer] {
    var gpt = try Offer.sample(
      provider: "openai", id: "gpt-4o", name: "GPT-4o", pricing: .sample(prompt: "0.0000025", completion: "0.00001"))
    gpt.created = 1_715_367_049
    gpt.supportedParameters = ["seed", "tools"]
    gpt.capabilities = [.tools, .vision]
    gpt.inputModalities = [.text, .image]
    gpt.aliases = ["gpt-4o-also-known-as"]
    let cheap = try Offer.sample(
      provider: "discount", id: "openai/gpt-4o", name: "GPT-4o (discount)", contextLength: 64_000,
      pricing: .sample(prompt: "0.000002", completion: "0.000008"))
    let dear = try Offer.sample(
      provider: "router", id: "openai/gpt-4o", name: "OpenAI: GPT-4o", contextLength: 256_000,
      pricing: .sample(prompt: "0.000003", completion: "0.000012"))
    return [
      gpt, cheap, dear, try .sampleWithEverything(provider: "acme", id: "acme-1"),
      try .sample(provider: "router", id: "meta/llama-3-8b:free", name: "Llama", contextLength: nil, pricing: .free()),
      try .sample(provider: "router", id: "router/auto", name: "Auto", pricing: .dynamic()),
      try .sample(provider: "router", id: "a/b c%d", name: "Odd id", pricing: .unknown("nobody says")),
    ]
  }

  /// Providers with many offers drawn at random; the same for the same seed.
  static func random(seed: UInt64 = 1, providers: Int = 3, offersEach: Int = 30) throws -> [Offer] {
    var generator = SplitMix64(seed: seed)
    return try (0..<providers).flatMap { provider in
      try (0..<offersEach).map { index in
        try Offer.random(provider: "provider-\(provider)", id: "maker/model-\(index)", using: &generator)
      }
    }
  }
}
