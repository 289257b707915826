/// What has to be written so that one provider's offers become those of its listings.
///
/// Every store decides with this type what counts as a change, so that all of them count alike:
///
/// - Of rows with the same id the last one counts.
/// - Fields that a listing does not state keep their value.
/// - Curated lists (``SourceAuthority``) fill in what the provider itself does not say, and neither add nor remove what it
///   lists.
/// - An offer that differs only in ``Pricing/raw``, ``Offer/source`` or ``Offer/observedAt`` is unchanged: the raw text
///   of prices has members that mean nothing, and a row that is not written keeps the revision as it is.
/// - A provider whose listing gives neither a name nor a site keeps those it has.
public struct ListingDiff: Sendable {
  /// An offer before and after.
  public struct Change: Sendable {
    /// The offer as it is stored.
    public let old: Offer
    /// The offer as it has to be stored.
    public let new: Offer

    /// A change of an offer.
    public init(old: Offer, new: Offer) {
      self.old = old
      self.new = new
    }
  }

  /// The provider as it has to be stored.
  public let provider: Provider
  /// Whether ``provider`` differs from what is stored.
  public let isProviderChanged: Bool
  /// Offers to insert, in the order of their ids.
  public internal(set) var added: [Offer] = []
  /// Offers to update, in the order of their ids.
  public internal(set) var changed: [Change] = []
  /// Offers to update because a better source confirms what they say.
  public internal(set) var confirmed: [Change] = []
  /// Offers to delete, in the order of their ids.
  public internal(set) var removed: [Offer] = []
  /// The offer of the listings that was observed last; nil where they have none.
  public let newest: Offer?
  /// The counts; the revision is the store's to fill in.
  public internal(set) var report: ProviderImportReport
  /// Whether the listings are of a list that others keep of many providers.
  public let isCurated: Bool
  /// What the listings say about each offer.
  private var statements: [ExactText: Statement] = [:]
  /// Whether an offer that the listings do not contain is gone.
  let isComplete: Bool

  private struct Statement {
    let source: String
    /// The fields that are the listing's now.
    let taken: OfferFields
    /// The fields that it says something in.
    let carried: OfferFields
  }

  /// Compares what is stored with what one body says.
  ///
  /// - Parameters:
  ///   - current: what is stored; nil when the provider is new.
  ///   - listings: all listings of this one provider; an offer of a later one replaces that of an earlier one.
  ///   - options: whether missing offers are kept.
  /// - Throws: ``StoreError/invalidOffer(provider:offer:_:)``.
  public init(current: ProviderPart?, listings: [ProviderListing], options: ImportOptions) throws(StoreError) {
    guard let slug = listings.first?.provider.slug else { throw .unavailable("an import needs at least one listing") }
    report = ProviderImportReport(provider: slug)
    let incoming = try Self.incoming(listings, of: slug, &report)
    let isLed = current?.hasFirstPartyList ?? false
    isCurated = !incoming.isEmpty && incoming.values.allSatisfy { SourceAuthority(of: $0.offer.source).isCurated }
    provider = try Self.merged(listings.map(\.provider), into: current?.provider, onlyFillingIn: isLed && isCurated)
    isProviderChanged = provider != current?.provider
    newest = listings.lazy.flatMap(\.offers).max { $0.observedAt < $1.observedAt }
    isComplete = !options.isPartial && !(isLed && isCurated)

    var stored: [ExactText: Offer] = [:]
    for offer in current?.offers ?? [] { stored[ExactText(offer.id)] = offer }
    for (id, (offer, stated)) in incoming {
      guard let old = stored.removeValue(forKey: id) else {
        let isLeftOut = isLed && SourceAuthority(of: offer.source).isCurated
        if isLeftOut { report.leftOut += 1 } else { added.append(offer) }
        statements[id] = Statement(source: offer.source, taken: stated, carried: offer.carriedFields)
        continue
      }
      let (new, taken) = offer.merged(over: old, stated: stated)
      statements[id] = Statement(source: offer.source, taken: taken, carried: offer.carriedFields)
      add(Change(old: old, new: new))
    }
    // What another list knows is not for this one to remove.
    let sources = Set(incoming.values.lazy.map(\.offer.source))
    removed = stored.values.filter { !options.isPartial && (!isCurated || sources.contains($0.source)) }
    report.unchanged += stored.count - removed.count
    report.added = added.count
    report.changed = changed.count
    report.removed = removed.count
    added.sort { $0.precedes($1) }
    changed.sort { $0.new.precedes($1.new) }
    removed.sort { $0.precedes($1) }
  }

  /// Sorts an offer that stays in with those that are written, or with those that are not.
  private mutating func add(_ change: Change) {
    guard !change.new.isWorthWriting(over: change.old) else { return changed.append(change) }
    report.unchanged += 1
    if let confirmation = change.confirmation { confirmed.append(confirmation) }
  }

  /// Lets go of changes of which nothing is left.
  mutating func dropUnchanged() {
    let changes = changed
    changed = []
    for change in changes { add(change) }
    report.changed = changed.count
  }

  /// Whether the listings say anything about a field.
  ///
  /// - Parameter source: who said something about it before; if somebody else now says nothing in it, that counts for nothing.
  func decides(_ field: OfferFields, of offer: String, since source: FieldSource?) -> Bool {
    guard let statement = statements[ExactText(offer)], statement.taken.isSuperset(of: field) else { return false }
    return statement.carried.isSuperset(of: field) || source == nil || statement.source == source?.source
  }

  /// All rows to update.
  public var updates: [Change] { changed + confirmed }

  /// Whether anything has to be written.
  var isWorthWriting: Bool { isProviderChanged || !isEmpty || !confirmed.isEmpty }

  /// When what the listings say was observed, which is when it came into effect, as ``CatalogChange/effectiveAt``.
  public var effectiveAt: String? { newest.flatMap { CatalogTime.text(unixSeconds: $0.observedAt) } }

  private static func incoming(
    _ listings: [ProviderListing], of slug: ProviderSlug, _ report: inout ProviderImportReport
  ) throws(StoreError) -> [ExactText: (offer: Offer, stated: OfferFields)] {
    var offers: [ExactText: (offer: Offer, stated: OfferFields)] = [:]
    for listing in listings {
      for offer in listing.offers {
        let bounded: Offer
        do {
          bounded = try offer.storable(by: slug)
        } catch {
          throw .invalidOffer(provider: slug, offer: String(offer.id.prefix(Offer.maximumIDLength)), error)
        }
        if offers.updateValue((bounded, listing.stated), forKey: ExactText(bounded.id)) != nil {
          report.duplicates += 1
        }
      }
    }
    return offers
  }

  private static func merged(
    _ stated: [Provider], into stored: Provider?, onlyFillingIn isFiller: Bool
  ) throws(StoreError) -> Provider {
    var merged = stored
    for stated in stated {
      do {
        try stated.check()
      } catch {
        throw .invalidOffer(provider: stated.slug, offer: "-", error)
      }
      var next = merged ?? stated
      if stated.name != stated.slug.text, !isFiller || next.name == next.slug.text { next.name = stated.name }
      if let siteURL = stated.siteURL, !isFiller || next.siteURL == nil { next.siteURL = siteURL }
      merged = next
    }
    guard let merged else { throw .unavailable("an import needs at least one listing") }
    return merged
  }
}

extension Offer {
  /// Whether the offer comes before another in the order of their ids' UTF-8 bytes, the order of ``ProviderPart``.
  public func precedes(_ other: Offer) -> Bool { id.utf8.lexicographicallyPrecedes(other.id.utf8) }

  /// Whether this offer differs from a stored one in more than its source and the raw text of its prices.
  func isWorthWriting(over stored: Offer) -> Bool {
    var comparable = self
    comparable.pricing.raw = stored.pricing.raw
    return !comparable.saysTheSame(as: stored)
  }

  /// The bounded offer, checked for what a database cannot keep as well.
  func storable(by slug: ProviderSlug) throws(OfferError) -> Offer {
    guard provider == slug else {
      throw OfferError(field: "provider", reason: "is \(provider), but the listing is of \(slug)")
    }
    try slug.checkIsAskable()
    if let description, description.utf8.contains(0) {
      throw OfferError(field: "description", reason: "contains a NUL character")
    }
    for (field, text) in [("pricing.note", pricing.note), ("pricing.raw", pricing.raw)] {
      if let text, text.utf8.count > Pricing.maximumTextLength {
        throw OfferError(field: field, reason: "is longer than \(Pricing.maximumTextLength) bytes")
      }
    }
    return try bounded()
  }
}

extension Provider {
  /// Checks what a database keeps of a provider.
  ///
  /// - Throws: ``OfferError`` when its slug is reserved, or its name or site is out of bounds.
  func check() throws(OfferError) {
    try slug.checkIsAskable()
    for (field, text) in [("provider name", name), ("provider site", siteURL ?? "-")] {
      guard (1...Offer.maximumNameLength).contains(text.utf8.count), !text.utf8.contains(where: { $0 < 0x20 }) else {
        let reason = "must have 1 to \(Offer.maximumNameLength) bytes and no control characters"
        throw OfferError(field: field, reason: reason)
      }
    }
  }
}

extension ProviderSlug {
  /// Checks that the slug can name one provider: in queries `all` stands for every one.
  fileprivate func checkIsAskable() throws(OfferError) {
    guard text != "all" else {
      throw OfferError(field: "provider", reason: "\"all\" stands for every provider and cannot be the name of one")
    }
  }
}

/// A text that equals only a text of the same bytes, as in a database; `String` equates canonically equivalent texts.
struct ExactText: Hashable {
  private let text: String

  init(_ text: String) { self.text = text }

  static func == (left: ExactText, right: ExactText) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
