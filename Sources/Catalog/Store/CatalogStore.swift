public import TieredCaching

/// One provider as the database holds it at one revision: the unit that is loaded, shared and replaced.
public struct ProviderPart: Sendable {
  /// The provider.
  public let provider: Provider
  /// Its offers, in the order of their ids' UTF-8 bytes.
  public let offers: [Offer]
  /// When the change log last names the provider, as ``CatalogChange/at``; nil when it never did.
  public let changedAt: String?

  /// A part; `offers` must be in the order of their ids.
  public init(provider: Provider, offers: [Offer], changedAt: String? = nil) {
    self.provider = provider
    self.offers = offers
    self.changedAt = changedAt
  }
}

/// The source of truth: a database that holds providers, offers and their revisions.
///
/// Every change to a provider's offers, whoever makes it, raises the provider's revision in the same transaction.
public protocol CatalogStore: Sendable {
  /// The current revision of every provider. Cheap enough to be asked several times a second.
  ///
  /// - Throws: ``StoreError`` when the database cannot answer.
  func manifest() async throws -> Manifest

  /// Every part whose revision differs from the one in `known`, and the manifest, read in one snapshot.
  ///
  /// - Parameter known: what the caller holds; nil for nothing. Parts of another ``Manifest/lifetime`` are never current.
  /// - Throws: ``StoreError`` when the database cannot answer, or a row cannot be an offer; never a shorter list.
  func load(changedSince known: Manifest?) async throws -> PartDelta<ProviderPart>

  /// Makes the offers of the listed providers those of the listings, in one transaction.
  ///
  /// - Throws: ``StoreError/massRemoval(provider:existing:removed:)`` when a listing would remove more than half of a
  ///   provider's offers and `options.force` is not set, and other ``StoreError``s; then nothing is changed.
  func importListings(_ listings: [ProviderListing], options: ImportOptions) async throws -> ImportReport

  /// The change log after a sequence number, oldest first.
  ///
  /// - Parameters:
  ///   - sequence: only changes with larger numbers; 0 for all.
  ///   - provider: only this provider's changes.
  ///   - limit: the most changes to return.
  func changes(after sequence: Int, provider: ProviderSlug?, limit: Int) async throws -> [CatalogChange]

  /// Facts about the data that are not about one offer, such as the source of a loaded snapshot.
  func metadata() async throws -> [String: String]

  /// Sets or, with nil, removes such a fact.
  func setMetadata(_ name: String, _ value: String?) async throws
}

/// Why the store refused or failed.
public enum StoreError: Error, CustomStringConvertible {
  /// The database cannot be opened, read or written.
  case unavailable(String)
  /// A row in the database cannot be an offer.
  case corruptRow(provider: String, offer: String, reason: String)
  /// A listing would remove more than half of a provider's offers.
  case massRemoval(provider: ProviderSlug, existing: Int, removed: Int)
  /// An offer of a listing is out of bounds.
  case invalidOffer(provider: ProviderSlug, offer: String, OfferError)
  /// The database was made by a newer version of the program.
  case newerSchema(found: String)

  /// What is wrong and what to do, for a person.
  public var description: String {
    switch self {
    case .unavailable(let reason): "the catalog database cannot be used: \(reason)"
    case .corruptRow(let provider, let offer, let reason):
      "row (\(provider), \(offer)) in the database is not a valid offer: \(reason); correct or delete the row"
    case .massRemoval(let provider, let existing, let removed):
      "refused: the body would remove \(removed) of \(existing) offers of \(provider), more than half; "
        + "check that it is complete, then repeat with --force, or keep those offers with --partial"
    case .invalidOffer(let provider, let offer, let error): "offer \(offer) of \(provider): \(error)"
    case .newerSchema(let found):
      "the database was made by a newer version (its migration \"\(found)\" is unknown here); update modelcatalog"
    }
  }
}
