import Catalog

/// The rules of ``OfferQuery`` written down as plainly as possible, to compare with.
enum NaiveQuery {
  static func label(_ offer: CatalogOffer) -> String { "\(offer.provider.slug) \(offer.offer.id)" }

  static func matches(_ row: CatalogOffer, _ query: OfferQuery) -> Bool {
    let offer = row.offer
    let fields = [offer.id, offer.name, row.provider.slug.text, row.provider.name, row.identity.key.text]
    for word in words(query.text ?? "") where !fields.contains(where: { contains($0, word) }) { return false }
    if !query.providers.isEmpty, !query.providers.contains(row.provider.slug) { return false }
    if let developer = query.developer, row.developer?.lowercased() != developer.lowercased() { return false }
    if !query.inputModalities.isSubset(of: offer.inputModalities) { return false }
    if !query.outputModalities.isSubset(of: offer.outputModalities) { return false }
    if !query.anyModalities.isSubset(of: offer.inputModalities + offer.outputModalities) { return false }
    if !query.capabilities.isSubset(of: offer.capabilities) { return false }
    if let minimum = query.minimumContext, offer.contextLength ?? -1 < minimum { return false }
    if let maximum = query.maximumContext, offer.contextLength ?? Int.max > maximum { return false }
    if let minimum = query.minimumPrice {
      guard let price = price(offer, .prompt), price >= minimum else { return false }
    }
    if let maximum = query.maximumPrice {
      guard let price = price(offer, .prompt), price <= maximum else { return false }
    }
    if let isFree = query.isFree, (offer.pricing.state == .free) != isFree { return false }
    if !query.priceStates.isEmpty, !query.priceStates.contains(offer.pricing.state) { return false }
    return query.statuses.isEmpty || query.statuses.contains(offer.status)
  }

  /// Sorts by selecting the smallest of what is left, again and again.
  static func sorted(
    _ offers: [CatalogOffer], _ sort: OfferSort, isDescending: Bool, text: String
  ) -> [CatalogOffer] {
    switch sort {
    case .catalog: isDescending ? offers.reversed() : offers
    case .relevance: select(offers, isDescending: false) { relevance($0, text) }
    case .name: select(offers, isDescending: isDescending) { $0.offer.name.lowercased() }
    case .price: select(offers, isDescending: isDescending) { $0.priceRank?.blended }
    case .promptPrice: select(offers, isDescending: isDescending) { price($0.offer, .prompt) }
    case .completionPrice: select(offers, isDescending: isDescending) { price($0.offer, .completion) }
    case .context: select(offers, isDescending: isDescending) { $0.offer.contextLength }
    case .created: select(offers, isDescending: isDescending) { $0.offer.created }
    case .provider: select(offers, isDescending: isDescending) { $0.provider.slug }
    }
  }

  private static func select<Key: Comparable>(
    _ offers: [CatalogOffer], isDescending: Bool, by key: (CatalogOffer) -> Key?
  ) -> [CatalogOffer] {
    var left = offers.filter { key($0) != nil }
    var sorted: [CatalogOffer] = []
    while var best = left.first {
      for offer in left {
        guard let new = key(offer), let old = key(best) else { continue }
        if isDescending ? new > old : new < old { best = offer }
      }
      sorted.append(best)
      left.removeAll { $0 === best }
    }
    return sorted + offers.filter { key($0) == nil }
  }

  /// The place of one word in the documented order, then the length of the id, as one number.
  private static func relevance(_ row: CatalogOffer, _ word: String) -> Int {
    let id = row.offer.id.lowercased()
    let pieces = id.unicodeScalars.split { !$0.properties.isAlphabetic && !("0"..."9").contains($0) }
    let startsWord = pieces.contains { String($0).hasPrefix(word) }
    let kind =
      if id == word { 0 } else if id.hasPrefix(word) { 1 } else if startsWord {
        2
      } else if contains(
        row.offer.name, word)
      { 3 } else { 4 }
    return kind * 100_000 + id.utf8.count
  }

  private static func price(_ offer: Offer, _ component: PriceComponent) -> ExactDecimal? {
    if offer.pricing.state == .free { return .zero }
    return offer.pricing.state == .priced ? offer.pricing[component]?.amount : nil
  }

  private static func words(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }

  private static func contains(_ text: String, _ word: String) -> Bool {
    let text = Array(text.lowercased().utf8)
    let word = Array(word.lowercased().utf8)
    guard text.count >= word.count else { return false }
    return (0...(text.count - word.count)).contains { text[$0..<($0 + word.count)].elementsEqual(word) }
  }
}
