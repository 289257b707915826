import TieredCaching

/// An offer with what is derived from it once per revision of its provider: identity, encoded record, search text.
public final class CatalogOffer: Sendable {
  /// The offer.
  public let offer: Offer
  /// Who sells it.
  public let provider: Provider
  /// Which model it is.
  public let identity: ModelIdentity
  /// Whether the model's maker sells it itself.
  public let isFirstParty: Bool
  /// How cheap it is; nil when its price cannot be compared.
  public let priceRank: PriceRank?
  /// Its flat JSON record, the same bytes in every list.
  public let record: [UInt8]
  /// A short name of the record's bytes: FNV-1a, 64 bits, in hexadecimal.
  public let recordTag: String
  /// Its JSON object among the sellers of its unique model.
  let sellerRecord: [UInt8]
  /// Id, name, provider and canonical id in lower case, separated by line feeds.
  let searchText: [UInt8]

  /// Derives everything from an offer.
  init(_ offer: Offer, provider: Provider) {
    self.offer = offer
    self.provider = provider
    self.identity = ModelIdentity.of(offer)
    self.isFirstParty = identity.key.vendor.map { $0 == VendorTable.maker(behind: provider.slug) } ?? false
    self.priceRank = PriceRank(offer, identity: identity)
    self.record = RecordEncoding.record(of: offer, provider: provider, identity: identity)
    self.recordTag = FNV1a.hexadecimal(of: record)
    self.sellerRecord = UniqueRecordEncoding.seller(offer, provider: provider, identity: identity)
    self.searchText = Array(
      "\(offer.id)\n\(offer.name)\n\(provider.slug)\n\(provider.name)\n\(identity.key.text)".lowercased().utf8)
  }

  /// An offer with what another worker has derived from it; see ``CatalogPart/encoded()``.
  init(
    _ offer: consuming Offer, provider: Provider, identity: consuming ModelIdentity, isFirstParty: Bool,
    priceRank: PriceRank?,
    recordTag: String, record: [UInt8], sellerRecord: [UInt8], searchText: [UInt8]
  ) {
    self.offer = offer
    self.provider = provider
    self.identity = identity
    self.isFirstParty = isFirstParty
    self.priceRank = priceRank
    self.record = record
    self.recordTag = recordTag
    self.sellerRecord = sellerRecord
    self.searchText = searchText
  }

  /// Who made the model: the vendor of its identity, else the owner that the provider names.
  public var developer: String? { identity.key.vendor ?? offer.ownedBy }
}
