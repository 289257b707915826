public import TieredCaching

/// A manual update of one offer or one provider.
public enum CatalogEdit: Sendable, Hashable {
  /// Puts an offer in the place of the one with its id, or adds it; a provider that is not there yet is added with it.
  case putOffer(Offer)
  /// Changes members of an offer.
  case patchOffer(provider: ProviderSlug, id: String, OfferPatch)
  /// Removes an offer.
  case deleteOffer(provider: ProviderSlug, id: String)
  /// Puts a provider in the place of the one with its slug, or adds it; its offers stay.
  case putProvider(Provider)
  /// Changes members of a provider.
  case patchProvider(slug: ProviderSlug, ProviderPatch)
  /// Removes a provider; one that still has offers only with `force`, and with all of them.
  case deleteProvider(ProviderSlug, force: Bool)

  /// What ``Offer/source`` says of an offer that was written by a manual update.
  public static let source = "manual"

  /// The provider that the update is about.
  public var provider: ProviderSlug {
    switch self {
    case .putOffer(let offer): offer.provider
    case .patchOffer(let provider, _, _), .deleteOffer(let provider, _): provider
    case .putProvider(let provider): provider.slug
    case .patchProvider(let slug, _), .deleteProvider(let slug, _): slug
    }
  }

  /// The id of the offer that the update is about; nil when it is about the provider itself.
  public var offer: String? {
    switch self {
    case .putOffer(let offer): offer.id
    case .patchOffer(_, let id, _), .deleteOffer(_, let id): id
    case .putProvider, .patchProvider, .deleteProvider: nil
    }
  }
}

/// What a manual update did.
public struct EditReport: Sendable {
  /// What happened to the offer or provider.
  public enum Kind: String, Sendable, CaseIterable {
    case created, changed, unchanged, removed
  }

  /// What happened.
  public let kind: Kind
  /// The provider.
  public let provider: ProviderSlug
  /// The offer's id; nil for an update of the provider itself.
  public let offer: String?
  /// The fields that changed; none where the kind says it all.
  public let fields: [FieldChange]
  /// Whether the provider was added because the offer is its first.
  public let isProviderCreated: Bool
  /// How many offers went with their provider.
  public let removedOffers: Int
  /// Whether nothing was written because only a report was asked for.
  public let dryRun: Bool
  /// All revisions after the update, read in its transaction.
  public let manifest: Manifest

  /// The provider's revision after the update; zero when there never was such a provider.
  public var revision: Revision { manifest.revisions[PartID(provider.text)] ?? .zero }
}

/// What a store lets a manual update do inside one transaction.
public protocol EditTransaction {
  /// A provider; nil when there is none.
  mutating func provider(_ slug: ProviderSlug) throws -> Provider?

  /// An offer; nil when there is none.
  mutating func offer(_ id: String, of provider: ProviderSlug) throws -> Offer?

  /// How many offers a provider has.
  mutating func offerCount(of provider: ProviderSlug) throws -> Int

  /// Updates an offer, or inserts it where `old` is nil.
  mutating func write(_ offer: Offer, replacing old: Offer?) throws

  /// Deletes an offer, also one whose row is broken.
  ///
  /// - Returns: whether there was one.
  mutating func deleteOffer(_ id: String, of provider: ProviderSlug) throws -> Bool

  /// Updates a provider, or inserts it where `old` is nil.
  mutating func write(_ provider: Provider, replacing old: Provider?) throws

  /// Deletes a provider with all its offers.
  mutating func deleteProvider(_ slug: ProviderSlug) throws

  /// All revisions after what has been written.
  func manifest() throws -> Manifest
}
