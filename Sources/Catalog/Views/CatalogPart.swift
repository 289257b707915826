public import TieredCaching

/// One provider at one revision with everything that is derived from it alone.
///
/// When another provider changes, this part and all its encoded records stay as they are.
public final class CatalogPart: Sendable {
  /// The provider.
  public let provider: Provider
  /// The provider's revision.
  public let revision: Revision
  /// Its offers, in the order of their ids.
  public let offers: [CatalogOffer]
  /// When the change log last names the provider, as ``CatalogChange/at``; nil when it never did.
  public let changedAt: String?
  /// Offers of this provider that fall on one canonical key.
  public let collisions: [IdentityCollision]
  /// The records of all offers, separated by commas.
  public let joinedRecords: [UInt8]

  /// Derives a part.
  public convenience init(_ part: ProviderPart, revision: Revision) {
    let offers = part.offers.map { CatalogOffer($0, provider: part.provider) }
    self.init(
      Contents(
        provider: part.provider, revision: revision, offers: offers, changedAt: part.changedAt,
        collisions: IdentityCollision.find(in: offers.map { ($0.offer, $0.identity) })))
  }

  /// What a part is made of.
  struct Contents {
    let provider: Provider
    let revision: Revision
    let offers: [CatalogOffer]
    let changedAt: String?
    let collisions: [IdentityCollision]
  }

  /// A part of offers that are derived already.
  init(_ contents: Contents) {
    provider = contents.provider
    revision = contents.revision
    offers = contents.offers
    changedAt = contents.changedAt
    collisions = contents.collisions
    var joined: [UInt8] = []
    joined.reserveCapacity(offers.reduce(0) { $0 + $1.record.count + 1 })
    for (index, offer) in offers.enumerated() {
      if index > 0 { joined.append(UInt8(ascii: ",")) }
      joined.append(contentsOf: offer.record)
    }
    self.joinedRecords = joined
  }
}
