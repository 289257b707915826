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

  init(key: CanonicalKey, offers unsorted: [CatalogOffer]) {
    self.key = key
    let first = unsorted.first(where: \.isFirstParty) ?? unsorted.first
    let ranked = unsorted.compactMap { offer in offer.priceRank.map { (offer, $0) } }
      .enumerated().sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }.map(\.element.0)
    self.offers = ranked + unsorted.filter { $0.priceRank == nil }
    self.cheapest = ranked.first
    self.name = first?.offer.name ?? key.text
    self.providerCount = Set(unsorted.map(\.provider.slug)).count
    self.largestContext = unsorted.compactMap(\.offer.contextLength).max()
    self.record = UniqueRecordEncoding.record(
      key: key, name: name, offers: offers, cheapest: cheapest, providerCount: providerCount,
      largestContext: largestContext)
  }

  /// Groups offers by canonical key, in the order of the keys.
  static func group(_ offers: [CatalogOffer]) -> [UniqueModel] {
    var groups: [CanonicalKey: [CatalogOffer]] = Dictionary(minimumCapacity: offers.count / 2)
    for offer in offers { groups[offer.identity.key, default: []].append(offer) }
    return groups.map { UniqueModel(key: $0.key, offers: $0.value) }.sorted { $0.key < $1.key }
  }
}
