public import NIOConcurrencyHelpers
import Tracing

/// A value assembled from versioned parts, held in memory, shared with other workers and kept current.
///
/// `run()` confirms the version every heartbeat and gets what changed, so that readers find the new value already in
/// place. What to do when is decided by ``CoherenceCore``; this type asks the tiers, and keeps the contents. Readers take a
/// lock for the time it takes to copy a reference.
public final class TieredCache<Source: PartSource, Value: Sendable>: Sendable {
  /// Builds the value of a state from the parts that changed and the previous value.
  public typealias Assemble = @Sendable (PartDelta<Source.Part>, _ previous: Value?) throws -> Value
  /// When the newest change that a value has and the previous one had not was committed, in seconds since 1970; nil for none.
  /// It is for measuring only.
  public typealias CommitTime = @Sendable (Value, _ previous: Value) -> Double?

  @usableFromInline
  struct State: Sendable {
    @usableFromInline var core: CoherenceCore
    @usableFromInline var value: Value?
    /// Where the value came from, until somebody has read it.
    @usableFromInline var unreadTier: Tier?
    var breaker = CircuitBreaker()
    /// Contents of the parts of the flight under way.
    var contents: [PartID: Content] = [:]
    /// Parts that were loaded from the database and are not in the shared tier yet.
    var unshared: [PartID: Content] = [:]
    var waiters: [Int: Waiter] = [:]
    var nextWaiter = 0
    /// The traces of those who wait for something, the oldest with the lowest number.
    var interested: [Int: InstrumentationContext] = [:]
    var isCheckingDatabase = false
    /// Whether somebody wants the database to be asked once more, as the question under way came too early.
    var mustCheckAgain = false
    /// How many loads are being shared.
    var sharing = 0
    /// What the fleet was told.
    var told = CacheStatistics()
    /// What the last audit found, and the number of the one that was asked for last.
    var audit: AuditSummary?
    var requestedAudit = 0
    /// The flight that waits for the lease, and since when.
    var leaseWait: (flight: Int, since: Duration)?
  }

  struct Content: Sendable {
    let label: PartLabel
    let part: Source.Part
    let tier: Tier
  }

  struct Waiter: Sendable {
    /// Only a confirmation as of this time may answer.
    let notBefore: Duration
    /// Whether it has to be one by the database.
    let isForDatabase: Bool
    let continuation: CheckedContinuation<Void, any Error>

    func isAnswered(by core: CoherenceCore) -> Bool {
      core.held != nil && (isForDatabase ? core.databaseConfirmedAt : core.confirmedAt) >= notBefore
    }
  }

  let source: Source
  let shared: any SharedTier
  @usableFromInline let policy: CachePolicy
  @usableFromInline let time: any TimeSource
  let assemble: Assemble
  let committedAt: CommitTime
  let workerID: String
  let isWorker: Bool
  let spans: Spans
  /// Counts of what the cache did.
  public let counters = CacheCounters()
  private let observe: @Sendable (CacheEvent) -> Void
  @usableFromInline let state: NIOLockedValueBox<State>
  let errands: AsyncStream<Errand>
  private let queue: AsyncStream<Errand>.Continuation
  private let questions = Coalescer()

  /// A cache that holds nothing until `run()` has loaded the first state.
  ///
  /// - Parameters:
  ///   - source: the database.
  ///   - shared: the tier between this worker and the database.
  ///   - policy: how long values are good.
  ///   - workerID: unique among all workers that share the tier.
  ///   - isWorker: whether it serves others, so that the fleet should know of it.
  ///   - time: monotonic time.
  ///   - spans: where the spans of reads and loads go.
  ///   - assemble: builds the value; runs off the read path, at most once per version.
  ///   - committedAt: dates what is new in a value.
  ///   - record: receives every event, after it was counted.
  public init(
    source: Source, shared: any SharedTier, policy: CachePolicy, workerID: String, isWorker: Bool = true,
    time: any TimeSource = SystemTime(), spans: Spans = .none, assemble: @escaping Assemble,
    committedAt: @escaping CommitTime = { _, _ in nil }, record: @escaping @Sendable (CacheEvent) -> Void
  ) {
    self.source = source
    self.shared = shared
    self.policy = policy
    self.time = time
    self.assemble = assemble
    self.committedAt = committedAt
    self.workerID = workerID
    self.isWorker = isWorker
    self.spans = spans
    observe = record
    self.state = NIOLockedValueBox(State(core: CoherenceCore(policy: policy, workerID: workerID)))
    (errands, queue) = AsyncStream.makeStream()
  }

  /// Counts an event and tells the observer.
  public func record(_ event: CacheEvent) {
    counters.record(event)
    observe(event)
    // A strict read is fresh by what was confirmed since it began, however long it took.
    if case .hit(let key, _, .fresh, let age) = event, age > policy.stalenessBound, policy.coherence == .bounded {
      record(.servedPastBound(key, age: age))
    }
  }

  /// Holds a state that was kept elsewhere, marked as stale, for as long as nothing better can be had.
  ///
  /// - Parameters:
  ///   - kept: all parts of the state.
  ///   - age: how long ago it was current.
  ///   - limit: after which age it must not be served.
  /// - Returns: whether nothing was held, so that it is held now.
  /// - Throws: when the value cannot be built.
  public func restore(_ kept: PartDelta<Source.Part>, age: Duration, limit: Duration) throws -> Bool {
    let value = try assemble(kept, nil)
    return state.withLockedValue { state in
      guard state.core.restore(kept.manifest, age: age, limit: limit, now: self.time.now) else { return false }
      state.value = value
      state.unreadTier = .local
      return true
    }
  }

  // MARK: Reading

  /// The held value if it may be served now within the staleness bound, without waiting; nil when nothing is held or it is
  /// too stale.
  @inlinable
  public func current() -> Served<Value>? { current(since: nil) }

  /// As ``current()``, for those who only look: the next reader is still told which tier the value came from.
  public func peek() -> Served<Value>? {
    let now = time.now
    return state.withLockedValue { state in
      guard case .serve(let freshness, let age) = state.core.read(now: now), let value = state.value else { return nil }
      return Served(value: value, tier: .local, freshness: freshness, age: age)
    }
  }

  @inlinable
  func current(since start: Duration?) -> Served<Value>? {
    // Inlinable, so that it is compiled for the type of the value: every request comes here.
    let now = time.now
    return state.withLockedValue { state in
      guard case .serve(let freshness, let age) = state.core.read(now: now, since: start), let value = state.value
      else {
        return nil
      }
      let tier = state.unreadTier ?? .local
      state.unreadTier = nil
      return Served(value: value, tier: tier, freshness: freshness, age: age)
    }
  }

  /// The value, as current as the policy's coherence promises, or the last good one marked as stale.
  ///
  /// - Throws: ``CacheError`` when there is none within ``CachePolicy/loadTimeout``, or it is too stale.
  public func read() async throws -> Served<Value> {
    let start = time.now
    if policy.coherence == .bounded, let served = current() { return served }
    return try await spans.child("cache.check") { span in
      var check = CheckTrace()
      let served = try await whileInterested { try await checked(since: start, &check) }
      if let span { check.describe(served, on: span) }
      return served
    }
  }

  private func checked(since start: Duration, _ check: inout CheckTrace) async throws -> Served<Value> {
    if policy.coherence == .strict {
      check.hasJoined = await !questions.ask { await self.question() }
      if let served = current(since: start), served.freshness == .fresh { return served }
    }
    check.hasWaited = true
    check.hasJoined = state.withLockedValue { $0.core.isLoading }
    try await confirm(since: start)
    if let served = current(since: policy.coherence == .strict ? start : nil) { return served }
    throw state.withLockedValue { $0.core.failure(now: self.time.now) }
  }

  /// Makes sure that every later read sees what was committed before this call, for writers that want to read their write.
  ///
  /// - Throws: ``CacheError`` when the version cannot be confirmed in time.
  public func refresh() async throws {
    let start = time.now
    try await confirm(since: start, within: policy.loadTimeout, byDatabase: true)
    try state.withLockedValue { state in
      guard state.core.databaseConfirmedAt < start else { return }
      throw CacheError.loadFailed(reason: state.core.lastFailure ?? "no answer from the database")
    }
  }

  /// What is known about the version that is held.
  public var coherence: CoherenceReport {
    let now = time.now
    return state.withLockedValue { state in
      CoherenceReport(
        manifest: state.core.held, age: now - state.core.confirmedAt, timeToLive: state.core.expiresAt - now,
        lastFailure: state.core.lastFailure, breaker: state.breaker.state)
    }
  }

  /// The number of the audit that the fleet was asked for last; 0 for none.
  public var requestedAudit: Int { state.withLockedValue { $0.requestedAudit } }

  /// Asks the shared tier whether the version has moved. Where it does not answer, each reader turns to the database, and
  /// waits for that no longer than it would have for the shared tier.
  ///
  /// - Returns: whether it was asked to the end.
  private func question() async -> Bool {
    if state.withLockedValue({ $0.breaker.allows(now: self.time.now) }) {
      _ = await checkShared(timeout: policy.softTimeout)
    }
    return !Task.isCancelled
  }

  /// Waits until what is held was confirmed at `start` or later, or something failed, or it took too long.
  private func confirm(since start: Duration, within limit: Duration? = nil, byDatabase: Bool = false) async throws {
    let (id, patience) = state.withLockedValue { state in
      state.nextWaiter += 1
      let known = state.core.held == nil ? policy.loadTimeout : state.core.isLoading ? policy.stalenessBound : nil
      return (state.nextWaiter, limit ?? known ?? policy.softTimeout)
    }
    enqueue([.checkDatabase])
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.wait(as: id, notBefore: start, isForDatabase: byDatabase) }
      group.addTask { try await self.time.sleep(until: start + patience) }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func wait(as id: Int, notBefore: Duration, isForDatabase: Bool) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isConfirmed = state.withLockedValue { state in
          let waiter = Waiter(notBefore: notBefore, isForDatabase: isForDatabase, continuation: continuation)
          if waiter.isAnswered(by: state.core) { return true }
          state.waiters[id] = waiter
          return false
        }
        if isConfirmed { return continuation.resume() }
        // A cancellation that came before the registration found nobody to wake.
        if Task.isCancelled { abandon(id) }
      }
    } onCancel: {
      abandon(id)
    }
  }

  private func abandon(_ id: Int) {
    state.withLockedValue { $0.waiters.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
  }

  // MARK: Answers

  /// Has actions done, as part of the trace of whoever waits longest or, where nobody does, made them necessary: those that
  /// follow from each other would all be in the trace of who came first.
  private func enqueue(_ actions: [CoherenceCore.Action]) {
    guard !actions.isEmpty else { return }
    let context = oldestInterested ?? spans.context
    for action in actions { queue.yield(Errand(action: action, context: context)) }
  }

  /// Tells the core something, and does what follows from it.
  ///
  /// - Parameter isFailure: whether it was a failure, which those who wait should hear of.
  func tell(isFailure: Bool = false, _ event: (inout CoherenceCore) -> [CoherenceCore.Action]) {
    let (next, ready) = state.withLockedValue { state in
      let next = event(&state.core)
      return (next, Self.ready(&state, isFailure: isFailure))
    }
    enqueue(next)
    for waiter in ready { waiter.continuation.resume() }
  }

  private static func ready(_ state: inout State, isFailure: Bool) -> [Waiter] {
    guard !state.waiters.isEmpty else { return [] }
    let ready = state.waiters.filter { isFailure || $0.value.isAnswered(by: state.core) }
    for id in ready.keys { state.waiters.removeValue(forKey: id) }
    return Array(ready.values)
  }

  /// Replaces the held value, unless a later one is held, and then tells those who wait.
  ///
  /// - Returns: whether it does.
  func install(_ value: Value, tier: Tier, flight id: Int, event: CacheEvent, otherwise refusal: CacheEvent) -> Bool {
    let (replaces, next, ready) = state.withLockedValue { state in
      let (replaces, next) = state.core.installed(flight: id, now: self.time.now)
      if replaces {
        state.value = value
        state.unreadTier = tier
        state.contents = [:]
      }
      return (replaces, next, Self.ready(&state, isFailure: false))
    }
    record(replaces ? event : refusal)
    enqueue(next)
    for waiter in ready { waiter.continuation.resume() }
    return replaces
  }

  func endWaiting() {
    queue.finish()
    let waiters = state.withLockedValue { state in
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.continuation.resume(throwing: CancellationError()) }
  }
}

/// What is known about the version that a worker holds.
public struct CoherenceReport: Sendable {
  /// What is held; nil before the first load.
  public let manifest: Manifest?
  /// Time since it was last confirmed.
  public let age: Duration
  /// Time until the first part has to be loaded anew.
  public let timeToLive: Duration
  /// The last failure since.
  public let lastFailure: String?
  /// What the breaker lets through to the shared tier.
  public let breaker: CircuitBreaker.State
}
