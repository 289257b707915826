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
///
/// Beside providers there are derived views (`PartID.isDerived`): they have a revision, which only
/// ``raiseRevisions(of:purging:)`` raises, and never any content.
public protocol CatalogStore: Sendable {
  /// The current revision of every provider and derived view, and the floors. Cheap enough to be asked several times a second.
  ///
  /// - Throws: ``StoreError`` when the database cannot answer.
  func manifest() async throws -> Manifest

  /// Every part whose revision differs from the one in `known`, and the manifest, read in one snapshot. What operators say
  /// (``setOverrides(_:dryRun:)``) is laid over the offers.
  ///
  /// - Parameters:
  ///   - known: what the caller holds; nil for nothing. Parts of another `Manifest.lifetime` are never current.
  ///   - wanted: a state that is known to have been reached; a replica that has not reached it is not read.
  /// - Throws: ``StoreError`` when the database cannot answer, or a row cannot be an offer; never a shorter list.
  func load(changedSince known: Manifest?, atLeast wanted: Manifest?) async throws -> PartDelta<ProviderPart>

  /// Makes the offers of the listed providers those of the listings, in one transaction.
  ///
  /// Where `options.review` finds a change implausible, the last good value stays, and the change waits in the quarantine.
  ///
  /// - Throws: ``StoreError/massRemoval(provider:existing:removed:)`` when a listing would remove more than half of a
  ///   provider's offers, and the import is neither forced nor reviewed, and other ``StoreError``s; then nothing is changed.
  func importListings(_ listings: [ProviderListing], options: ImportOptions) async throws -> ImportReport

  /// Makes a manual update and reads the manifest, in one transaction.
  ///
  /// The update is checked like an import, is in the change log like any other change, and its offer has the source
  /// ``CatalogEdit/source`` and the time of the update. One that changes nothing writes nothing and raises no revision.
  ///
  /// - Parameters:
  ///   - edit: what to change.
  ///   - dryRun: whether to only say what would change; the report then has the revisions that would follow.
  /// - Throws: ``StoreError`` when the update is refused; then nothing is changed.
  func edit(_ edit: CatalogEdit, dryRun: Bool) async throws -> EditReport

  /// What waits for an operator's decision, or had it.
  ///
  /// - Parameters:
  ///   - provider: only this provider's entries.
  ///   - states: only entries in one of these states.
  ///   - latestFirst: whether those come first that were decided last, or found last where nobody has decided; else they
  ///     come in the order of the numbers.
  ///   - limit: the most entries to return.
  /// - Throws: ``StoreError`` when the database cannot answer.
  func quarantine(
    of provider: ProviderSlug?, states: Set<QuarantineEntry.State>, latestFirst: Bool, limit: Int
  ) async throws -> [QuarantineEntry]

  /// Decides about an entry of the quarantine, in one transaction.
  ///
  /// A value that was held back and is accepted becomes the offer's, as by any other write; removals that are accepted
  /// remove those of the offers that are still there. What is rejected is not taken, as often as the provider repeats it.
  /// Of an entry that only informs the decision is kept, and nothing else.
  ///
  /// - Parameters:
  ///   - id: the entry's number. A proposal that replaces another one has a number of its own, so that nobody accepts
  ///     what they have not seen.
  ///   - decision: what is decided.
  ///   - name: who decides.
  /// - Throws: ``StoreError/noSuchQuarantineEntry(_:)``, ``StoreError/alreadyDecided(id:state:)``,
  ///   ``StoreError/noSuchOffer(provider:offer:)`` when the offer is gone meanwhile, and other ``StoreError``s; then
  ///   nothing is changed.
  func decide(_ id: Int, _ decision: QuarantineEntry.Decision, by name: String) async throws -> QuarantineDecision

  /// What operators say in the place of providers, in the order of providers, ids and members.
  ///
  /// - Parameter provider: only what is about this provider's offers.
  func overrides(of provider: ProviderSlug?) async throws -> [OfferOverride]

  /// Sets or ends overrides of an offer, in one transaction.
  ///
  /// They are laid over the offer whenever it is loaded, and stay when it goes and comes back; imports and manual updates see
  /// what the provider says. Each change raises the provider's revision, and is in the change log as the field
  /// `override.MEMBER`.
  ///
  /// - Parameters:
  ///   - edit: which members to override, and which overrides to end.
  ///   - dryRun: whether to only say what would be; the report then has the revisions that would follow.
  /// - Throws: ``StoreError/noSuchOffer(provider:offer:)``, ``StoreError/invalidOffer(provider:offer:_:)`` for a value that
  ///   the offer cannot have, and other ``StoreError``s; then nothing is changed.
  func setOverrides(_ edit: OverrideEdit, dryRun: Bool) async throws -> OverrideReport

  /// Everything that is known about one offer.
  ///
  /// - Throws: ``StoreError/noSuchProvider(_:)``, ``StoreError/noSuchOffer(provider:offer:)``, and other ``StoreError``s.
  func detail(of id: String, provider: ProviderSlug) async throws -> OfferDetail

  /// Raises the revision of parts by one without any other change, in one transaction, so that everybody who holds
  /// something of them lets go of it.
  ///
  /// - Parameters:
  ///   - parts: the parts, derived views (`PartID.isDerived`) included; nil for all that exist. A derived view that
  ///     was never named before exists from then on.
  ///   - purging: whether the new revisions become the `Manifest.floors` too.
  /// - Returns: the manifest after the commit.
  /// - Throws: ``StoreError/unknownParts(_:)`` when a part does not exist; then nothing is changed.
  func raiseRevisions(of parts: Set<PartID>?, purging: Bool) async throws -> Manifest

  /// The change log after a sequence number, oldest first.
  ///
  /// - Parameters:
  ///   - sequence: only changes with larger numbers; 0 for all.
  ///   - provider: only this provider's changes.
  ///   - limit: the most changes to return.
  func changes(after sequence: Int, provider: ProviderSlug?, limit: Int) async throws -> [CatalogChange]

  /// All changes of some offers, oldest first.
  ///
  /// - Parameters:
  ///   - offers: which ones, as many as you like; those that there are no changes of are none.
  ///   - limit: the most changes to return.
  func changes(of offers: [OfferReference], limit: Int) async throws -> [CatalogChange]

  /// Facts about the data that are not about one offer, such as the source of a loaded snapshot.
  func metadata() async throws -> [String: String]

  /// Sets or, with nil, removes such a fact.
  func setMetadata(_ name: String, _ value: String?) async throws

  /// Calls `changed` whenever the database says of itself that something may have changed, until the task is cancelled.
  /// Some changes may never be told; whoever must know them all asks for the ``manifest()``.
  func watch(_ changed: @escaping @Sendable (ChangeNotice) -> Void) async
}

extension CatalogStore {
  /// Every part whose revision differs from the one in `known`, and the manifest; see ``load(changedSince:atLeast:)``.
  ///
  /// - Throws: ``StoreError`` when the database cannot answer, or a row cannot be an offer.
  public func load(changedSince known: Manifest?) async throws -> PartDelta<ProviderPart> {
    try await load(changedSince: known, atLeast: nil)
  }

  /// Tells nothing: a database that does not speak of itself.
  public func watch(_ changed: @escaping @Sendable (ChangeNotice) -> Void) async {}

  /// What waits for an operator's decision, or had it, in the order of the numbers; see
  /// ``quarantine(of:states:latestFirst:limit:)``.
  ///
  /// - Throws: ``StoreError`` when the database cannot answer.
  public func quarantine(
    of provider: ProviderSlug?, states: Set<QuarantineEntry.State>, limit: Int
  ) async throws -> [QuarantineEntry] {
    try await quarantine(of: provider, states: states, latestFirst: false, limit: limit)
  }

  /// Makes a manual update; see ``edit(_:dryRun:)``.
  ///
  /// - Throws: ``StoreError`` when the update is refused; then nothing is changed.
  public func edit(_ edit: CatalogEdit) async throws -> EditReport { try await self.edit(edit, dryRun: false) }
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
  /// There is no such provider.
  case noSuchProvider(ProviderSlug)
  /// The provider has no such offer.
  case noSuchOffer(provider: ProviderSlug, offer: String)
  /// A provider that still has offers is only removed when that is forced.
  case providerHasOffers(ProviderSlug, count: Int)
  /// A text that is no part of an offer is out of bounds.
  case invalidText(String)
  /// There is no such entry in the quarantine.
  case noSuchQuarantineEntry(Int)
  /// Somebody has decided already.
  case alreadyDecided(id: Int, state: QuarantineEntry.State)
  /// There are no such parts.
  case unknownParts([PartID])
  /// A database that should be filled holds something already.
  case notEmpty(offers: Int)
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
    case .noSuchProvider(let provider): "there is no provider \"\(provider)\""
    case .noSuchOffer(let provider, let offer):
      "\(provider) has no offer with the id \"\(offer.prefix(Offer.maximumIDLength))\""
    case .providerHasOffers(let provider, let count):
      "\(provider) still has offers (\(count)); delete them first, or add \"force\" to remove them with it"
    case .invalidText(let reason): reason
    case .noSuchQuarantineEntry(let id):
      "there is no entry \(id) in the quarantine; when a provider gives another value, the old entry is gone"
    case .alreadyDecided(let id, let state): "entry \(id) of the quarantine has been \(state.rawValue) already"
    case .unknownParts(let parts):
      "there is nothing called \(parts.map { "\"\($0.text.prefix(80))\"" }.joined(separator: ", ")); "
        + "name providers by their slugs, and derived views with \"*\" in front"
    case .notEmpty(let offers):
      "the database already holds a catalog (\(offers) offers now); name one that has never held any"
    case .newerSchema(let found):
      "the database was made by a newer version (its migration \"\(found)\" is unknown here); update modelcatalog"
    }
  }
}
