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
    var keyed: [(key: Key, index: Int)] = []
    keyed.reserveCapacity(count)
    var unkeyed: [Int] = []
    for (index, element) in enumerated() {
      if let key = key(element) { keyed.append((key, index)) } else { unkeyed.append(index) }
    }
    keyed.sort { left, right in
      if left.key == right.key { return left.index < right.index }
      return isDescending ? right.key < left.key : left.key < right.key
    }
    return keyed.map { self[$0.index] } + unkeyed.map { self[$0] }
  }
}

extension Offer {
  /// The price of one token, in USD, where it can be compared: zero for a free offer, nil for an offer whose price is
  /// unknown, dynamic or not by the token.
  func comparablePrice(_ component: PriceComponent) -> ExactDecimal? {
    switch pricing.state {
    case .free: .zero
    case .priced: pricing[component].flatMap { $0.unit == .token ? $0.amount : nil }
    case .dynamic, .unknown, .notTokenPriced: nil
    }
  }
}
