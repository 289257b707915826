/// How cheap an offer is, for ranking: three quarters prompt, one quarter completion, exact.
///
/// Only an offer that can be bought at a known price has a rank. Unknown and dynamic prices never do; free counts as zero
/// because the provider says so; a batch listing does not, since it cannot answer at once. An offer that gives out text
/// needs both prices, any other one (an embedding model has no completion) ranks by its prompt price.
public struct PriceRank: Sendable, Hashable, Comparable {
  /// The blended price of one token times four: `3 × prompt + completion`, in USD.
  public let blended: ExactDecimal

  /// A rank that was determined before.
  init(blended: ExactDecimal) { self.blended = blended }

  /// The rank of an offer; nil when its price cannot be compared.
  init?(_ offer: Offer, identity: ModelIdentity) {
    let isBatchListing = identity.offerVariant?.split(separator: "-").contains("batch") ?? false
    guard offer.status != .unavailable, !isBatchListing else { return nil }
    switch offer.pricing.state {
    case .free: blended = .zero
    case .priced:
      guard let sum = Self.blend(offer) else { return nil }
      blended = sum
    case .dynamic, .unknown, .notTokenPriced: return nil
    }
  }

  private static func blend(_ offer: Offer) -> ExactDecimal? {
    guard let prompt = offer.pricing[.prompt], prompt.unit == .token else { return nil }
    let completion = offer.pricing[.completion]
    let givesText = offer.outputModalities.isEmpty || offer.outputModalities.contains(.text)
    if completion == nil, givesText { return nil }
    guard completion?.unit ?? .token == .token else { return nil }
    return prompt.amount.multiplied(by: 3)?.adding(completion?.amount ?? .zero)
  }

  /// Cheaper before dearer.
  public static func < (left: PriceRank, right: PriceRank) -> Bool { left.blended < right.blended }
}
