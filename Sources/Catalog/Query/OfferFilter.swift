/// The filters of an ``OfferQuery``, prepared for many offers.
struct OfferFilter {
  private let query: OfferQuery
  private let words: SearchWords?
  private let developer: String?

  init(_ query: OfferQuery) {
    self.query = query
    words = query.words
    developer = query.developer?.lowercased()
  }

  /// The offers of the catalog that pass, in the catalog's order.
  func matches(in snapshot: CatalogSnapshot) -> [CatalogOffer] {
    guard !query.providers.isEmpty else { return snapshot.offers.filter(passes) }
    return query.providers.sorted().flatMap { snapshot.part($0)?.offers.filter(passes) ?? [] }
  }

  /// Whether an offer is wanted, whoever sells it included.
  func matches(_ offer: CatalogOffer) -> Bool {
    (query.providers.isEmpty || query.providers.contains(offer.provider.slug)) && passes(offer)
  }

  /// All filters but the one by provider, the cheap ones first.
  private func passes(_ offer: CatalogOffer) -> Bool {
    guard passesFacts(offer.offer), passesPrice(offer.offer) else { return false }
    if let words, !words.match(offer) { return false }
    if let developer, offer.developer?.lowercased() != developer { return false }
    return true
  }

  private func passesFacts(_ offer: Offer) -> Bool {
    guard query.statuses.isEmpty || query.statuses.contains(offer.status),
      passesBounds(offer.contextLength, query.minimumContext, query.maximumContext)
    else { return false }
    return query.inputModalities.allSatisfy(offer.inputModalities.contains)
      && query.outputModalities.allSatisfy(offer.outputModalities.contains)
      && query.anyModalities.allSatisfy { offer.inputModalities.contains($0) || offer.outputModalities.contains($0) }
      && query.capabilities.allSatisfy(offer.capabilities.contains)
  }

  private func passesPrice(_ offer: Offer) -> Bool {
    let state = offer.pricing.state
    guard query.priceStates.isEmpty || query.priceStates.contains(state) else { return false }
    if let isFree = query.isFree, isFree != (state == .free) { return false }
    guard query.minimumPrice != nil || query.maximumPrice != nil else { return true }
    return passesBounds(offer.comparablePrice(.prompt), query.minimumPrice, query.maximumPrice)
  }

  /// Whether a value is within the bounds; a value that is not known is within no bound.
  private func passesBounds<Value: Comparable>(_ value: Value?, _ minimum: Value?, _ maximum: Value?) -> Bool {
    guard minimum != nil || maximum != nil else { return true }
    guard let value else { return false }
    if let minimum, value < minimum { return false }
    if let maximum, maximum < value { return false }
    return true
  }
}
