/// One model across providers.
public final class UniqueModel: Sendable {
  /// Its canonical key.
  public let key: CanonicalKey
  /// Its name for people: that of the first-party offer, else of the first offer.
  public let name: String
  /// Its offers, cheapest first; those without a comparable price last, in the catalog's order.
  public let offers: [CatalogOffer]
  /// The cheapest offer; nil when none has a price per token or is free.
  public let cheapest: CatalogOffer?
  /// How many providers offer it.
  public let providerCount: Int
  /// The largest context of any offer, in tokens.
  public let largestContext: Int?
  /// Its JSON record with all offers, the same bytes in every list.
  public let record: [UInt8]

  /// The model of a key with its offers in the catalog's order.
  init(key: CanonicalKey, offers unsorted: [CatalogOffer]) {
    self.key = key
    var ranked: [(offer: CatalogOffer, rank: PriceRank)] = []
    var unranked: [CatalogOffer] = []
    var firstParty: CatalogOffer?
    var lastProvider: ProviderSlug?
    var providerCount = 0
    var largestContext: Int?
    for offer in unsorted {
      if let rank = offer.priceRank { ranked.append((offer, rank)) } else { unranked.append(offer) }
      if firstParty == nil, offer.isFirstParty { firstParty = offer }
      if offer.provider.slug != lastProvider { providerCount += 1 }
      lastProvider = offer.provider.slug
      if let context = offer.offer.contextLength { largestContext = max(largestContext ?? context, context) }
    }
    // The standard library's sort is stable, so that equally cheap offers stay in the catalog's order.
    ranked.sort { $0.rank < $1.rank }
    self.offers = ranked.map(\.offer) + unranked
    self.cheapest = ranked.first?.offer
    self.name = (firstParty ?? unsorted.first)?.offer.name ?? key.text
    self.providerCount = providerCount
    self.largestContext = largestContext
    self.record = UniqueRecordEncoding.record(
      key: key, name: name, offers: offers, cheapest: cheapest, providerCount: providerCount,
      largestContext: largestContext)
  }

  /// Groups offers by canonical key, in the order of the keys.
  static func group(_ offers: some Sequence<CatalogOffer>) -> [UniqueModel] {
    var groups: [CanonicalKey: [CatalogOffer]] = Dictionary(minimumCapacity: offers.underestimatedCount / 2)
    for offer in offers { groups[offer.identity.key, default: []].append(offer) }
    return groups.sorted { $0.key < $1.key }.map { UniqueModel(key: $0.key, offers: $0.value) }
  }

  /// As ``group(_:)`` of all offers, where only models with these keys can differ from a previous grouping; the others stay
  /// the objects that they are.
  static func regroup(
    _ offers: [CatalogOffer], after previous: [UniqueModel], changed keys: Set<CanonicalKey>
  ) -> [UniqueModel] {
    guard !keys.isEmpty else { return previous }
    var changed = group(offers.lazy.filter { keys.contains($0.identity.key) })[...]
    var models: [UniqueModel] = []
    models.reserveCapacity(previous.count + changed.count)
    for model in previous where !keys.contains(model.key) {
      while let next = changed.first, next.key < model.key, changed.popFirst() != nil { models.append(next) }
      models.append(model)
    }
    return models + changed
  }
}
