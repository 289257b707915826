import Catalog
import CatalogSync

/// 2026-09-21, a time at which none of the bodies was written.
let observed = 1_790_000_000

/// Parses a body of a format.
func parse(
  _ format: String, _ body: String, provider: String? = nil, observedAt: Int = observed
) throws -> ParsedBody {
  let context = ImportContext(provider: try provider.map { try ProviderSlug($0) }, observedAt: observedAt)
  return try ImportFormat.named(format).parse(Array(body.utf8), context: context)
}

/// The only offer of a body.
func onlyOffer(_ format: String, _ body: String) throws -> Offer {
  let offers = try parse(format, body).listings.flatMap(\.offers)
  guard let offer = offers.first, offers.count == 1 else { throw UnexpectedOffers(count: offers.count) }
  return offer
}

/// A body has another number of offers than one.
struct UnexpectedOffers: Error {
  let count: Int
}

/// The message with which a body is refused, nil where it is taken.
func refusal(_ format: String, _ body: String) throws -> String? {
  do {
    _ = try parse(format, body)
    return nil
  } catch let error as ImportError {
    return error.description
  }
}

extension Offer {
  /// A base price as US dollars for one unit.
  func price(_ component: PriceComponent) -> String? { pricing[component]?.amount.description }

  /// A price under a condition.
  func price(_ component: PriceComponent, when condition: PriceCondition) -> String? {
    pricing.tiers.first { $0.condition == condition }?.rates[component]?.amount.description
  }
}
