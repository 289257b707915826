/// How a worker gets what it lacks: from the shared tier, else from the database under the lease.
struct Flight: Sendable, Hashable {
  enum Phase: Sendable, Hashable {
    /// Waiting for parts of the shared tier.
    case fetching
    /// Waiting for the answer to a request for the lease.
    case leasing
    /// Another worker loads; to be tried again when it announces something, or at the next heartbeat.
    case waiting
    /// Waiting for the database.
    case loading
    /// The value is being built.
    case installing
  }

  let id: Int
  /// The state that was the newest when the flight began.
  var wanted: Manifest
  /// Parts to get anew although their label is held.
  let renewing: Set<PartID>
  var phase = Phase.fetching
  /// The lease, while it is held or asked for.
  var token: String?
  /// Whether the lease is held.
  var hasLease = false
  /// Parts at hand, and until when they count as fresh.
  var got: [PartID: Duration] = [:]
  /// The state that is being installed.
  var result: Manifest?

  /// Whether it cannot go on before the shared tier or another worker has done something.
  var isWaitingForShared: Bool { phase == .fetching || phase == .leasing || phase == .waiting }

  init(id: Int, wanted: Manifest, renewing: Set<PartID>) {
    self.id = id
    self.wanted = wanted
    self.renewing = renewing
  }

  /// The parts that are neither held nor at hand.
  func missing(held: Manifest?) -> [PartID: PartLabel] {
    var labels: [PartID: PartLabel] = [:]
    for part in wanted.parts(differingFrom: held).union(renewing) where !part.isDerived && got[part] == nil {
      labels[part] = wanted.label(of: part)
    }
    return labels
  }
}

extension CoherenceCore {
  /// Takes the next step of the flight from its beginning.
  mutating func proceed(_ now: Duration) -> [Action] {
    guard var flight else { return [] }
    let missing = flight.missing(held: held)
    if missing.isEmpty { return install(flight.wanted) }
    guard shared.health == .up else {
      flight.phase = .loading
      self.flight = flight
      return [.load(flight: flight.id, known: known(flight, without: missing), wanted: flight.wanted)]
    }
    flight.phase = .fetching
    self.flight = flight
    return [.fetch(flight: flight.id, missing, lifetime: flight.wanted.lifetime)]
  }

  /// Whether an answer is still waited for. Contents that come too late are not kept, as they would take the place of what
  /// was got instead.
  func isWaiting(in phase: Flight.Phase, of id: Int) -> Bool { flight?.id == id && flight?.phase == phase }

  /// The shared tier had some of the parts that were asked for, each still fresh for a time.
  public mutating func fetched(
    _ found: [PartID: Duration], flight id: Int, requestedAt: Duration, now: Duration
  ) -> [Action] {
    guard var flight, flight.id == id, flight.phase == .fetching else { return [] }
    for (part, freshFor) in found {
      let until = requestedAt + freshFor
      // To renew a part, somebody must have loaded it after the copy that is held.
      if flight.renewing.contains(part), let held = freshUntil[part], until <= held + .seconds(1) { continue }
      flight.got[part] = until
    }
    var actions: [Action] = []
    for (part, label) in flight.missing(held: held) {
      guard let token = label.override else { continue }
      actions.append(.dropOverride(part, token: token, stamp: nextToken()))
      flight.wanted = flight.wanted.dropping(override: part)
      target = target?.dropping(override: part)
    }
    self.flight = flight
    let missing = flight.missing(held: held)
    if missing.isEmpty {
      if flight.hasLease, let token = flight.token {
        actions.append(.releaseLease(token: token))
        self.flight?.token = nil
        self.flight?.hasLease = false
      }
      return actions + install(flight.wanted)
    }
    if flight.hasLease || !guards.contains(.lease) {
      self.flight?.phase = .loading
      return actions + [.load(flight: id, known: known(flight, without: missing), wanted: flight.wanted)]
    }
    let token = nextToken()
    self.flight?.token = token
    self.flight?.phase = .leasing
    return actions + [.acquireLease(flight: id, token: token)]
  }

  /// The shared tier could not be asked for parts or for the lease: every worker loads for itself.
  public mutating func fetchFailed(flight id: Int, now: Duration) -> [Action] {
    shared.health = .down
    guard let flight, flight.id == id, flight.isWaitingForShared else { return [] }
    self.flight?.token = nil
    self.flight?.hasLease = false
    // The answer may be all that was lost.
    let release = flight.token.map { [Action.releaseLease(token: $0)] } ?? []
    return release + proceed(now)
  }

  /// Whether the lease was free. With it, the shared tier is asked once more: the holder before may just have loaded.
  public mutating func leaseAnswered(
    _ isGranted: Bool, token: String, flight id: Int, now: Duration
  ) -> [Action] {
    guard let flight, flight.id == id, flight.phase == .leasing, flight.token == token else {
      return isGranted ? [.releaseLease(token: token)] : []
    }
    guard isGranted else {
      self.flight?.token = nil
      self.flight?.phase = .waiting
      return []
    }
    self.flight?.hasLease = true
    return proceed(now)
  }

  /// Another worker announced something: look again.
  public mutating func announced(now: Duration) -> [Action] {
    [.checkShared(known: shared.stamp)] + retryLease(now)
  }

  mutating func retryLease(_ now: Duration) -> [Action] {
    guard let flight, flight.phase == .waiting, let target else { return [] }
    self.flight = Flight(id: flight.id, wanted: target, renewing: flight.renewing)
    return proceed(now)
  }

  /// The database answered with the parts that differ from what was known, and the state they belong to.
  public mutating func loaded(
    _ manifest: Manifest, parts: Set<PartID>, flight id: Int, requestedAt: Duration, now: Duration
  ) -> [Action] {
    guard let flight, flight.id == id, flight.phase == .loading else { return [] }
    guard manifest.lifetime == flight.wanted.lifetime, target?.lifetime == manifest.lifetime else {
      return endFlight("the database was replaced by another while it was read", now: now)
    }
    // A load may come from a replica, so it confirms nothing; but it must not be older than what is known.
    guard advance(to: manifest) || manifest.isAtLeast(flight.wanted) else {
      return endFlight("the database answered with an older state than is known; is it a replica that lags?", now: now)
    }
    loadDuration = now - requestedAt
    for part in parts where !part.isDerived { self.flight?.got[part] = requestedAt + policy.timeToLive }
    let result = manifest.replacing(overrides: flight.wanted.overrides.filter { !parts.contains($0.key) })
    self.flight?.token = nil
    self.flight?.hasLease = false
    var actions = install(result)
    if shared.health == .up {
      let labels = parts.filter { !$0.isDerived }.map { ($0, PartLabel(revision: manifest.revisions[$0] ?? .zero)) }
      actions.append(
        .share(
          Dictionary(uniqueKeysWithValues: labels), manifest, stamp: nextToken(),
          token: flight.hasLease ? flight.token : nil))
    } else if flight.hasLease, let token = flight.token {
      actions.append(.releaseLease(token: token))
    }
    return actions
  }

  /// The load failed; it is tried again after a while, and what is held goes on being served.
  public mutating func loadFailed(_ reason: String, flight id: Int, now: Duration) -> [Action] {
    guard flight?.id == id else { return [] }
    return endFlight(reason, now: now)
  }

  private mutating func endFlight(_ reason: String, now: Duration) -> [Action] {
    let token = flight?.hasLease == true ? flight?.token : nil
    failFlight(reason, now: now)
    return token.map { [.releaseLease(token: $0)] } ?? []
  }

  private mutating func install(_ manifest: Manifest) -> [Action] {
    guard let id = flight?.id else { return [] }
    flight?.phase = .installing
    flight?.result = manifest
    return [.install(flight: id, manifest)]
  }

  /// The value of the flight has been built and replaces the held one, unless a later one is held.
  ///
  /// - Returns: whether it does, and what to do next.
  public mutating func installed(flight id: Int, now: Duration) -> (replaces: Bool, actions: [Action]) {
    guard let flight, flight.id == id, let result = flight.result else { return (false, []) }
    self.flight = nil
    if let held, held.lifetime == result.lifetime, !result.isAtLeast(held), !hasGoneBack(to: result),
      guards.contains(.revisionCompare)
    {
      return (false, settle(now))
    }
    let isContinued = held?.lifetime == result.lifetime
    freshUntil = (isContinued ? freshUntil : [:]).merging(flight.got) { $1 }
    expiresAt = freshUntil.values.min() ?? now + policy.timeToLive
    held = result
    restored = nil
    return (true, settle(now))
  }

  /// What the database need not send: everything but the missing parts.
  private func known(_ flight: Flight, without missing: [PartID: PartLabel]) -> Manifest? {
    let known = flight.wanted.revisions.filter { missing[$0.key] == nil }
    return known.isEmpty ? nil : Manifest(lifetime: flight.wanted.lifetime, revisions: known)
  }
}

extension Manifest {
  /// This state without one override.
  func dropping(override part: PartID) -> Manifest {
    var overrides = overrides
    overrides[part] = nil
    return replacing(overrides: overrides)
  }
}
