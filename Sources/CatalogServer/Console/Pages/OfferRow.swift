import Catalog

/// What an offer costs, as one cell. The words say what is known; colours only repeat it.
struct PriceCell: Sendable {
  let text: String
  /// The name of the state, for the style sheet.
  let kind: String

  /// The price of a component of an offer.
  init(_ component: PriceComponent, of pricing: Pricing) {
    kind = pricing.state.rawValue
    switch pricing.state {
    case .priced: text = pricing[component].map(ConsoleText.price) ?? ConsoleText.nothing
    case .notTokenPriced:
      // A token that costs nothing there is not free: something else is paid for.
      let price = pricing[component].flatMap { $0.amount.isZero ? nil : $0 }
      text = price.map(ConsoleText.price) ?? ConsoleText.state(pricing.state)
    case .free, .dynamic, .unknown: text = ConsoleText.state(pricing.state)
    }
  }

  /// What is said of offers none of which has a price that can be compared.
  init(withoutComparable offers: [CatalogOffer]) {
    let states = Set(offers.map(\.offer.pricing.state))
    let state = states.count == 1 && states != [.priced] ? states.first : nil
    kind = (state ?? .unknown).rawValue
    text = state.map(ConsoleText.state) ?? "not comparable"
  }
}

/// An offer as one row of a table.
struct OfferRow: Sendable {
  let id: String
  let name: String
  let modelAddress: String
  let provider: String
  let providerAddress: String
  let context: String
  let output: String
  let prompt: PriceCell
  let completion: PriceCell
  let cacheRead: PriceCell
  /// The other prices, such as those of images or batches.
  let others: String?
  let note: String?
  /// What is not usual about it: that it is deprecated, a preview or cannot be used.
  let status: String?
  let modalities: String
  let capabilities: String?

  init(_ offer: CatalogOffer) {
    let stated = offer.offer
    id = stated.id
    name = stated.name
    modelAddress = ConsoleAddress.model(offer.identity.key.text)
    provider = offer.provider.name
    providerAddress = ConsoleAddress.provider(offer.provider.slug)
    context = ConsoleText.tokens(stated.contextLength)
    output = ConsoleText.tokens(stated.maxOutput)
    prompt = PriceCell(.prompt, of: stated.pricing)
    completion = PriceCell(.completion, of: stated.pricing)
    cacheRead = PriceCell(.cacheRead, of: stated.pricing)
    let others = PriceList.texts(of: stated.pricing, without: [.prompt, .completion, .cacheRead])
    self.others = others.isEmpty ? nil : others.joined(separator: " · ")
    note = stated.pricing.note
    status = stated.status == .active ? nil : stated.status.rawValue
    modalities = Self.modalities(stated)
    capabilities =
      stated.capabilities.isEmpty
      ? nil : stated.capabilities.map { $0.rawValue.replacing("_", with: " ") }.joined(separator: ", ")
  }

  /// What a model takes in and gives out: `text, image → text`.
  static func modalities(_ offer: Offer) -> String {
    let list = { (modalities: [Modality]) in
      modalities.isEmpty ? ConsoleText.nothing : modalities.map(\.rawValue).joined(separator: ", ")
    }
    return "\(list(offer.inputModalities)) → \(list(offer.outputModalities))"
  }
}
