/// The filters of an ``OfferQuery``, prepared for many offers.
///
/// Each filter that is set becomes one condition that reads one field in place: an ``Offer`` is large, and handing it to a
/// function whole costs more than all the conditions.
struct OfferFilter {
  private typealias Condition = (CatalogOffer) -> Bool

  private let providers: Set<ProviderSlug>
  /// All conditions but the one on the provider, the cheap ones first.
  private let conditions: [Condition]

  init(_ query: OfferQuery) {
    providers = query.providers
    conditions =
      Self.conditionsOnPrice(query) + Self.conditionsOnFacts(query) + Self.conditionsOnText(query)
  }

  /// The offers of the catalog that pass, in the catalog's order.
  func matches(in snapshot: CatalogSnapshot) -> [CatalogOffer] {
    guard !providers.isEmpty else { return conditions.isEmpty ? snapshot.offers : snapshot.offers.filter(passes) }
    return providers.sorted().flatMap { snapshot.part($0)?.offers.filter(passes) ?? [] }
  }

  /// Whether an offer is wanted.
  func matches(_ offer: CatalogOffer) -> Bool {
    (providers.isEmpty || providers.contains(offer.provider.slug)) && passes(offer)
  }

  private func passes(_ offer: CatalogOffer) -> Bool { conditions.allSatisfy { $0(offer) } }

  private static func conditionsOnPrice(_ query: OfferQuery) -> [Condition] {
    var conditions: [Condition] = []
    let (states, isFree, minimum, maximum) = (
      query.priceStates, query.isFree, query.minimumPrice, query.maximumPrice
    )
    if !states.isEmpty { conditions.append { states.contains($0.offer.pricing.state) } }
    if let isFree { conditions.append { ($0.offer.pricing.state == .free) == isFree } }
    // A value that is not known is within no bound.
    if let minimum { conditions.append { $0.comparablePrice(.prompt).map { minimum <= $0 } ?? false } }
    if let maximum { conditions.append { $0.comparablePrice(.prompt).map { $0 <= maximum } ?? false } }
    return conditions
  }

  private static func conditionsOnFacts(_ query: OfferQuery) -> [Condition] {
    var conditions: [Condition] = []
    let (statuses, minimum, maximum) = (query.statuses, query.minimumContext, query.maximumContext)
    if !statuses.isEmpty { conditions.append { statuses.contains($0.offer.status) } }
    if let minimum { conditions.append { $0.offer.contextLength.map { minimum <= $0 } ?? false } }
    if let maximum { conditions.append { $0.offer.contextLength.map { $0 <= maximum } ?? false } }
    for modality in query.inputModalities { conditions.append { $0.offer.inputModalities.contains(modality) } }
    for modality in query.outputModalities { conditions.append { $0.offer.outputModalities.contains(modality) } }
    for modality in query.anyModalities {
      conditions.append {
        $0.offer.inputModalities.contains(modality) || $0.offer.outputModalities.contains(modality)
      }
    }
    for capability in query.capabilities { conditions.append { $0.offer.capabilities.contains(capability) } }
    return conditions
  }

  private static func conditionsOnText(_ query: OfferQuery) -> [Condition] {
    var conditions: [Condition] = []
    if let words = query.words { conditions.append { words.match($0) } }
    if let developer = query.developer?.lowercased() {
      conditions.append { $0.developer?.lowercased() == developer }
    }
    return conditions
  }
}
