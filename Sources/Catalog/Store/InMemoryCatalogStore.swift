public import TieredCaching

/// A store that keeps everything in memory and behaves like the databases, for tests and for trying things out.
public actor InMemoryCatalogStore: CatalogStore {
  private let lifetime: String
  private let now: @Sendable () -> Int
  private var state = State()

  /// All that an import may change; copied before and put back when an import is refused.
  private struct State {
    var parts: [ProviderSlug: ProviderPart] = [:]
    var revisions: [ProviderSlug: Int64] = [:]
    var changes: [CatalogChange] = []
    var metadata: [String: String] = [:]
  }

  /// An empty store.
  ///
  /// - Parameters:
  ///   - lifetime: the name of this lifetime of the data; random unless given.
  ///   - now: the time in seconds since 1970, for the change log.
  public init(lifetime: String? = nil, now: @escaping @Sendable () -> Int) {
    self.lifetime = lifetime ?? String(UInt64.random(in: .min ... .max), radix: 16)
    self.now = now
  }

  /// The current revision of every provider.
  public func manifest() -> Manifest {
    let revisions = state.revisions.map { (PartID($0.key.text), Revision($0.value)) }
    return Manifest(lifetime: lifetime, revisions: Dictionary(uniqueKeysWithValues: revisions))
  }

  /// Every part whose revision differs from the one in `known`, and the manifest.
  public func load(changedSince known: Manifest?) -> PartDelta<ProviderPart> {
    let manifest = manifest()
    let wanted = manifest.parts(differingFrom: known)
    var parts: [PartID: ProviderPart] = [:]
    for (slug, part) in state.parts where wanted.contains(PartID(slug.text)) { parts[PartID(slug.text)] = part }
    return PartDelta(manifest: manifest, parts: parts)
  }

  /// Makes the offers of the listed providers those of the listings; when one is refused, nothing is changed.
  ///
  /// - Throws: ``StoreError`` as ``CatalogStore`` says.
  public func importListings(_ listings: [ProviderListing], options: ImportOptions) throws -> ImportReport {
    let before = state
    do {
      var reports: [ProviderImportReport] = []
      for (slug, listings) in Dictionary(grouping: listings, by: \.provider.slug).sorted(by: { $0.key < $1.key }) {
        let diff = try ListingDiff(current: state.parts[slug], listings: listings, options: options)
        reports.append(try apply(diff))
      }
      if options.dryRun { state = before }
      return ImportReport(providers: reports, dryRun: options.dryRun)
    } catch {
      state = before
      throw error
    }
  }

  private func apply(_ diff: ListingDiff) throws -> ProviderImportReport {
    let slug = diff.provider.slug
    let isChanged = diff.isProviderChanged || !(diff.added.isEmpty && diff.changed.isEmpty && diff.removed.isEmpty)
    if isChanged { state.revisions[slug, default: 0] += 1 }
    var offers: [ExactText: Offer] = [:]
    for offer in state.parts[slug]?.offers ?? [] { offers[ExactText(offer.id)] = offer }
    for offer in diff.removed {
      offers[ExactText(offer.id)] = nil
      log(offer, .removed)
    }
    for offer in diff.added {
      offers[ExactText(offer.id)] = offer
      log(offer, .added)
    }
    for change in diff.changed {
      offers[ExactText(change.new.id)] = change.new
      try logFields(change)
    }
    state.parts[slug] = ProviderPart(
      provider: diff.provider, offers: offers.values.sorted { $0.precedes($1) },
      changedAt: state.changes.last { $0.provider == slug }?.at)
    var report = diff.report
    report.revision = Revision(state.revisions[slug, default: 0])
    return report
  }

  private func logFields(_ change: ListingDiff.Change) throws {
    var old: [String: String] = [:]
    for (field, value) in try change.old.loggedFields() { old[field] = value }
    for (field, value) in try change.new.loggedFields() {
      let before = old.removeValue(forKey: field)
      if before != value { log(change.new, .changed, field: field, old: before, new: value) }
    }
    for (field, value) in old.sorted(by: { $0.key < $1.key }) {
      log(change.new, .changed, field: field, old: value, new: nil)
    }
  }

  private func log(
    _ offer: Offer, _ kind: CatalogChange.Kind, field: String? = nil, old: String? = nil, new: String? = nil
  ) {
    state.changes.append(
      CatalogChange(
        sequence: state.changes.count + 1, provider: offer.provider, offer: offer.id, kind: kind, field: field,
        oldValue: old, newValue: new, revision: Revision(state.revisions[offer.provider, default: 0]),
        at: Self.text(unixSeconds: now())))
  }

  private static func text(unixSeconds: Int) -> String {
    let day = CalendarDate(unixSeconds: unixSeconds)?.description ?? "0000-00-00"
    let parts = [unixSeconds / 3_600 % 24, unixSeconds / 60 % 60, unixSeconds % 60]
    let time = parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    return "\(day)T\(time).000Z"
  }

  /// The change log after a sequence number, oldest first.
  public func changes(after sequence: Int, provider: ProviderSlug?, limit: Int) -> [CatalogChange] {
    let matching = state.changes.lazy.filter {
      $0.sequence > sequence && (provider == nil || $0.provider == provider)
    }
    return Array(matching.prefix(max(0, limit)))
  }

  /// Facts about the data that are not about one offer.
  public func metadata() -> [String: String] { state.metadata }

  /// Sets or, with nil, removes such a fact.
  ///
  /// - Throws: ``StoreError/unavailable(_:)`` for `lifetime`, which only the store itself may set.
  public func setMetadata(_ name: String, _ value: String?) throws {
    guard name != "lifetime" else { throw StoreError.unavailable("the metadata \"lifetime\" cannot be set") }
    state.metadata[name] = value
  }
}
