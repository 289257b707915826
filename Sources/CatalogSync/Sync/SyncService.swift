public import Catalog
public import Logging
public import TieredCaching

/// Syncs providers: on a schedule, for an operator, for a command. Many at a time, each on its own.
public final class SyncService: Sendable {
  /// How it behaves.
  public struct Configuration: Sendable {
    /// The most providers that are asked at the same time.
    public var concurrency = 8
    /// How often providers are synced, in seconds; 0 for not by itself.
    public var interval = 0
    /// How often some providers are synced, in seconds; 0 for not by itself.
    public var intervals: [ProviderSlug: Int] = [:]
    /// The only providers that are synced where none are named; nil for all that can be asked.
    public var providers: Set<ProviderSlug>?
    /// Providers that are only synced where they are named.
    public var skipped: Set<ProviderSlug> = []

    /// How often it is looked what is due.
    var tick = Duration.seconds(10)

    /// Whether nothing is synced by itself.
    public var isIdle: Bool { interval == 0 && intervals.values.allSatisfy { $0 == 0 } }

    /// The usual behaviour.
    public init() {}
  }

  let registry: ProviderRegistry
  let configuration: Configuration
  let store: any CatalogStore & SyncRecords
  let errors: ErrorStates
  let metrics: SyncMetrics
  let now: @Sendable () -> Int
  let logger: Logger
  /// The jobs that wait to be begun.
  let requests: AsyncStream<Request>
  /// Unique for this worker, for leases.
  let worker = String(UInt64.random(in: .min ... .max), radix: 16)
  private let sync: ProviderSync
  private let fetcher: ProviderFetcher
  private let spans: Spans
  private let continuation: AsyncStream<Request>.Continuation
  /// For the providers that are asked at the same time, by all jobs together.
  private let slots: Slots

  /// A job that is to be done.
  struct Request: Sendable {
    let job: SyncJob
    let adapters: [ProviderAdapter]
    let options: SyncOptions
  }

  /// The most jobs that wait to be begun.
  private static let queueLength = 16

  /// A service.
  ///
  /// - Parameters:
  ///   - publish: tells all workers of what was committed.
  ///   - market: what other providers ask for the same models now.
  ///   - now: the time in seconds since 1970.
  ///   - spans: where the spans of jobs go.
  ///   - metrics: receive what is counted.
  public init(
    registry: ProviderRegistry, configuration: Configuration, fetcher: ProviderFetcher,
    store: any CatalogStore & SyncRecords, errors: ErrorStates,
    market: @escaping @Sendable () async -> MarketPrices,
    publish: @escaping @Sendable (ImportReport) async throws -> Void, now: @escaping @Sendable () -> Int,
    spans: Spans = .none, logger: Logger, metrics: SyncMetrics = SyncMetrics()
  ) {
    self.registry = registry
    self.metrics = metrics
    self.configuration = configuration
    self.store = store
    self.errors = errors
    self.fetcher = fetcher
    self.now = now
    self.spans = spans
    self.logger = logger
    sync = ProviderSync(
      fetcher: fetcher, store: store, errors: errors, market: market, publish: publish, now: now, spans: spans,
      logger: logger)
    slots = Slots(configuration.concurrency)
    (requests, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.queueLength))
  }

  // MARK: Jobs

  /// The adapters of providers; all that take part in the schedule where none are named.
  ///
  /// - Throws: ``UnknownProvider`` for a name that nobody has.
  public func adapters(named names: [String]) throws -> [ProviderAdapter] {
    if !names.isEmpty { return try Set(names).sorted().map { try registry.named($0) } }
    if let providers = configuration.providers {
      return registry.everything.filter { providers.contains($0.slug) }
    }
    return registry.everything.filter { !configuration.skipped.contains($0.slug) }
  }

  /// Whether a provider can be asked; if not, why.
  public func obstacle(to adapter: ProviderAdapter) -> String? {
    do {
      try fetcher.check(adapter)
      return nil
    } catch {
      return error.description
    }
  }

  /// Begins a job that ``run()`` will do.
  ///
  /// - Throws: ``TooManyJobs``, and failures of the database.
  public func start(
    _ adapters: [ProviderAdapter], _ options: SyncOptions, trigger: SyncJob.Trigger
  ) async throws -> SyncJob {
    let job = newJob(adapters, options, trigger)
    let jobs = SyncJobs(store: store)
    try await jobs.save(job)
    let request = Request(job: job, adapters: adapters, options: options)
    guard case .enqueued = continuation.yield(request) else {
      try await jobs.forget(job.id)
      throw TooManyJobs()
    }
    return job
  }

  /// Does a job, and returns when it is done.
  ///
  /// - Parameter onResult: called with each result as it comes.
  public func perform(
    _ adapters: [ProviderAdapter], _ options: SyncOptions, trigger: SyncJob.Trigger,
    onResult: @Sendable (SyncResult) -> Void = { _ in }
  ) async -> SyncJob {
    let job = newJob(adapters, options, trigger)
    return await perform(Request(job: job, adapters: adapters, options: options), onResult)
  }

  /// A job, as all workers see it.
  ///
  /// - Throws: ``NoSuchJob``, and failures of the database.
  public func job(_ id: String) async throws -> SyncJob { try await SyncJobs(store: store).job(id, now: now()) }

  func newJob(
    _ adapters: [ProviderAdapter], _ options: SyncOptions, _ trigger: SyncJob.Trigger
  ) -> SyncJob {
    let random = String(UInt32.random(in: .min ... .max), radix: 36)
    return SyncJob(
      id: "\(now())-\(random)", trigger: trigger, dryRun: options.dryRun, startedAt: now(), updatedAt: now(),
      providers: adapters.map(\.slug.text).sorted())
  }

  func perform(_ request: Request, _ onResult: @Sendable (SyncResult) -> Void = { _ in }) async -> SyncJob {
    await spans.span("sync.job") { span in
      let job = await performed(request, onResult)
      if let span { job.describe(on: span) }
      return job
    }
  }

  private func performed(_ request: Request, _ onResult: @Sendable (SyncResult) -> Void) async -> SyncJob {
    var job = request.job
    let options = request.options
    // A command that only says what would change leaves nothing behind, not even that it was run.
    let isKept = !options.dryRun || job.trigger == .api
    if isKept { await keep(job) }
    let token = "\(worker)-\(job.id)"
    await withTaskGroup(of: SyncResult.self) { group in
      for adapter in request.adapters {
        group.addTask { [sync, slots] in
          await slots.take(isUrgent: options.isManual)
          defer { slots.give() }
          return await sync.run(adapter, options, token: token)
        }
      }
      for await result in group {
        if !options.dryRun { metrics.record(result) }
        onResult(result)
        // Whoever typed a command sees its results.
        if job.trigger != .command { log(result) }
        job.results.append(result)
        job.updatedAt = now()
        if isKept { await keep(job) }
      }
    }
    job.state = .done
    job.finishedAt = now()
    if isKept { await keep(job) }
    return job
  }

  /// Says how far a job is. What it does goes on, whether it can be said or not.
  private func keep(_ job: SyncJob) async {
    let jobs = SyncJobs(store: store)
    do {
      try await jobs.save(job)
      if job.state == .done { try await jobs.prune() }
    } catch {
      logger.warning("It cannot be said how far a sync job is", metadata: ["job": "\(job.id)", "reason": "\(error)"])
    }
  }
}

extension SyncService {
  private func log(_ result: SyncResult) {
    var metadata: Logger.Metadata = [
      "provider": "\(result.provider)", "outcome": "\(result.outcome.rawValue)", "offers": "\(result.offers)",
      "added": "\(result.added)", "removed": "\(result.removed)", "changed": "\(result.changed)",
      "held": "\(result.held)", "milliseconds": "\(result.milliseconds)",
    ]
    if let reason = result.reason { metadata["reason"] = "\(reason)" }
    switch result.outcome {
    case .failed: logger.warning("Sync failed", metadata: metadata)
    case .skipped, .busy: logger.debug("Sync left out", metadata: metadata)
    case .changed, .unchanged, .notModified: logger.info("Sync done", metadata: metadata)
    }
  }
}

/// Too many jobs wait to be begun.
public struct TooManyJobs: Error, CustomStringConvertible {
  /// What is wrong, for a person.
  public var description: String { "too many sync jobs are waiting; try again when one is done" }
}
