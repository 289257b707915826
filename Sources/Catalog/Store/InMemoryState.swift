import TieredCaching

/// All that a store in memory holds, as one value: it is copied before a transaction and put back to undo it.
struct InMemoryState: ImportTransaction, QuarantineTransaction, OverrideTransaction {
  let lifetime: String
  /// The time of what is written next, in seconds since 1970.
  var now = 0
  /// Since when what is written next has been in effect; nil for now.
  private var effectiveAt: String?
  /// The time as the databases write it.
  private var at: String { CatalogTime.text(unixSeconds: now) ?? "" }
  private var parts: [PartID: ProviderPart] = [:]
  private(set) var changes: [CatalogChange] = []
  private(set) var quarantine: [QuarantineEntry] = []
  private var lastEntry = 0
  /// In the order of providers, ids and members.
  private(set) var overrides: [OfferOverride] = []
  var metadata: [String: String] = [:]
  private var revisions: [PartID: Revision] = [:]
  private var floors: [PartID: Revision] = [:]

  init(lifetime: String) { self.lifetime = lifetime }

  func manifest() -> Manifest { Manifest(lifetime: lifetime, revisions: revisions, floors: floors) }

  /// When the change log last names a provider.
  func lastChange(of slug: ProviderSlug) -> String? { changes.last { $0.provider == slug }?.at }

  // MARK: Revisions

  mutating func raise(_ part: PartID, purging: Bool = false) {
    let revision = revision(part)
    let raised = Revision(revision.number + 1)
    revisions[part] = raised
    if purging { floors[part] = raised }
  }

  private func revision(_ part: PartID) -> Revision { revisions[part] ?? .zero }

  // MARK: Imports

  func part(of slug: ProviderSlug) -> ProviderPart? {
    parts[PartID(slug.text)].map {
      ProviderPart(provider: $0.provider, offers: $0.offers, changedAt: lastChange(of: slug))
    }
  }

  mutating func write(_ diff: ListingDiff, isNew: Bool) throws -> Revision {
    dateChanges(to: diff.effectiveAt)
    defer { dateChanges(to: nil) }
    let slug = diff.provider.slug
    let isChanged =
      diff.isProviderChanged || !diff.added.isEmpty || !diff.removed.isEmpty
      || diff.updates.contains(where: \.isVisible)
    if isChanged { raise(PartID(slug.text)) }
    var offers = offers(of: slug)
    for offer in diff.removed {
      offers[ExactText(offer.id)] = nil
      log(offer, .removed)
    }
    for offer in diff.added {
      offers[ExactText(offer.id)] = offer
      log(offer, .added)
    }
    for change in diff.updates {
      offers[ExactText(change.new.id)] = change.new
      try logFields(of: change.new, since: change.old)
    }
    set(offers, of: diff.provider)
    return revision(PartID(slug.text))
  }

  func record(_ report: ProviderImportReport, format: String, newest: Offer?) {}

  private func offers(of slug: ProviderSlug) -> [ExactText: Offer] {
    var offers: [ExactText: Offer] = [:]
    for offer in parts[PartID(slug.text)]?.offers ?? [] { offers[ExactText(offer.id)] = offer }
    return offers
  }

  private mutating func set(_ offers: [ExactText: Offer], of provider: Provider) {
    let offers = offers.values.sorted { $0.precedes($1) }
    parts[PartID(provider.slug.text)] = ProviderPart(provider: provider, offers: offers)
  }

  // MARK: The quarantine

  func quarantine(of slug: ProviderSlug) -> [QuarantineEntry] { quarantine.filter { $0.provider == slug } }

  mutating func write(_ update: QuarantineUpdate, of slug: ProviderSlug) {
    quarantine.removeAll { update.removed.contains($0.id) }
    for proposal in update.added {
      lastEntry += 1
      quarantine.append(
        QuarantineEntry(
          id: lastEntry, provider: slug, offer: proposal.offer, field: proposal.field, reason: proposal.reason,
          message: proposal.message, isHeld: proposal.isHeld, servedValue: proposal.servedValue,
          proposedValue: proposal.proposedValue, source: proposal.source, state: .pending, since: at, decidedAt: nil,
          decidedBy: nil))
    }
  }

  func quarantineEntry(_ id: Int) -> QuarantineEntry? { quarantine.first { $0.id == id } }

  mutating func mark(
    _ entry: QuarantineEntry, _ state: QuarantineEntry.State, by name: String
  ) -> QuarantineEntry {
    let decided = entry.decided(state, at: at, by: name)
    for index in quarantine.indices where quarantine[index].id == entry.id { quarantine[index] = decided }
    return decided
  }

  mutating func dateChanges(to effectiveAt: String?) { self.effectiveAt = effectiveAt }

  // MARK: Overrides

  func overrides(of provider: ProviderSlug) -> [OfferOverride] { overrides.filter { $0.provider == provider } }

  func overrides(of offer: String, _ provider: ProviderSlug) -> [OfferOverride] {
    overrides(of: provider).filter { ExactText($0.offer) == ExactText(offer) }
  }

  mutating func setOverride(_ member: OfferOverride.Member, to value: String, _ edit: OverrideEdit) {
    let old = overrides(of: edit.offer, edit.provider).first { $0.member == member }
    let new = OfferOverride(
      provider: edit.provider, offer: edit.offer, member: member, value: value, note: edit.note, setBy: edit.by,
      setAt: at)
    replace(old, by: new)
  }

  mutating func endOverride(_ member: OfferOverride.Member, _ edit: OverrideEdit) {
    replace(overrides(of: edit.offer, edit.provider).first { $0.member == member }, by: nil)
  }

  private mutating func replace(_ old: OfferOverride?, by new: OfferOverride?) {
    guard let place = new ?? old else { return }
    overrides.removeAll { $0 == old }
    if let new { overrides.append(new) }
    overrides.sort { ($0.provider, $0.offer, $0.member) < ($1.provider, $1.offer, $1.member) }
    guard old?.value != new?.value else { return }
    raise(PartID(place.provider.text))
    let change = FieldChange(field: "override.\(place.member.rawValue)", oldValue: old?.value, newValue: new?.value)
    log(.changed, place.provider, place.offer, change)
  }

  // MARK: Manual updates

  func provider(_ slug: ProviderSlug) -> Provider? { parts[PartID(slug.text)]?.provider }

  func offer(_ id: String, of provider: ProviderSlug) -> Offer? { offers(of: provider)[ExactText(id)] }

  func offerCount(of provider: ProviderSlug) -> Int { parts[PartID(provider.text)]?.offers.count ?? 0 }

  mutating func write(_ offer: Offer, replacing old: Offer?) throws {
    raise(PartID(offer.provider.text))
    if let old { try logFields(of: offer, since: old) } else { log(offer, .added) }
    var offers = offers(of: offer.provider)
    offers[ExactText(offer.id)] = offer
    set(offers, of: provider(offer.provider) ?? Provider(slug: offer.provider))
  }

  mutating func deleteOffer(_ id: String, of slug: ProviderSlug) -> Bool {
    var offers = offers(of: slug)
    guard let provider = provider(slug), let offer = offers.removeValue(forKey: ExactText(id)) else { return false }
    raise(PartID(slug.text))
    log(offer, .removed)
    set(offers, of: provider)
    return true
  }

  mutating func write(_ provider: Provider, replacing old: Provider?) {
    raise(PartID(provider.slug.text))
    set(offers(of: provider.slug), of: provider)
  }

  mutating func deleteProvider(_ slug: ProviderSlug) {
    raise(PartID(slug.text))
    for offer in parts[PartID(slug.text)]?.offers ?? [] { log(offer, .removed) }
    parts[PartID(slug.text)] = nil
    quarantine.removeAll { $0.provider == slug }
    for override in overrides(of: slug) { replace(override, by: nil) }
  }

  // MARK: The change log

  private mutating func logFields(of offer: Offer, since old: Offer) throws {
    for change in try offer.changedFields(since: old) { log(.changed, offer.provider, offer.id, change) }
  }

  /// Logs that an offer came or went, with all its prices.
  private mutating func log(_ offer: Offer, _ kind: CatalogChange.Kind) {
    let json = offer.pricing.json
    log(
      kind, offer.provider, offer.id, field: nil, oldValue: kind == .removed ? json : nil,
      newValue: kind == .added ? json : nil)
  }

  private mutating func log(
    _ kind: CatalogChange.Kind, _ provider: ProviderSlug, _ offer: String, _ change: FieldChange
  ) {
    log(kind, provider, offer, field: change.field, oldValue: change.oldValue, newValue: change.newValue)
  }

  private mutating func log(
    _ kind: CatalogChange.Kind, _ provider: ProviderSlug, _ offer: String, field: String?, oldValue: String?,
    newValue: String?
  ) {
    changes.append(
      CatalogChange(
        sequence: changes.count + 1, provider: provider, offer: offer, kind: kind, field: field, oldValue: oldValue,
        newValue: newValue, revision: revision(PartID(provider.text)), at: at,
        effectiveAt: min(effectiveAt ?? at, at)))
  }
}

extension ListingDiff.Change {
  /// Whether readers see it, as they do not see where single fields come from.
  fileprivate var isVisible: Bool {
    var new = new
    new.provenance = old.provenance
    return new != old
  }
}
