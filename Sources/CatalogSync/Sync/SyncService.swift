public import Catalog
public import Logging
public import ServiceLifecycle
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

    /// The usual behaviour.
    public init() {}
  }

  let registry: ProviderRegistry
  let configuration: Configuration
  let store: any CatalogStore & SyncRecords
  let errors: ErrorStates
  private let sync: ProviderSync
  private let fetcher: ProviderFetcher
  private let now: @Sendable () -> Int
  private let spans: Spans
  private let logger: Logger
  private let requests: AsyncStream<Request>
  private let continuation: AsyncStream<Request>.Continuation
  /// Unique for this worker, for leases.
  private let worker = String(UInt64.random(in: .min ... .max), radix: 16)

  private struct Request: Sendable {
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
  public init(
    registry: ProviderRegistry, configuration: Configuration, fetcher: ProviderFetcher,
    store: any CatalogStore & SyncRecords, errors: ErrorStates,
    market: @escaping @Sendable () async -> MarketPrices,
    publish: @escaping @Sendable (ImportReport) async throws -> Void, now: @escaping @Sendable () -> Int,
    spans: Spans = .none, logger: Logger
  ) {
    self.registry = registry
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
  /// - Throws: failures of the database.
  public func perform(
    _ adapters: [ProviderAdapter], _ options: SyncOptions, trigger: SyncJob.Trigger,
    onResult: @Sendable (SyncResult) -> Void = { _ in }
  ) async throws -> SyncJob {
    let job = newJob(adapters, options, trigger)
    return try await perform(Request(job: job, adapters: adapters, options: options), onResult)
  }

  /// A job, as all workers see it.
  ///
  /// - Throws: ``NoSuchJob``, and failures of the database.
  public func job(_ id: String) async throws -> SyncJob { try await SyncJobs(store: store).job(id, now: now()) }

  private func newJob(
    _ adapters: [ProviderAdapter], _ options: SyncOptions, _ trigger: SyncJob.Trigger
  ) -> SyncJob {
    let random = String(UInt32.random(in: .min ... .max), radix: 36)
    return SyncJob(
      id: "\(now())-\(random)", trigger: trigger, dryRun: options.dryRun, startedAt: now(), updatedAt: now(),
      providers: adapters.map(\.slug.text).sorted())
  }

  private func perform(_ request: Request, _ onResult: @Sendable (SyncResult) -> Void) async throws -> SyncJob {
    try await spans.span("sync.job") { span in
      let job = try await performed(request, onResult)
      if let span { job.describe(on: span) }
      return job
    }
  }

  private func performed(_ request: Request, _ onResult: @Sendable (SyncResult) -> Void) async throws -> SyncJob {
    var job = request.job
    let jobs = SyncJobs(store: store)
    // A command that only says what would change leaves nothing behind, not even that it was run.
    let isKept = !request.options.dryRun || job.trigger == .api
    if isKept { try await jobs.save(job) }
    let token = "\(worker)-\(job.id)"
    try await withThrowingTaskGroup(of: SyncResult.self) { group in
      var begun = 0
      for adapter in request.adapters.prefix(configuration.concurrency) {
        group.addTask { [sync] in await sync.run(adapter, request.options, token: token) }
        begun += 1
      }
      while let result = try await group.next() {
        if begun < request.adapters.count {
          let adapter = request.adapters[begun]
          group.addTask { [sync] in await sync.run(adapter, request.options, token: token) }
          begun += 1
        }
        onResult(result)
        // Whoever typed a command sees its results.
        if job.trigger != .command { log(result) }
        job.results.append(result)
        job.updatedAt = now()
        if isKept { try await jobs.save(job) }
      }
    }
    job.state = .done
    job.finishedAt = now()
    if isKept {
      try await jobs.save(job)
      try await jobs.prune()
    }
    return job
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

extension SyncService: Service {
  /// Does the jobs that are begun, and those of the schedule while this worker is the leader, until the task is cancelled.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { await self.runSchedule() }
        for await request in self.requests {
          group.addTask { await self.attempt(request) }
        }
        group.cancelAll()
      }
    }
  }

  private func attempt(_ request: Request) async {
    do {
      _ = try await perform(request) { _ in }
    } catch {
      logger.warning("A sync job failed", metadata: ["job": "\(request.job.id)", "reason": "\(error)"])
    }
  }

  /// How often it is looked what is due.
  private static let tick = Duration.seconds(10)

  /// Follows the schedule while this worker holds the lease to do so.
  private func runSchedule() async {
    let isIdle = configuration.interval == 0 && configuration.intervals.values.allSatisfy { $0 == 0 }
    guard !isIdle else { return }
    let lead = HeldLease(name: "sync-leader", token: worker, store: store)
    while !Task.isCancelled {
      do {
        _ = try await lead.whileHeld { try await self.followSchedule() }
      } catch is CancellationError {
        return
      } catch {
        logger.warning("The sync schedule cannot be followed", metadata: ["reason": "\(error)"])
      }
      // Jitter, so that workers that start together do not ask together.
      do { try await Task.sleep(for: Self.tick * Double.random(in: 0.8...1.2)) } catch { return }
    }
  }

  private func followSchedule() async throws {
    while true {
      let due = try await due()
      if !due.isEmpty { await syncDue(due) }
      try await Task.sleep(for: Self.tick)
    }
  }

  private func syncDue(_ adapters: [ProviderAdapter]) async {
    let options = SyncOptions()
    let job = newJob(adapters, options, .schedule)
    await attempt(Request(job: job, adapters: adapters, options: options))
  }

  /// The providers that it is time for, and that can be asked.
  func due() async throws -> [ProviderAdapter] {
    let records = try await store.records(.provider)
    let adapters = try adapters(named: []).filter { obstacle(to: $0) == nil }
    let states = await errors.states(of: adapters.map(\.slug))
    let now = now()
    return adapters.filter { adapter in
      let interval = interval(of: adapter.slug)
      guard interval > 0 else { return false }
      if let state = states[adapter.slug] { return state.retryAt <= now }
      return SyncSchedule.isDue(adapter.slug, lastAttempt: attempt(records[adapter.slug.text]), interval, now: now)
    }
  }

  /// How often a provider is synced, in seconds; 0 for not by itself.
  func interval(of provider: ProviderSlug) -> Int { configuration.intervals[provider] ?? configuration.interval }

  private func attempt(_ record: String?) -> Int? {
    guard let record else { return nil }
    do {
      return try SyncJSON.decode(ProviderSyncRecord.self, record).attemptedAt
    } catch {
      logger.warning("A sync record cannot be read", metadata: ["reason": "\(error)"])
      return nil
    }
  }
}

/// When it is time for a provider.
enum SyncSchedule {
  /// Whether a provider's interval is over, or up to a tenth of it less or more: by the provider's name, so that those that
  /// were synced together drift apart.
  static func isDue(_ provider: ProviderSlug, lastAttempt: Int?, _ interval: Int, now: Int) -> Bool {
    guard let lastAttempt else { return true }
    let mark = "\(provider) \(lastAttempt / max(interval, 1))".utf8.reduce(5_381) { ($0 &* 33 &+ Int($1)) & 0xFFFF }
    let jitter = interval * (mark % 201 - 100) / 1_000
    return now - lastAttempt >= interval + jitter
  }
}

/// Too many jobs wait to be begun.
public struct TooManyJobs: Error, CustomStringConvertible {
  /// What is wrong, for a person.
  public var description: String { "too many sync jobs are waiting; try again when one is done" }
}
