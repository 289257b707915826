public import Catalog

extension ProviderSlug {
  /// The slug with this text.
  ///
  /// - Throws: ``ProviderSlug/Invalid`` when a test misspells it.
  public static func sample(_ text: String = "acme") throws -> ProviderSlug { try ProviderSlug(text) }
}

extension Price {
  /// A price per token from its decimal text, for example `"0.0000025"`.
  public static func sample(_ usd: String) throws -> Price { .perToken(try ExactDecimal(parsing: usd)) }
}

extension Pricing {
  /// A price per prompt and completion token from decimal texts.
  public static func sample(prompt: String = "0.0000025", completion: String = "0.00001") throws -> Pricing {
    try .priced([.prompt: .sample(prompt), .completion: .sample(completion)])
  }
}

extension Offer {
  /// A plausible offer: a chat model with a price.
  public static func sample(
    provider: String = "acme", id: String = "acme-1", name: String? = nil, contextLength: Int? = 128_000,
    pricing: Pricing? = nil, source: String = "test", observedAt: Int = 1_700_000_000
  ) throws -> Offer {
    var offer = Offer(
      provider: try .sample(provider), modelID: id, name: name, source: source, observedAt: observedAt)
    offer.contextLength = contextLength
    offer.inputModalities = [.text]
    offer.outputModalities = [.text]
    offer.pricing = try pricing ?? .sample()
    return offer
  }

  /// An offer with a value in every field.
  public static func sampleWithEverything(provider: String = "acme", id: String = "acme-1") throws -> Offer {
    var offer = try sample(provider: provider, id: id, name: "Acme \"1\" – größer")
    offer.variant = "fp8"
    offer.description = "Line one,\nline two \\ 🚀"
    offer.ownedBy = "acme labs"
    offer.maxInput = 120_000
    offer.maxOutput = 8_000
    offer.inputModalities = [.text, .image, .file]
    offer.outputModalities = [.text, .audio]
    offer.supportedParameters = ["seed", "temperature, \"scaled\"", "tools"]
    offer.capabilities = [.promptCaching, .reasoning, .tools]
    offer.tokenizer = "Acme"
    offer.quantization = "fp8"
    offer.huggingFaceID = "acme/acme-1"
    offer.aliases = ["acme-latest", "acme/1"]
    offer.status = .preview
    offer.created = 1_690_000_000
    offer.deprecationDate = CalendarDate("2030-01-31")
    offer.expiryDate = CalendarDate("2030-12-31")
    offer.pricing = try .priced(
      [
        .prompt: .sample("0.0000025"), .completion: .sample("0.00001"),
        .image: .stored(try ExactDecimal(parsing: "0.001"), per: .token),
        .request: .perRequest(try ExactDecimal(parsing: "0.01")),
      ],
      tiers: [PriceTier(.promptTokensAbove(200_000), [.prompt: try .sample("0.000005")]), PriceTier(.batch, [:])],
      raw: #"{"prompt":"2.5e-6"}"#)
    offer.pricing.note = "images are billed by the token"
    return offer
  }

  /// An offer whose fields are drawn at random; equal generators give equal offers.
  ///
  /// - Throws: ``PricingError`` and the like, should the values drawn not make sense.
  public static func random(
    provider: String = "acme", id: String, using generator: inout some RandomNumberGenerator
  ) throws -> Offer {
    var offer = try sample(provider: provider, id: id, name: "Model \(Int.random(in: 0..<4, using: &generator))")
    func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &generator) ? value : nil }
    offer.description = maybe("It's \"model\" \(Int.random(in: 0..<3, using: &generator))")
    offer.ownedBy = maybe("maker")
    offer.contextLength = maybe(Int.random(in: 1...3, using: &generator) * 1_000)
    offer.maxOutput = maybe(4_096)
    offer.inputModalities = Modality.allCases.filter { _ in Bool.random(using: &generator) }
    offer.supportedParameters = ["seed", "stop", "tools"].filter { _ in Bool.random(using: &generator) }
    offer.capabilities = Capability.allCases.sorted().filter { _ in Bool.random(using: &generator) }
    offer.aliases = maybe(["\(id)-alias"]) ?? []
    offer.status = OfferStatus.allCases.randomElement(using: &generator) ?? .active
    offer.created = maybe(Int.random(in: 0..<2_000_000_000, using: &generator))
    offer.deprecationDate = maybe(CalendarDate("2031-02-03")).flatMap(\.self)
    offer.pricing = try .random(using: &generator)
    return offer
  }
}

extension Pricing {
  /// Prices of any state, with or without tiers, drawn at random.
  ///
  /// - Throws: ``PricingError``, should the prices drawn not make sense.
  public static func random(using generator: inout some RandomNumberGenerator) throws -> Pricing {
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: return .unknown("the source gives none")
    case 1: return .free(raw: "{\"prompt\":\"0\"}")
    case 2: return .dynamic()
    case 3: return .notTokenPriced("per song")
    default: break
    }
    var rates: [PriceComponent: Price] = [.prompt: .perToken(try .random(using: &generator))]
    for component in PriceComponent.allCases where Int.random(in: 0..<6, using: &generator) == 0 {
      let unit = Bool.random(using: &generator) ? component.defaultUnit : .token
      rates[component] = .stored(try .random(using: &generator), per: unit)
    }
    var tiers: [PriceTier] = []
    if Bool.random(using: &generator) {
      let tokens = Int.random(in: 1...3, using: &generator) * 100_000
      tiers = [PriceTier(.promptTokensAbove(tokens), [.prompt: .perToken(try .random(using: &generator))])]
    }
    return try .priced(rates, tiers: tiers)
  }
}

extension ExactDecimal {
  /// A price above zero with up to four digits, far behind the decimal point.
  ///
  /// - Throws: ``ExactDecimal/ParseError`` never, as the digits are few.
  public static func random(using generator: inout some RandomNumberGenerator) throws -> ExactDecimal {
    try ExactDecimal(Int.random(in: 1..<10_000, using: &generator)).shifted(by: -9)
  }
}
