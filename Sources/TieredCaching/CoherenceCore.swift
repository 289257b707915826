/// The coherence protocol of one worker as a value without I/O: answers in, actions out.
///
/// What it keeps:
/// - *Bounded staleness.* A value is as fresh as the **request** whose answer confirmed it; when the answer arrived plays
///   no part, so a slow answer cannot make an old state look new.
/// - *No resurrection.* What is held and what is known only moves forward, whatever the order in which answers arrive.
/// - *One version.* Only whole states of the database are merged, so what is held is always one of them.
/// - *Failure is not data.* A failed check or load changes nothing but the reason that is reported.
/// - *Trust ends with the connection.* Behind a new connection there may be a server that lost writes; what it says
///   confirms nothing until the database has been asked.
///
/// The same value runs in production (``TieredCache``), under a simulator and under a model checker.
public struct CoherenceCore: Sendable, Hashable {
  /// What the worker has to do next; each answer comes back through the function that the case names.
  public enum Action: Sendable, Hashable {
    /// Ask the database for its manifest; ``CoherenceCore/databaseChecked(_:requestedAt:now:)``.
    case checkDatabase
    /// Ask the shared tier whether anything changed; ``CoherenceCore/sharedChecked(_:requestedAt:now:)``.
    case checkShared(known: SharedStamp?)
    /// Start a shared manifest; ``CoherenceCore/began(nonce:now:)``.
    case begin(lifetime: String, nonce: String)
    /// Fill the shared manifest; ``CoherenceCore/completed(_:)``.
    case complete(nonce: String, Manifest, stamp: String)
    /// Raise the shared manifest; needs no answer, the next check shows what came of it.
    case raise(Manifest, stamp: String)
    /// End an override whose content is gone; needs no answer.
    case dropOverride(PartID, token: String, stamp: String)
    /// Get parts from the shared tier; ``CoherenceCore/fetched(_:flight:requestedAt:now:)``.
    case fetch(flight: Int, [PartID: PartLabel], lifetime: String)
    /// Take the lease; `CoherenceCore.leaseAnswered(_:flight:now:)`.
    case acquireLease(flight: Int, token: String)
    /// Prolong the lease; needs no answer.
    case renewLease(token: String)
    /// Load from the database what differs from `known`; ``CoherenceCore/loaded(_:parts:flight:requestedAt:now:)``. A copy of the database that has not reached `wanted` is of no use.
    case load(flight: Int, known: Manifest?, wanted: Manifest)
    /// Build the value; ``CoherenceCore/installed(flight:now:)``.
    case install(flight: Int, Manifest)
    /// Keep loaded parts in the shared tier, raise its manifest, end the lease and wake those who wait; needs no answer.
    case share([PartID: PartLabel], Manifest, stamp: String, token: String?)
    /// End the lease without having loaded anything; needs no answer.
    case releaseLease(token: String)
  }

  /// What a reader gets now.
  public enum ReadDecision: Sendable, Equatable {
    /// The held value, with its freshness and the time since it was confirmed.
    case serve(Freshness, age: Duration)
    /// Nothing is held yet.
    case wait
    /// The held value is older than the stale limit and must not be served.
    case refuse
    /// The held value was purged and must not be served, whatever else fails.
    case refusePurged
  }

  let policy: CachePolicy
  let guards: ProtocolGuards
  /// Makes the tokens of this worker different from those of all others.
  private let workerID: String
  private var tokens = 0

  /// The state that the held value is made of.
  public internal(set) var held: Manifest?
  /// Until when each held part counts as fresh.
  var freshUntil: [PartID: Duration] = [:]
  /// The first of ``freshUntil``.
  var expiresAt: Duration = .zero
  /// The newest state that is known to exist.
  public internal(set) var target: Manifest?
  /// The latest request whose answer says that ``target`` is current.
  var targetAsOf: Duration = .zero
  /// The latest request whose answer says that ``held`` is current.
  public internal(set) var confirmedAt: Duration = .zero
  /// The latest question to the database whose answer ``held`` includes, whatever the shared tier says.
  public private(set) var databaseConfirmedAt: Duration = .zero
  /// What is known about a held state that was kept on disk and never confirmed here; nil for any other.
  var restored: Restored?
  /// The last failure since the last confirmation.
  public private(set) var lastFailure: String?

  /// What is known about the shared tier.
  var shared = SharedKnowledge()
  /// The load that is under way; there is one at a time.
  var flight: Flight?
  private var lastFlight = 0
  /// No flight starts before this, after one failed.
  private var notBefore: Duration = .zero
  /// Whether a held part lies below the floor of a purge.
  private var isPurged = false
  /// How long the last load took; the longer, the earlier a refresh begins.
  var loadDuration: Duration = .zero
  /// The latest request that the database answered for the lifetime of ``target``.
  var lifetimeSeenAt: Duration = .zero

  /// A core that holds nothing.
  ///
  /// - Parameters:
  ///   - policy: what readers are promised.
  ///   - workerID: unique among all workers that share a tier.
  public init(policy: CachePolicy, workerID: String) { self.init(policy: policy, workerID: workerID, guards: .all) }

  package init(policy: CachePolicy, workerID: String, guards: ProtocolGuards) {
    self.policy = policy
    self.workerID = workerID
    self.guards = guards
  }

  /// The state of the shared manifest that is known.
  var sharedStamp: SharedStamp? { shared.stamp }
  /// Whether parts are on their way.
  var isLoading: Bool { flight != nil }

  /// Why a read has no value.
  func failure(now: Duration) -> CacheError {
    let reason = lastFailure ?? "no answer from the database"
    switch read(now: now) {
    case .wait: return lastFailure == nil ? .notLoaded : .loadFailed(reason: reason)
    case .refusePurged: return .purged(reason: reason)
    case .refuse, .serve: return .tooStale(reason: reason)
    }
  }

  mutating func nextToken() -> String {
    if guards.contains(.uniqueToken) { tokens += 1 }
    return "\(workerID).\(tokens)"
  }

  // MARK: Reading

  /// A reader asks at `now`.
  ///
  /// - Parameters:
  ///   - now: the time of the worker's monotonic clock.
  ///   - start: what is served must have been current then or later to count as fresh; nil for the bound.
  public func read(now: Duration, since start: Duration? = nil) -> ReadDecision {
    guard held != nil else { return .wait }
    if isPurged { return .refusePurged }
    let age = now - confirmedAt
    let bound = guards.contains(.stalenessBound) ? policy.stalenessBound : .seconds(1 << 30)
    let isConfirmed = start.map { confirmedAt >= $0 } ?? (age <= bound)
    if isConfirmed && now <= expiresAt { return .serve(.fresh, age: age) }
    let isWithinLimit =
      restored.map { now <= $0.until } ?? (age <= bound + policy.staleLimit && now <= expiresAt + policy.staleLimit)
    return isWithinLimit ? .serve(.stale, age: age) : .refuse
  }

  // MARK: The database

  /// The database answered, to a request made at `requestedAt`, that `manifest` is current.
  public mutating func databaseChecked(_ manifest: Manifest, requestedAt: Duration, now: Duration) -> [Action] {
    guard learn(manifest, requestedAt: asked(requestedAt, now)) else { return [] }
    var actions: [Action] = []
    if shared.seenAt <= requestedAt || !guards.contains(.incarnation) { shared.trusted = shared.seen }
    if let since = shared.foreignSince, since <= requestedAt {
      shared.foreignSince = nil
      actions.append(.begin(lifetime: manifest.lifetime, nonce: nextToken()))
    } else if let building = shared.building, building.since <= requestedAt || !guards.contains(.nonce) {
      actions.append(.complete(nonce: building.nonce, manifest, stamp: nextToken()))
    } else if let target, shared.stamp != nil, let known = shared.manifest, !known.isAtLeast(target) {
      shared.manifest = known.merged(with: target)
      actions.append(.raise(target, stamp: nextToken()))
    }
    return actions + settle(now)
  }

  /// The database did not answer.
  public mutating func databaseFailed(_ reason: String) { lastFailure = reason }

  /// Takes in what the database says is its state.
  ///
  /// - Parameter requestedAt: when it was asked.
  /// - Returns: whether that is what is known, or newer; false for a state of the past.
  private mutating func learn(_ manifest: Manifest, requestedAt: Duration) -> Bool {
    if let target, target.lifetime == manifest.lifetime {
      guard advance(to: manifest) else { return false }
      targetAsOf = max(targetAsOf, requestedAt)
      lifetimeSeenAt = max(lifetimeSeenAt, requestedAt)
      return true
    }
    guard target == nil || requestedAt > lifetimeSeenAt || !guards.contains(.answerOrder) else { return false }
    if target != nil { shared.forget() }
    target = manifest
    targetAsOf = requestedAt
    lifetimeSeenAt = requestedAt
    return true
  }

  /// Moves the target to a state of its lifetime, unless that is of the past.
  mutating func advance(to manifest: Manifest) -> Bool {
    guard let target else { return false }
    guard manifest.isAtLeast(target) || !guards.contains(.revisionCompare) else { return false }
    if manifest.revisions != target.revisions || manifest.floors != target.floors {
      self.target = guards.contains(.revisionCompare) ? target.merged(with: manifest) : manifest
      updatePurge()
    }
    return true
  }

  func asked(_ requestedAt: Duration, _ now: Duration) -> Duration {
    guards.contains(.requestTime) ? requestedAt : now
  }

  /// The database said of itself that something changed.
  public mutating func noticed(_ notice: ChangeNotice) -> [Action] {
    if case .raised(let part, let revision) = notice, let known = target?.revisions[part], known >= revision {
      return []
    }
    return [.checkDatabase]
  }

  // MARK: Moving on

  /// A heartbeat.
  ///
  /// - Parameters:
  ///   - now: the time of the worker's monotonic clock.
  ///   - random: evenly distributed in 0 ..< 1; decides who refreshes early.
  public mutating func tick(now: Duration, random: Double) -> [Action] {
    if now - shared.answeredAt > policy.stalenessBound { dropOverrides() }
    var actions: [Action] = [.checkDatabase, .checkShared(known: shared.stamp)]
    if let token = flight?.token { actions.append(.renewLease(token: token)) }
    if flight == nil {
      let due = due(now, random: random)
      if !due.isEmpty { actions += startFlight(now, renewing: due) }
    }
    return actions + settle(now) + retryLease(now)
  }

  /// The held parts to get anew. What was cached by hand is given its whole time.
  private func due(_ now: Duration, random: Double) -> Set<PartID> {
    EarlyRefresh.due(freshUntil, now: now, loadDuration: loadDuration, random: random)
      .filter { held?.overrides[$0] == nil || freshUntil[$0].map { $0 <= now } ?? true }
  }

  /// What was cached by hand lives in the shared tier only; without it nobody can say whether it still stands.
  mutating func dropOverrides() {
    if let target, !target.overrides.isEmpty { self.target = target.replacing(overrides: [:]) }
  }

  /// Confirms what is held, or starts to get what is missing.
  mutating func settle(_ now: Duration) -> [Action] {
    guard let target else { return [] }
    if let held, held == target || (held.lifetime == target.lifetime && target.parts(differingFrom: held).isEmpty) {
      if targetAsOf > confirmedAt {
        confirmedAt = targetAsOf
        restored = nil
        lastFailure = nil
      }
      databaseConfirmedAt = max(databaseConfirmedAt, lifetimeSeenAt)
      isPurged = false
      return []
    }
    updatePurge()
    return startFlight(now, renewing: [])
  }

  mutating func updatePurge() {
    guard let held, let target, held.lifetime == target.lifetime, guards.contains(.floor) else {
      return isPurged = false
    }
    isPurged = target.floors.contains { part, floor in held.revisions[part].map { $0 < floor } ?? false }
  }

  mutating func startFlight(_ now: Duration, renewing: Set<PartID>) -> [Action] {
    guard flight == nil, now >= notBefore, shared.health != .unknown, let target else { return [] }
    lastFlight += 1
    flight = Flight(id: lastFlight, wanted: target, renewing: renewing)
    return proceed(now)
  }

  mutating func failFlight(_ reason: String, now: Duration) {
    lastFailure = reason
    flight = nil
    notBefore = now + policy.retryDelay
  }
}
