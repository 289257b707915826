/// What a usage costs at an offer, to the last digit of the published prices.
public struct CostEstimate: Sendable, Hashable {
  /// One component of the bill.
  public struct Line: Sendable, Hashable {
    /// What is billed.
    public let component: PriceComponent
    /// How many units.
    public let units: Int
    /// The price of one unit.
    public let unitPrice: Price
    /// The product, in USD.
    public let amount: ExactDecimal
  }

  /// The sum, in USD.
  public let total: ExactDecimal
  /// What it is the sum of; nothing for a free offer.
  public let lines: [Line]
  /// The condition whose prices were used; nil for the base prices.
  public let tier: PriceCondition?
  /// What the provider does not publish and was assumed instead, each a sentence for a person.
  public let assumptions: [String]

  /// What a usage costs at an offer.
  ///
  /// Of the tiers by prompt size, the one with the highest threshold that the prompt is above (strictly) reprices the whole
  /// request; components that it does not name keep their base price. A price that is needed and missing makes the cost
  /// unavailable, never lower, with two exceptions that are stated among the ``assumptions``: cached tokens without a price
  /// of their own are billed at the prompt price, and so are all tokens of a batch without a batch price at the regular
  /// ones. Models that give out embeddings, rankings or moderation have no answer that could be billed.
  public static func cost(of usage: TokenUsage, offer: Offer) -> CostOutcome {
    switch offer.pricing.state {
    case .free: return .estimate(CostEstimate(total: .zero, lines: [], tier: nil, assumptions: []))
    case .dynamic: return .unavailable(reason: "the provider decides the price per request")
    case .unknown:
      return .unavailable(reason: "the price is not known" + (offer.pricing.note.map { ": \($0)" } ?? ""))
    case .priced, .notTokenPriced:
      do {
        return .estimate(try CostCalculation.estimate(usage, offer))
      } catch {
        return .unavailable(reason: error.reason)
      }
    }
  }
}

/// Whether a cost can be told.
public enum CostOutcome: Sendable, Hashable {
  /// The cost.
  case estimate(CostEstimate)
  /// It cannot be told; the reason is for a person.
  case unavailable(reason: String)
}

/// Offers by what a usage costs at them.
public struct CostRanking: Sendable {
  /// The usage.
  public let usage: TokenUsage
  /// The offers whose cost can be told, the cheapest first, equal ones in the order given.
  public let ranked: [(offer: CatalogOffer, estimate: CostEstimate)]
  /// The others, each with the reason, in the order given.
  public let unranked: [(offer: CatalogOffer, reason: String)]

  /// Ranks offers; those that are ``OfferStatus/unavailable`` are not ranked.
  public init(of usage: TokenUsage, offers: [CatalogOffer]) {
    var ranked: [(offer: CatalogOffer, estimate: CostEstimate)] = []
    var unranked: [(offer: CatalogOffer, reason: String)] = []
    for offer in offers {
      guard offer.offer.status != .unavailable else {
        unranked.append((offer, "the provider does not serve it at present"))
        continue
      }
      switch CostEstimate.cost(of: usage, offer: offer.offer) {
      case .estimate(let estimate): ranked.append((offer, estimate))
      case .unavailable(let reason): unranked.append((offer, reason))
      }
    }
    self.usage = usage
    self.ranked = ranked.ordered(descending: false) { $0.estimate.total }
    self.unranked = unranked
  }
}
