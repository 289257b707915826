/// Which offers of a catalog are wanted, and in which order. A pure function of one ``CatalogSnapshot``.
///
/// A filter never matches an offer that does not state what the filter asks for.
public struct OfferQuery: Sendable, Hashable {
  /// Words to search for: each must occur in the id, name, provider or canonical id, whatever its case.
  public var text: String?
  /// Only offers of these providers; empty for all.
  public var providers: Set<ProviderSlug> = []
  /// Only models of this developer (``CatalogOffer/developer``), whatever its case.
  public var developer: String?
  /// Only models that take in all of these.
  public var inputModalities: Set<Modality> = []
  /// Only models that give out all of these.
  public var outputModalities: Set<Modality> = []
  /// Only models that take in or give out each of these.
  public var anyModalities: Set<Modality> = []
  /// Only models that can do all of these.
  public var capabilities: Set<Capability> = []
  /// The smallest context, in tokens.
  public var minimumContext: Int?
  /// The largest context, in tokens.
  public var maximumContext: Int?
  /// The lowest price of a prompt token, in USD. A free offer costs zero; one without a known price never matches.
  public var minimumPrice: ExactDecimal?
  /// The highest price of a prompt token, in USD. A free offer costs zero; one without a known price never matches.
  public var maximumPrice: ExactDecimal?
  /// Only offers that the provider says are free, or only others.
  public var isFree: Bool?
  /// Only offers whose price is in one of these states; empty for all.
  public var priceStates: Set<PriceState> = []
  /// Only offers with one of these statuses; empty for all.
  public var statuses: Set<OfferStatus> = []
  /// What to order by.
  public var sort = OfferSort.relevance
  /// Whether the largest comes first. Relevance is not affected: the best match is always first.
  public var isDescending = false

  /// A query for every offer in the catalog's order.
  public init() {}

  /// What the result is really ordered by: without words, relevance is the catalog's order.
  public var effectiveSort: OfferSort {
    sort == .relevance && words == nil ? .catalog : sort
  }

  /// The words of ``text``; nil where it has none.
  var words: SearchWords? {
    guard let text else { return nil }
    let words = SearchWords(text)
    return words.words.isEmpty ? nil : words
  }

  /// The offers that are wanted.
  ///
  /// The order is total: by ``sort``, then the catalog's order. Offers without the value that they are ordered by come
  /// last in both directions.
  public func run(on snapshot: CatalogSnapshot) -> [CatalogOffer] {
    ordered(OfferFilter(self).matches(in: snapshot))
  }

  /// The named providers that have no offers, in order.
  public func unknownProviders(in snapshot: CatalogSnapshot) -> [ProviderSlug] {
    providers.filter { snapshot.part($0) == nil }.sorted()
  }

  private func ordered(_ offers: [CatalogOffer]) -> [CatalogOffer] {
    switch effectiveSort {
    case .catalog: isDescending ? offers.reversed() : offers
    case .relevance: words.map { words in offers.ordered(descending: false) { words.relevance(of: $0) } } ?? offers
    case .name: offers.ordered(descending: isDescending) { $0.offer.name.lowercased() }
    case .price: offers.ordered(descending: isDescending) { $0.priceRank }
    case .promptPrice: offers.ordered(descending: isDescending) { $0.comparablePrice(.prompt) }
    case .completionPrice: offers.ordered(descending: isDescending) { $0.comparablePrice(.completion) }
    case .context: offers.ordered(descending: isDescending) { $0.offer.contextLength }
    case .created: offers.ordered(descending: isDescending) { $0.offer.created }
    case .provider: offers.ordered(descending: isDescending) { $0.provider.slug }
    }
  }
}
