public import Catalog
public import Logging
public import TieredCaching
import Tracing

/// How a sync is done.
public struct SyncOptions: Sendable {
  /// Whether to only say what would change.
  public var dryRun = false
  /// Whether what cannot be believed is taken: short lists, mass removals, prices that jump.
  public var force = false
  /// Whether providers are asked although they failed a moment ago, and for the whole list although it may be the old one.
  public var isManual = false
  /// When the lists were observed, in seconds since 1970, where they come from an archive; nil for now.
  public var observedAt: Int?
  /// The most changes of each provider that are listed.
  public var changeLimit = 0

  /// The options of a sync that nobody asked for.
  public init() {}
}

/// The sync of one provider: fetch, check, one transaction, publish.
public struct ProviderSync: Sendable {
  private let fetcher: ProviderFetcher
  private let store: any CatalogStore & SyncRecords
  private let errors: ErrorStates
  private let market: @Sendable () async -> MarketPrices
  private let publish: @Sendable (ImportReport) async throws -> Void
  private let now: @Sendable () -> Int
  private let spans: Spans
  private let logger: Logger

  /// A sync.
  ///
  /// - Parameters:
  ///   - market: what other providers ask for the same models now.
  ///   - publish: tells all workers of what was committed.
  ///   - now: the time in seconds since 1970.
  ///   - spans: where the spans of syncs go.
  public init(
    fetcher: ProviderFetcher, store: any CatalogStore & SyncRecords, errors: ErrorStates,
    market: @escaping @Sendable () async -> MarketPrices,
    publish: @escaping @Sendable (ImportReport) async throws -> Void, now: @escaping @Sendable () -> Int,
    spans: Spans = .none, logger: Logger
  ) {
    self.fetcher = fetcher
    self.store = store
    self.errors = errors
    self.market = market
    self.publish = publish
    self.now = now
    self.spans = spans
    self.logger = logger
  }

  /// Syncs a provider. What goes wrong is in the result, and nothing of it touches what is known of this or another provider.
  ///
  /// - Parameter token: unique per sync; nobody else syncs the provider meanwhile.
  public func run(_ adapter: ProviderAdapter, _ options: SyncOptions, token: String) async -> SyncResult {
    await spans.span("sync.provider") { span in
      let result = await timed(adapter, options, token: token)
      if let span { result.describe(on: span) }
      return result
    }
  }

  private func timed(_ adapter: ProviderAdapter, _ options: SyncOptions, token: String) async -> SyncResult {
    let start = ContinuousClock.now
    var result: SyncResult
    do {
      result = try await prepared(adapter, options, token: token)
    } catch is CancellationError {
      result = SyncResult(adapter.slug, .skipped, reason: "the worker ended")
    } catch {
      result = SyncResult(adapter.slug, .failed, reason: Vocabulary.printable("\(error)", maximum: 400))
      result.errorKind = "store"
    }
    result.milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
    return result
  }

  private func prepared(
    _ adapter: ProviderAdapter, _ options: SyncOptions, token: String
  ) async throws -> SyncResult {
    do {
      try fetcher.check(adapter)
    } catch {
      // A key that nobody has set is a choice; one that cannot be sent is a mistake.
      if case .missingVariable = error { return SyncResult(adapter.slug, .skipped, reason: error.description) }
      var result = SyncResult(adapter.slug, .failed, reason: error.description)
      result.errorKind = error.kind
      return result
    }
    if !options.isManual, let state = await errors.states(of: [adapter.slug])[adapter.slug], state.retryAt > now() {
      let reason = "left alone for \(state.retryAt - now()) s after \(state.failures) failures: \(state.message)"
      return SyncResult(adapter.slug, .skipped, reason: reason)
    }
    if options.dryRun { return try await fetched(adapter, options, record: nil).result }
    let lease = HeldLease(name: "sync:\(adapter.slug)", token: token, store: store, logger: logger)
    let result = try await lease.whileHeld { try await recorded(adapter, options) }
    return result ?? SyncResult(adapter.slug, .busy, reason: "another worker is syncing it")
  }

  /// Syncs a provider and keeps how it went.
  private func recorded(_ adapter: ProviderAdapter, _ options: SyncOptions) async throws -> SyncResult {
    let known = try await record(of: adapter.slug)
    var record = known ?? ProviderSyncRecord(attemptedAt: now())
    record.attemptedAt = now()
    // Before it is asked, so that whatever happens then it is left alone until its interval is over.
    try await save(record, of: adapter)
    var (result, list) = try await attempted(adapter, options, record: known)
    if result.outcome != .failed {
      record.succeededAt = record.attemptedAt
      record.failure = nil
      await cleared(adapter)
    }
    if result.outcome == .changed { record.changedAt = record.attemptedAt }
    if let list { record.list = list }
    switch result.outcome {
    case .notModified:
      // Its figures are those of the list that is still the current one.
      result.offers = record.result?.offers ?? 0
      result.prices = record.result?.prices ?? [:]
    case .failed: record.failure = result.withoutChanges
    default: record.result = result.withoutChanges
    }
    do {
      // Also when the worker ends: the list is in the catalog.
      try await lastWords { [record] in try await save(record, of: adapter) }
    } catch {
      // What was committed is committed; the next sync reads the whole list again.
      logger.warning(
        "How a sync went cannot be kept", metadata: ["provider": "\(adapter.slug)", "reason": "\(error)"])
    }
    return result
  }

  /// Asks the provider. Where the worker ends meanwhile, another one need not wait until the interval is over.
  private func attempted(
    _ adapter: ProviderAdapter, _ options: SyncOptions, record: ProviderSyncRecord?
  ) async throws -> (result: SyncResult, list: ProviderSyncRecord.HeldList?) {
    do {
      return try await fetched(adapter, options, record: record)
    } catch let error as CancellationError {
      do {
        try await lastWords { try await save(record, of: adapter) }
      } catch {
        logger.info(
          "A sync that was broken off counts as one", metadata: ["provider": "\(adapter.slug)", "reason": "\(error)"])
      }
      throw error
    }
  }

  private func save(_ record: ProviderSyncRecord?, of adapter: ProviderAdapter) async throws {
    try await store.setRecord(.provider, adapter.slug.text, try record.map { try SyncJSON.encode($0) })
  }

  /// A state that stays although the sync went well only delays the next one; it ends by itself.
  private func cleared(_ adapter: ProviderAdapter) async {
    do {
      try await errors.clear(adapter.slug)
    } catch {
      logger.warning("An error state cannot be shared", metadata: ["reason": "\(error)"])
    }
  }

  private func record(of provider: ProviderSlug) async throws -> ProviderSyncRecord? {
    guard let text = try await store.record(.provider, provider.text) else { return nil }
    do {
      return try SyncJSON.decode(ProviderSyncRecord.self, text)
    } catch {
      logger.warning("A sync record cannot be read; it is begun anew", metadata: ["provider": "\(provider)"])
      return nil
    }
  }

  private func fetched(
    _ adapter: ProviderAdapter, _ options: SyncOptions, record: ProviderSyncRecord?
  ) async throws -> (result: SyncResult, list: ProviderSyncRecord.HeldList?) {
    do {
      let validators = try await usableValidators(record, adapter, options)
      switch try await fetcher.fetch(adapter, validators: validators, observedAt: options.observedAt ?? now()) {
      case .notModified: return (SyncResult(adapter.slug, .notModified), nil)
      case .list(let body, let validators, let bytes, let pages):
        var (result, revision) = try await imported(body, adapter, options)
        result.bytes = bytes
        result.pages = pages
        let list = ProviderSyncRecord.HeldList(
          entityTag: validators.entityTag, lastModified: validators.lastModified, origin: try origin(of: adapter),
          revision: revision, readAt: now())
        return (result, list)
      }
    } catch let error as FetchError {
      return (await failed(adapter, error, options), nil)
    } catch let error as StoreError {
      return (await failed(adapter, .notStored(error.description), options), nil)
    }
  }

  private func failed(_ adapter: ProviderAdapter, _ error: FetchError, _ options: SyncOptions) async -> SyncResult {
    var result = SyncResult(adapter.slug, .failed, reason: error.description)
    result.errorKind = error.kind
    if !options.dryRun { await errors.failed(adapter.slug, error, now: now()) }
    return result
  }

  /// How long a list is taken for the same because the provider says so, in seconds. Once a day it is read as a whole, since
  /// the way in which it is read may have changed as well.
  private static let validity = 86_400

  /// The validators of the list that is held, unless it is wanted in any case or somebody else has changed something since.
  /// A list of many providers is always wanted: it fills in what is new in their own lists.
  private func usableValidators(
    _ record: ProviderSyncRecord?, _ adapter: ProviderAdapter, _ options: SyncOptions
  ) async throws -> ListValidators? {
    guard let list = record?.list, !options.isManual, !adapter.format.isMultiProvider,
      now() - list.readAt < Self.validity, list.origin == (try origin(of: adapter))
    else { return nil }
    let revision = try await store.manifest().revisions[PartID(adapter.slug.text)]?.number ?? 0
    guard revision == list.revision else { return nil }
    return ListValidators(entityTag: list.entityTag, lastModified: list.lastModified)
  }

  /// Where a list comes from and how it is read. Validators of one mean nothing for another.
  private func origin(of adapter: ProviderAdapter) throws(FetchError) -> String {
    "\(adapter.format.name) \(try fetcher.address(of: adapter))"
  }

  private func imported(
    _ body: ParsedBody, _ adapter: ProviderAdapter, _ options: SyncOptions
  ) async throws -> (SyncResult, revision: Int64) {
    let offers = body.listings.reduce(0) { $0 + $1.offers.count }
    guard offers >= adapter.minimumOffers || options.force else {
      throw FetchError.tooFew(found: offers, expected: adapter.minimumOffers)
    }
    var importOptions = ImportOptions(format: adapter.format.name, force: options.force, dryRun: options.dryRun)
    importOptions.review = Plausibility(market: await market())
    importOptions.changeLimit = options.changeLimit
    let report = try await spans.child("import") { [importOptions] span in
      let report = try await store.importListings(Self.named(body.listings, adapter), options: importOptions)
      if let span { report.describe(offers: offers, on: span) }
      return report
    }
    let isChanged = report.providers.contains { $0.added + $0.removed + $0.changed > 0 }
    if isChanged, !options.dryRun { await published(report, adapter) }
    let revision = report.manifest.revisions[PartID(adapter.slug.text)]?.number ?? 0
    return (SyncResult(adapter, isChanged ? .changed : .unchanged, body, report), revision)
  }

  /// The listings with the provider's name and site, which the lists themselves do not have.
  private static func named(_ listings: [ProviderListing], _ adapter: ProviderAdapter) -> [ProviderListing] {
    listings.map { listing in
      var listing = listing
      if listing.provider.slug == adapter.slug {
        listing.provider = Provider(slug: adapter.slug, name: adapter.name, siteURL: adapter.siteURL)
      }
      return listing
    }
  }

  /// What is committed is found by every worker within the staleness bound, whether it is told or not.
  private func published(_ report: ImportReport, _ adapter: ProviderAdapter) async {
    do {
      try await spans.child("publish") { span in
        span?.attributes["catalog.version"] = report.manifest.version
        try await publish(report)
      }
    } catch {
      logger.warning(
        "A sync was committed, but not published", metadata: ["provider": "\(adapter.slug)", "reason": "\(error)"])
    }
  }
}

extension SyncResult {
  fileprivate init(_ adapter: ProviderAdapter, _ outcome: Outcome, _ body: ParsedBody, _ report: ImportReport) {
    self.init(adapter.slug, outcome)
    for offer in body.listings.lazy.flatMap(\.offers) {
      offers += 1
      prices[offer.pricing.state.rawValue, default: 0] += 1
    }
    added = report.total(\.added)
    removed = report.total(\.removed)
    changed = report.total(\.changed)
    unchanged = report.total(\.unchanged)
    held = report.total(\.held)
    flagged = report.total(\.flagged)
    notices = body.notices.count
    changes = report.providers.flatMap(\.changes).flatMap(Change.changes)
  }
}

extension SyncResult.Change {
  fileprivate static func changes(of diff: OfferDiff) -> [SyncResult.Change] {
    let fields = diff.fields.map { ($0.field, $0.oldValue, $0.newValue) as (String?, String?, String?) }
    return (fields.isEmpty ? [(nil, nil, nil)] : fields).map { field, old, new in
      SyncResult.Change(
        kind: diff.kind.rawValue, offer: diff.offer, field: field, old: old, new: new, held: diff.heldReason)
    }
  }
}
