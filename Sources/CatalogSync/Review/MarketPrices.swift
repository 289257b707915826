public import Catalog

/// What the providers of a catalog ask for the same models.
public struct MarketPrices: Sendable {
  private let snapshot: CatalogSnapshot?

  /// The prices of a catalog; none without one.
  public init(_ snapshot: CatalogSnapshot? = nil) { self.snapshot = snapshot }

  /// The median price of a prompt token, in USD, among the cheapest offers of other providers.
  ///
  /// - Parameter fewest: with fewer sellers there is no median.
  func median(for offer: Offer, fewest: Int) -> ExactDecimal? {
    guard let model = snapshot?.uniqueModel(ModelIdentity.of(offer).key.text) else { return nil }
    var prices: [ProviderSlug: ExactDecimal] = [:]
    for seller in model.offers where seller.provider.slug != offer.provider {
      guard let price = seller.offer.pricing[.prompt]?.amount, !price.isZero else { continue }
      prices[seller.provider.slug] = min(price, prices[seller.provider.slug] ?? price)
    }
    guard prices.count >= fewest else { return nil }
    return prices.values.sorted()[prices.count / 2]
  }
}

extension ExactDecimal {
  /// Whether one of both is more than so many times the other.
  func isFar(from other: ExactDecimal, times: Int) -> Bool {
    // An amount that cannot be multiplied is larger than any price.
    guard let upper = other.multiplied(by: times), let own = multiplied(by: times) else { return true }
    return self > upper || other > own
  }
}
