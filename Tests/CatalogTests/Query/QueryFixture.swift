import Catalog
import TestSupport
import TieredCaching

/// Small catalogs for tests of queries.
enum QueryFixture {
  static func decimal(_ text: String) throws -> ExactDecimal { try ExactDecimal(parsing: text) }

  /// Prices per token by component.
  static func pricing(
    _ rates: [PriceComponent: String], tiers: [PriceTier] = []
  ) throws -> Pricing {
    try .priced(prices(rates), tiers: tiers)
  }

  static func prices(_ rates: [PriceComponent: String]) throws -> [PriceComponent: Price] {
    var prices: [PriceComponent: Price] = [:]
    for (component, text) in rates { prices[component] = .stored(try decimal(text), per: component.defaultUnit) }
    return prices
  }

  static func offer(_ provider: String, _ id: String, _ change: (inout Offer) throws -> Void = { _ in }) throws -> Offer
  {
    var offer = Offer(provider: try ProviderSlug(provider), modelID: id, source: "test", observedAt: 1_760_000_000)
    try change(&offer)
    return offer
  }

  /// A snapshot of offers in any order, whose providers are named like their slugs in capitals.
  static func snapshot(_ offers: [Offer]) -> CatalogSnapshot {
    let parts = Dictionary(grouping: offers, by: \.provider).map { slug, offers in
      let provider = Provider(slug: slug, name: slug.text.uppercased())
      let sorted = offers.sorted { $0.id < $1.id }
      return CatalogPart(ProviderPart(provider: provider, offers: sorted), revision: Revision(1))
    }
    return CatalogSnapshot(manifest: Manifest(lifetime: "test", revisions: [:]), parts: parts)
  }

  /// A catalog with gaps in every field, the same for the same seed.
  static func randomSnapshot(seed: UInt64, offers count: Int = 120) throws -> CatalogSnapshot {
    var random = SplitMix64(seed: seed)
    var offers: [String: Offer] = [:]
    for _ in 0..<count {
      let provider = random.pick(["alpha", "beta", "gamma", "delta-2"])
      let offer = try randomOffer(provider, &random)
      offers["\(provider) \(offer.id)"] = offer
    }
    return snapshot(Array(offers.values))
  }

  private static func randomOffer(_ provider: String, _ random: inout SplitMix64) throws -> Offer {
    let family = random.pick(["gpt", "llama", "qwen", "o3", "mini-gpt", "größe", "embed"])
    let rest = random.pick(["-4o", "-4o-mini", "-3.1-8b", "", "-large", ".5", "-GPT"])
    let id = random.pick(["", "openai/", "meta/", "Acme/"]) + family + rest + random.pick(["", "-\(random.below(9))"])
    let pricing = try randomPricing(&random)
    return try offer(provider, id) { offer in
      offer.variant = random.pick([nil, nil, nil, "fp8", "free"])
      offer.name = random.pick([id, "GPT 4o", "Llama Größe", "İstanbul \(random.below(5))", "a\u{301}bc", "Zeta"])
      offer.ownedBy = random.pick([nil, "OpenAI", "Meta", "someone"])
      offer.contextLength = random.pick([nil, 4_096, 8_192, 128_000, 200_000])
      offer.inputModalities = Modality.allCases.filter { _ in random.below(3) == 0 }
      offer.outputModalities = Modality.allCases.filter { _ in random.below(4) == 0 }
      offer.capabilities = Capability.allCases.filter { _ in random.below(3) == 0 }
      offer.status = random.pick(OfferStatus.allCases)
      offer.created = random.pick([nil, 1_700_000_000, 1_710_000_000, 1_720_000_000])
      offer.pricing = pricing
    }
  }

  static func randomPricing(_ random: inout SplitMix64) throws -> Pricing {
    let prices = ["0", "0.000001", "0.0000025", "0.0000100", "0.00003", "0.000000083333333333"]
    switch random.below(8) {
    case 0: return .unknown("no price")
    case 1: return .free()
    case 2: return .dynamic()
    case 3: return try pricing([.image: "0.04", .prompt: "0"])
    case 4: return try pricing([.prompt: random.pick(Array(prices.dropFirst()))])
    default: return try pricing([.prompt: random.pick(prices), .completion: random.pick(Array(prices.dropFirst()))])
    }
  }
}

extension SplitMix64 {
  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
