public import TieredCaching

/// A store that keeps everything in memory and behaves like the databases, for tests and for trying things out.
public actor InMemoryCatalogStore: CatalogStore {
  private let now: @Sendable () -> Int
  private var state: InMemoryState
  var leases: [String: InMemoryLease] = [:]
  var records: [SyncRecordKind: [String: String]] = [:]

  /// An empty store.
  ///
  /// - Parameters:
  ///   - lifetime: the name of this lifetime of the data; random unless given.
  ///   - now: the time in seconds since 1970, for the change log.
  public init(lifetime: String? = nil, now: @escaping @Sendable () -> Int) {
    self.now = now
    state = InMemoryState(lifetime: lifetime ?? String(UInt64.random(in: .min ... .max), radix: 16))
  }

  /// The current revision of every provider and derived view, and the floors.
  public func manifest() -> Manifest { state.manifest() }

  /// Every part whose revision differs from the one in `known`, and the manifest. A provider that is gone is a part
  /// without offers.
  ///
  /// - Throws: ``ProviderSlug/Invalid``, should a part be named like no provider.
  public func load(changedSince known: Manifest?, atLeast wanted: Manifest?) throws -> PartDelta<ProviderPart> {
    let manifest = state.manifest()
    var parts: [PartID: ProviderPart] = [:]
    for id in manifest.parts(differingFrom: known) where !id.isDerived {
      let slug = try ProviderSlug(id.text)
      let part =
        state.part(of: slug)
        ?? ProviderPart(provider: Provider(slug: slug), offers: [], changedAt: state.lastChange(of: slug))
      parts[id] = try part.served(with: state.overrides(of: slug))
    }
    return PartDelta(manifest: manifest, parts: parts)
  }

  /// Makes the offers of the listed providers those of the listings; when one is refused, nothing is changed.
  ///
  /// - Throws: ``StoreError`` as ``CatalogStore`` says.
  public func importListings(_ listings: [ProviderListing], options: ImportOptions) throws -> ImportReport {
    try transaction(isUndone: options.dryRun) { try options.run(listings, in: &$0) }
  }

  /// Makes a manual update; when it is refused, nothing is changed.
  ///
  /// - Throws: ``StoreError`` as ``CatalogStore`` says.
  public func edit(_ edit: CatalogEdit, dryRun: Bool) throws -> EditReport {
    try transaction(isUndone: dryRun) { state in
      let now = state.now
      return try edit.run(in: &state, now: now, dryRun: dryRun)
    }
  }

  /// What waits for an operator's decision, or had it; see ``CatalogStore``.
  public func quarantine(
    of provider: ProviderSlug?, states: Set<QuarantineEntry.State>, latestFirst: Bool, limit: Int
  ) -> [QuarantineEntry] {
    var matching = state.quarantine.filter {
      (provider == nil || $0.provider == provider) && states.contains($0.state)
    }
    if latestFirst { matching.sort { ($1.decidedAt ?? $1.since, $1.id) < ($0.decidedAt ?? $0.since, $0.id) } }
    return Array(matching.prefix(max(0, limit)))
  }

  /// Decides about an entry of the quarantine; when that is refused, nothing is changed.
  ///
  /// - Throws: ``StoreError`` as ``CatalogStore`` says.
  public func decide(
    _ id: Int, _ decision: QuarantineEntry.Decision, by name: String
  ) throws -> QuarantineDecision {
    try transaction(isUndone: false) { try decision.run(on: id, by: name, in: &$0) }
  }

  /// What operators say in the place of providers; see ``CatalogStore``.
  public func overrides(of provider: ProviderSlug?) -> [OfferOverride] {
    provider.map { state.overrides(of: $0) } ?? state.overrides
  }

  /// Sets or ends overrides of an offer; when that is refused, nothing is changed.
  ///
  /// - Throws: ``StoreError`` as ``CatalogStore`` says.
  public func setOverrides(_ edit: OverrideEdit, dryRun: Bool) throws -> OverrideReport {
    try transaction(isUndone: dryRun) { try edit.run(in: &$0, dryRun: dryRun) }
  }

  /// Everything that is known about one offer.
  ///
  /// - Throws: ``StoreError`` as ``CatalogStore`` says.
  public func detail(of id: String, provider: ProviderSlug) throws -> OfferDetail {
    try transaction(isUndone: true) { try OfferDetail(of: id, provider, in: &$0) }
  }

  /// Raises the revision of parts by one without any other change.
  ///
  /// - Throws: ``StoreError/unknownParts(_:)``; then nothing is changed.
  public func raiseRevisions(of parts: Set<PartID>?, purging: Bool) throws -> Manifest {
    let manifest = state.manifest()
    if let parts { try manifest.expect(parts) }
    for part in parts ?? Set(manifest.revisions.keys) { state.raise(part, purging: purging) }
    return state.manifest()
  }

  /// Runs work on the state, which is put back when the work throws or is to be undone.
  private func transaction<Result>(
    isUndone: Bool, _ work: (inout InMemoryState) throws -> Result
  ) throws -> Result {
    var changed = state
    changed.now = now()
    let result = try work(&changed)
    if !isUndone { state = changed }
    return result
  }

  /// The change log after a sequence number, oldest first.
  public func changes(after sequence: Int, provider: ProviderSlug?, limit: Int) -> [CatalogChange] {
    let matching = state.changes.lazy.filter {
      $0.sequence > sequence && (provider == nil || $0.provider == provider)
    }
    return Array(matching.prefix(max(0, limit)))
  }

  /// All changes of some offers, oldest first.
  public func changes(of offers: [OfferReference], limit: Int) -> [CatalogChange] {
    let wanted = Set(offers)
    let matching = state.changes.lazy.filter {
      wanted.contains(OfferReference(provider: $0.provider, offer: $0.offer))
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
