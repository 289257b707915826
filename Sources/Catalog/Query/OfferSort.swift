/// What a list of offers is ordered by.
public enum OfferSort: String, CaseIterable, Sendable {
  /// The catalog's order: provider, then id.
  case catalog
  /// How well the offer matches the search text, always the best first; the catalog's order without a text.
  case relevance
  /// The name, whatever its case.
  case name
  /// The blended price of ``PriceRank``.
  case price
  /// The price of a prompt token; free counts as zero.
  case promptPrice = "prompt_price"
  /// The price of a completion token; free counts as zero.
  case completionPrice = "completion_price"
  /// The context length.
  case context
  /// When the model was created.
  case created
  /// The provider's slug.
  case provider
}

extension Array {
  /// The elements in the order of their keys; elements without a key last, and equal keys in the order of the array in
  /// both directions.
  func ordered<Key: Comparable>(descending isDescending: Bool, by key: (Element) -> Key?) -> [Element] {
    var keys: [Key] = []
    var places: [Int] = []
    var keyless: [Int] = []
    for (place, element) in enumerated() {
      if let key = key(element) {
        keys.append(key)
        places.append(place)
      } else {
        keyless.append(place)
      }
    }
    // Places in `keys` are sorted instead of the keys themselves, since they are cheaper to move.
    let order = keys.indices.sorted { left, right in
      if keys[left] == keys[right] { return left < right }
      return isDescending ? keys[right] < keys[left] : keys[left] < keys[right]
    }
    return order.map { self[places[$0]] } + keyless.map { self[$0] }
  }
}

extension CatalogOffer {
  /// The price of one token, in USD, where it can be compared: zero for a free offer, nil for an offer whose price is
  /// unknown, dynamic or not by the token.
  ///
  /// - Parameter component: the component that the price is of.
  package func comparablePrice(_ component: PriceComponent) -> ExactDecimal? {
    switch offer.pricing.state {
    case .free: .zero
    case .priced: offer.pricing.rates[component].flatMap { $0.unit == .token ? $0.amount : nil }
    case .dynamic, .unknown, .notTokenPriced: nil
    }
  }
}
