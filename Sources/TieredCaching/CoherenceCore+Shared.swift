/// What one worker knows about the shared tier.
struct SharedKnowledge: Sendable, Hashable {
  enum Health: Sendable, Hashable {
    /// It has not answered or failed yet.
    case unknown
    case up
    case down
  }

  /// A manifest that was started and has to be filled.
  struct Building: Sendable, Hashable {
    let nonce: String
    /// When the nonce was known to exist; only a state of the database that was asked for later may fill it.
    let since: Duration
  }

  var health = Health.unknown
  /// The state of the shared manifest that the target includes; nil when there is none, or it is not known.
  var stamp: SharedStamp?
  /// What the shared manifest said, or was asked to say, last.
  var manifest: Manifest?
  /// Whether its answers say anything about the database.
  var confirms = false
  /// The connection that answered last, and since when it is known.
  var seen = 0
  var seenAt: Duration = .zero
  /// The connection behind which the database was asked.
  var trusted = 0
  /// The latest request that was answered.
  var answeredAt: Duration = .zero
  var building: Building?
  /// Since when it is known to hold the manifest of another database.
  var foreignSince: Duration?

  mutating func forget() {
    stamp = nil
    manifest = nil
    building = nil
    foreignSince = nil
  }
}

extension CoherenceCore {
  /// The shared tier answered a request made at `requestedAt`.
  public mutating func sharedChecked(_ check: SharedCheck, requestedAt: Duration, now: Duration) -> [Action] {
    guard requestedAt >= shared.answeredAt || !guards.contains(.answerOrder) else { return [] }
    shared.answeredAt = max(shared.answeredAt, requestedAt)
    shared.health = .up
    shared.confirms = check.incarnation != nil
    if let incarnation = check.incarnation, incarnation != shared.seen {
      shared.seen = incarnation
      shared.seenAt = now
    }
    switch check.answer {
    case .absent: return lost() + settle(now)
    case .unchanged: confirmByShared(requestedAt, now: now)
    case .manifest(let manifest):
      if let lifetime = target?.lifetime, lifetime != manifest.lifetime {
        // Of two databases only the database itself can tell which one has replaced the other. Seeing it again says nothing
        // new, and must not make the answer to a question that is under way come too early.
        let since = shared.foreignSince ?? now
        shared.forget()
        dropOverrides()
        shared.foreignSince = since
        return [.checkDatabase] + settle(now)
      }
      guard manifest.isComplete || !guards.contains(.completeness) else {
        let building = shared.building
        shared.forget()
        dropOverrides()
        shared.building = building
        build(manifest.stamp.nonce, now: now)
        return settle(now)
      }
      adopt(manifest, requestedAt: requestedAt, now: now)
    }
    return settle(now)
  }

  /// The shared tier did not answer in time, or not at all. A flight that waits for it goes on with the database.
  public mutating func sharedFailed(now: Duration) -> [Action] {
    shared.health = .down
    guard let flight, flight.isWaitingForShared else { return settle(now) }
    return fetchFailed(flight: flight.id, now: now)
  }

  private var isTrusted: Bool {
    shared.confirms && (shared.trusted == shared.seen || !guards.contains(.incarnation))
  }

  private mutating func confirmByShared(_ requestedAt: Duration, now: Duration) {
    if isTrusted { targetAsOf = max(targetAsOf, asked(requestedAt, now)) }
  }

  private mutating func adopt(_ manifest: SharedManifest, requestedAt: Duration, now: Duration) {
    let said = manifest.manifest
    shared.stamp = manifest.stamp
    shared.manifest = said
    shared.building = nil
    shared.foreignSince = nil
    // A state that nobody confirmed is better than none: it is served, marked stale.
    guard let target else { return self.target = said }
    if said.isAtLeast(target) || !guards.contains(.revisionCompare) { _ = advance(to: said) }
    let current = self.target ?? target
    self.target = current.replacing(
      overrides: said.overrides.filter { said.revisions[$0.key] == current.revisions[$0.key] })
    confirmByShared(requestedAt, now: now)
  }

  /// The shared manifest is gone: start another, which is filled after the database has been asked again.
  private mutating func lost() -> [Action] {
    shared.forget()
    dropOverrides()
    guard let lifetime = target?.lifetime else { return [] }
    return [.begin(lifetime: lifetime, nonce: nextToken())]
  }

  /// There is a shared manifest with this nonce now.
  public mutating func began(nonce: String, now: Duration) {
    guard shared.stamp == nil else { return }
    build(nonce, now: now)
  }

  /// There is a manifest to fill. One that was known before is known since then: were it to count from each time that it is
  /// seen, a database that takes longer to answer than readers take to look would never fill it.
  private mutating func build(_ nonce: String, now: Duration) {
    guard shared.building?.nonce != nonce else { return }
    shared.building = SharedKnowledge.Building(nonce: nonce, since: now)
  }

  /// Whether the shared manifest could be filled; if not, its data was lost once more.
  public mutating func completed(_ isDone: Bool) { shared.building = nil }
}
