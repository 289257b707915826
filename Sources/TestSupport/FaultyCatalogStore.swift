public import Catalog
import NIOConcurrencyHelpers
public import TieredCaching

/// A store in front of another one that counts calls and fails or waits when a test says so.
public final class FaultyCatalogStore: CatalogStore {
  /// What a store is asked for.
  public enum Operation: Sendable, Hashable, CaseIterable {
    case manifest, load, importListings, edit, raiseRevisions, changes, changesOfOffers, quarantine, decide, overrides
    case setOverrides, detail, metadata, setMetadata, leases, records
  }

  private let store: any CatalogStore
  private let state = NIOLockedValueBox(State())

  private struct State {
    var calls: [Operation: Int] = [:]
    var faults: [Operation: any Error] = [:]
    var gates: [Operation: @Sendable () async -> Void] = [:]
    var forgery: (any CatalogStore)?
  }

  /// A store that passes everything on until it is told otherwise.
  public init(_ store: any CatalogStore) { self.store = store }

  /// Makes every call of an operation fail, or with nil succeed again.
  public func fail(_ operation: Operation, with error: (any Error)?) {
    state.withLockedValue { $0.faults[operation] = error }
  }

  /// Makes every call of an operation wait for `gate` before it reaches the store, or with nil no longer.
  public func hold(_ operation: Operation, until gate: (@Sendable () async -> Void)?) {
    state.withLockedValue { $0.gates[operation] = gate }
  }

  /// Makes every load give the content of another store under the revisions of this one, or with nil no longer: as after
  /// changes that no trigger saw.
  public func forgeLoads(from store: (any CatalogStore)?) { state.withLockedValue { $0.forgery = store } }

  /// How often an operation was called, failed calls included.
  public func calls(_ operation: Operation) -> Int { state.withLockedValue { $0.calls[operation, default: 0] } }

  private func enter(_ operation: Operation) async throws {
    let gate = state.withLockedValue { state in
      state.calls[operation, default: 0] += 1
      return state.gates[operation]
    }
    await gate?()
    if let fault = state.withLockedValue({ $0.faults[operation] }) { throw fault }
  }

  /// The manifest of the store behind.
  public func manifest() async throws -> Manifest {
    try await enter(.manifest)
    return try await store.manifest()
  }

  /// The changed parts of the store behind.
  public func load(
    changedSince known: Manifest?, atLeast wanted: Manifest?
  ) async throws -> PartDelta<ProviderPart> {
    try await enter(.load)
    let delta = try await store.load(changedSince: known, atLeast: wanted)
    guard let forgery = state.withLockedValue({ $0.forgery }) else { return delta }
    let forged = try await forgery.load(changedSince: nil).parts
    return PartDelta(manifest: delta.manifest, parts: forged.filter { delta.parts[$0.key] != nil })
  }

  /// What the store behind says of itself.
  public func watch(_ changed: @escaping @Sendable (ChangeNotice) -> Void) async { await store.watch(changed) }

  /// An import into the store behind.
  public func importListings(_ listings: [ProviderListing], options: ImportOptions) async throws -> ImportReport {
    try await enter(.importListings)
    return try await store.importListings(listings, options: options)
  }

  /// A manual update of the store behind.
  public func edit(_ edit: CatalogEdit, dryRun: Bool) async throws -> EditReport {
    try await enter(.edit)
    return try await store.edit(edit, dryRun: dryRun)
  }

  /// Raises revisions of the store behind.
  public func raiseRevisions(of parts: Set<PartID>?, purging: Bool) async throws -> Manifest {
    try await enter(.raiseRevisions)
    return try await store.raiseRevisions(of: parts, purging: purging)
  }

  /// The change log of the store behind.
  public func changes(after sequence: Int, provider: ProviderSlug?, limit: Int) async throws -> [CatalogChange] {
    try await enter(.changes)
    return try await store.changes(after: sequence, provider: provider, limit: limit)
  }

  /// The changes of offers of the store behind.
  public func changes(of offers: [OfferReference], limit: Int) async throws -> [CatalogChange] {
    try await enter(.changesOfOffers)
    return try await store.changes(of: offers, limit: limit)
  }

  /// The quarantine of the store behind.
  public func quarantine(
    of provider: ProviderSlug?, states: Set<QuarantineEntry.State>, latestFirst: Bool, limit: Int
  ) async throws -> [QuarantineEntry] {
    try await enter(.quarantine)
    return try await store.quarantine(of: provider, states: states, latestFirst: latestFirst, limit: limit)
  }

  /// A decision in the store behind.
  public func decide(
    _ id: Int, _ decision: QuarantineEntry.Decision, by name: String
  ) async throws -> QuarantineDecision {
    try await enter(.decide)
    return try await store.decide(id, decision, by: name)
  }

  /// The overrides of the store behind.
  public func overrides(of provider: ProviderSlug?) async throws -> [OfferOverride] {
    try await enter(.overrides)
    return try await store.overrides(of: provider)
  }

  /// Sets overrides in the store behind.
  public func setOverrides(_ edit: OverrideEdit, dryRun: Bool) async throws -> OverrideReport {
    try await enter(.setOverrides)
    return try await store.setOverrides(edit, dryRun: dryRun)
  }

  /// What the store behind knows of an offer.
  public func detail(of id: String, provider: ProviderSlug) async throws -> OfferDetail {
    try await enter(.detail)
    return try await store.detail(of: id, provider: provider)
  }

  /// The metadata of the store behind.
  public func metadata() async throws -> [String: String] {
    try await enter(.metadata)
    return try await store.metadata()
  }

  /// Sets metadata of the store behind.
  public func setMetadata(_ name: String, _ value: String?) async throws {
    try await enter(.setMetadata)
    try await store.setMetadata(name, value)
  }
}

extension FaultyCatalogStore: SyncRecords {
  private var records: any SyncRecords {
    get throws {
      guard let records = store as? any SyncRecords else {
        throw StoreError.unavailable("the store behind keeps no records")
      }
      return records
    }
  }

  /// Takes or prolongs a lease of the store behind.
  public func acquireLease(_ name: String, token: String, for duration: Duration) async throws -> Bool {
    try await enter(.leases)
    return try await records.acquireLease(name, token: token, for: duration)
  }

  /// Ends a lease of the store behind.
  public func releaseLease(_ name: String, token: String) async throws {
    try await enter(.leases)
    try await records.releaseLease(name, token: token)
  }

  /// The records of the store behind.
  public func records(_ kind: SyncRecordKind) async throws -> [String: String] {
    try await enter(.records)
    return try await records.records(kind)
  }

  /// One record of the store behind.
  public func record(_ kind: SyncRecordKind, _ name: String) async throws -> String? {
    try await enter(.records)
    return try await records.record(kind, name)
  }

  /// Sets a record of the store behind.
  public func setRecord(_ kind: SyncRecordKind, _ name: String, _ value: String?) async throws {
    try await enter(.records)
    try await records.setRecord(kind, name, value)
  }
}
