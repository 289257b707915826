/// Groups of offers by what can be read from the catalog itself; the bounds are those of the original system.
public enum ModelCategory: String, Sendable, CaseIterable {
  case cheapest, free, largest
  case longContext = "long-context"
  case reasoning, vision, tools, embedding, audio
  case imageGeneration = "image-generation"

  /// Whether an offer belongs to the category.
  ///
  /// `cheapest` is a blend of a quarter prompt and three quarters completion of at most $0.50 per million tokens,
  /// `largest` a context of at least 200,000 tokens, `long-context` one of at least 128,000.
  public func contains(_ offer: CatalogOffer) -> Bool {
    let offer = offer.offer
    switch self {
    case .cheapest: return Self.isCheap(offer.pricing)
    case .free: return offer.pricing.state == .free
    case .largest: return (offer.contextLength ?? 0) >= 200_000
    case .longContext: return (offer.contextLength ?? 0) >= 128_000
    case .reasoning: return offer.capabilities.contains(.reasoning)
    case .vision: return offer.capabilities.contains(.vision) || offer.inputModalities.contains(.image)
    case .tools: return offer.capabilities.contains(.tools)
    case .embedding: return offer.outputModalities.contains(.embedding)
    case .audio: return offer.inputModalities.contains(.audio) || offer.outputModalities.contains(.audio)
    case .imageGeneration: return offer.outputModalities.contains(.image)
    }
  }

  private static func isCheap(_ pricing: Pricing) -> Bool {
    guard pricing.state == .priced, let prompt = pricing[.prompt]?.amount,
      let weighted = pricing[.completion]?.amount.multiplied(by: 3)?.adding(prompt)?.multiplied(by: 1_000_000)
    else { return false }
    return weighted <= ExactDecimal(2)
  }
}
