public import NIOConcurrencyHelpers

/// A value assembled from versioned parts, held in memory and kept current.
///
/// `run()` confirms the version every heartbeat and loads what changed, so that readers find the new value already in
/// place; a reader only ever waits for the very first load. There is one loop, so there is one load at a time: single
/// flight by construction. Readers take a lock for the time it takes to copy a reference.
public final class TieredCache<Source: PartSource, Value: Sendable>: Sendable {
  /// Builds the value of a state from the parts that changed and the previous value.
  public typealias Assemble = @Sendable (PartDelta<Source.Part>, _ previous: Value?) throws -> Value

  @usableFromInline
  struct State: Sendable {
    @usableFromInline var core: CoherenceCore
    @usableFromInline var value: Value?
    @usableFromInline var isUnread = false
    var waiters: [Int: Waiter] = [:]
    var nextWaiter = 0
  }

  struct Waiter: Sendable {
    /// Only a check requested at or after this time may answer.
    let notBefore: Duration
    let continuation: CheckedContinuation<Void, any Error>
  }

  private let source: Source
  private let policy: CachePolicy
  @usableFromInline let time: any TimeSource
  private let assemble: Assemble
  private let record: @Sendable (CacheEvent) -> Void
  @usableFromInline let state: NIOLockedValueBox<State>
  private let wakeUps: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation

  /// A cache that holds nothing until `run()` has loaded the first state.
  ///
  /// - Parameters:
  ///   - source: where parts come from.
  ///   - policy: how long values are good.
  ///   - time: monotonic time.
  ///   - assemble: builds the value; runs off the read path, at most once per version.
  ///   - record: receives every event.
  public init(
    source: Source, policy: CachePolicy, time: any TimeSource = SystemTime(), assemble: @escaping Assemble,
    record: @escaping @Sendable (CacheEvent) -> Void
  ) {
    self.source = source
    self.policy = policy
    self.time = time
    self.assemble = assemble
    self.record = record
    self.state = NIOLockedValueBox(State(core: CoherenceCore(policy: policy)))
    (wakeUps, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  // MARK: Reading

  /// The held value if it may be served now, without waiting; nil when nothing is held or it is too stale.
  @inlinable
  public func current() -> Served<Value>? {
    // Inlinable, so that it is compiled for the type of the value: every request comes here.
    let now = time.now
    return state.withLockedValue { state in
      guard case .serve(let freshness, let age) = state.core.read(now: now), let value = state.value else { return nil }
      let tier: Tier = state.isUnread ? .database : .local
      state.isUnread = false
      return Served(value: value, tier: tier, freshness: freshness, age: age)
    }
  }

  /// The held value, or the first one when it has been loaded.
  ///
  /// - Throws: ``CacheError`` when there is none within ``CachePolicy/loadTimeout``, or it is too stale.
  public func read() async throws -> Served<Value> {
    if let served = current() { return served }
    try await confirm(notBefore: time.now)
    if let served = current() { return served }
    throw state.withLockedValue { state in
      let reason = state.core.lastFailure ?? "no answer from the database"
      return state.value == nil ? CacheError.loadFailed(reason: reason) : CacheError.tooStale(reason: reason)
    }
  }

  /// Makes sure that every later read sees what was committed before this call, for writers that want to read their write.
  ///
  /// - Throws: ``CacheError`` when the version cannot be confirmed in time.
  public func refresh() async throws {
    let start = time.now
    try await confirm(notBefore: start)
    try state.withLockedValue { state in
      guard state.core.confirmedAt < start else { return }
      throw CacheError.loadFailed(reason: state.core.lastFailure ?? "no answer from the database")
    }
  }

  /// The manifest that is held, when it was last confirmed, and the last failure since.
  public var coherence: (manifest: Manifest?, age: Duration, lastFailure: String?) {
    let now = time.now
    return state.withLockedValue { ($0.core.held, now - $0.core.confirmedAt, $0.core.lastFailure) }
  }

  /// Waits for a check that is requested at `notBefore` or later: one that began earlier may have missed a commit.
  private func confirm(notBefore: Duration) async throws {
    let id = state.withLockedValue { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    let deadline = notBefore + policy.loadTimeout
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.wait(as: id, notBefore: notBefore) }
      group.addTask {
        try await self.time.sleep(until: deadline)
        throw CacheError.notLoaded
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func wait(as id: Int, notBefore: Duration) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        state.withLockedValue { $0.waiters[id] = Waiter(notBefore: notBefore, continuation: continuation) }
        wake.yield()
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

  // MARK: Keeping current

  /// Confirms the version every heartbeat and whenever a reader waits, until the task is cancelled.
  public func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.beat() }
      wake.yield()
      for await _ in wakeUps {
        await check()
        if Task.isCancelled { break }
      }
      group.cancelAll()
    }
    let waiters = state.withLockedValue { state in
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.continuation.resume(throwing: CancellationError()) }
  }

  private func beat() async {
    var next = time.now
    while !Task.isCancelled {
      next = max(next + policy.heartbeat, time.now)
      do { try await time.sleep(until: next) } catch { break }
      wake.yield()
    }
    wake.finish()
  }

  private func check() async {
    let requestedAt = time.now
    do {
      let manifest = try await source.manifest()
      let decision = state.withLockedValue { $0.core.checked(manifest, requestedAt: requestedAt) }
      if case .load(let known) = decision { try await load(changedSince: known, requestedAt: requestedAt) }
    } catch is CancellationError {
      // The cache is being ended; that says nothing about the source.
      return
    } catch {
      let reason = String(describing: error)
      state.withLockedValue { $0.core.failed(reason) }
      record(.failed(reason: reason))
    }
    resumeWaiters(requestedAt)
  }

  private func load(changedSince known: Manifest?, requestedAt: Duration) async throws {
    let delta = try await source.load(changedSince: known)
    let isFull = known?.lifetime != delta.manifest.lifetime
    let previous = state.withLockedValue { $0.value }
    let value = try assemble(delta, isFull ? nil : previous)
    let decision = state.withLockedValue { state in
      let decision = state.core.loaded(delta.manifest, isFull: isFull, requestedAt: requestedAt)
      if decision == .install {
        state.value = value
        state.isUnread = true
      }
      return decision
    }
    switch decision {
    case .install:
      record(.loaded(version: delta.manifest.version, parts: delta.parts.count, duration: time.now - requestedAt))
    case .refuseOlder: record(.refusedOlder(version: delta.manifest.version))
    }
  }

  private func resumeWaiters(_ requestedAt: Duration) {
    let (ready, isAnyoneLeft) = state.withLockedValue { state in
      let ready = state.waiters.filter { $0.value.notBefore <= requestedAt }
      for id in ready.keys { state.waiters.removeValue(forKey: id) }
      return (ready.values, !state.waiters.isEmpty)
    }
    for waiter in ready { waiter.continuation.resume() }
    if isAnyoneLeft { wake.yield() }
  }
}
