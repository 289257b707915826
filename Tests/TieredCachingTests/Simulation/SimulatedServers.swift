@testable import TieredCaching

/// The database and the shared tier of the simulation, and what must always hold of them.
struct SimulatedServers: Hashable {
  var database: SimulatedDatabase
  var shared: SharedState
  /// Goes up when connections to the shared tier break.
  private(set) var incarnation = 1
  private(set) var violation: String?
  private let guards: ProtocolGuards

  init(parts: [PartID], guards: ProtocolGuards) {
    database = SimulatedDatabase(parts: parts)
    shared = SharedState(guards: guards)
    self.guards = guards
  }

  /// Does what an action asks for.
  ///
  /// - Parameter lag: how many commits the replica is behind that a load may be sent to.
  mutating func execute(_ action: CoherenceCore.Action, policy: CachePolicy, now: Duration, lag: Int = 0)
    -> Reply
  {
    switch action {
    case .checkDatabase: return .manifest(database.current)
    case .load(_, let known, _):
      let manifest = database.history[max(0, database.history.count - 1 - lag)].manifest
      return .delta(manifest, parts: manifest.parts(differingFrom: known))
    case .checkShared(let known): return .check(SharedCheck(shared.check(known), incarnation: incarnation))
    case .begin(let lifetime, let nonce): return .nonce(shared.begin(lifetime: lifetime, nonce: nonce))
    case .complete(let nonce, let manifest, let stamp):
      return .done(shared.complete(nonce: nonce, with: manifest, stamp: stamp))
    case .raise(let manifest, let stamp): return .done(shared.raise(to: manifest, stamp: stamp))
    case .dropOverride(let part, let token, let stamp):
      shared.dropOverride(of: part, token: token, stamp: stamp)
      return .done(true)
    case .fetch(_, let labels, let lifetime):
      var found: [PartID: SharedState.Kept] = [:]
      for (part, label) in labels { found[part] = shared.part(part, label: label, lifetime: lifetime) }
      return .parts(found)
    case .acquireLease(_, let token):
      return .done(shared.acquireLease(token: token, for: policy.leaseDuration, now: now))
    case .renewLease(let token):
      return .done(shared.renewLease(token: token, for: policy.leaseDuration, now: now))
    case .releaseLease(let token):
      shared.releaseLease(token: token)
      return .done(true)
    case .share(let labels, let manifest, _, _):
      for (part, label) in labels { store(part, label, manifest.lifetime, policy: policy, now: now) }
      return .done(true)
    case .install: return .done(true)
    }
  }

  private mutating func store(
    _ part: PartID, _ label: PartLabel, _ lifetime: String, policy: CachePolicy, now: Duration
  ) {
    let content = Array(SimulatedWorker.content(lifetime, label).utf8)
    let before = shared.parts[part]
    shared.store(
      SharedState.Kept(
        lifetime: lifetime, label: label, bytes: content, freshUntil: now + policy.timeToLive), of: part)
    guard let before, let after = shared.parts[part], before.lifetime == after.lifetime else { return }
    if after.label.revision < before.label.revision { violation = "\(part) went back in the shared tier" }
  }

  // MARK: Writers

  /// Tells all workers of a commit.
  mutating func publish(_ commit: Int, stamp: String) {
    let manifest = database.history[commit].manifest
    if shared.raise(to: manifest, stamp: stamp) || manifest.lifetime != database.current.lifetime { return }
    // No manifest is as good: whoever fills the one that is started here reads the database afterwards.
    _ = shared.begin(lifetime: manifest.lifetime, nonce: stamp)
  }

  /// Caches a part by hand.
  ///
  /// - Returns: whether it could be done.
  mutating func override(_ part: PartID, token: String, until: Duration) -> Bool {
    guard let manifest = shared.manifest, let base = manifest.revisions[part] else { return false }
    let label = PartLabel(revision: base, override: token)
    let content = Array(SimulatedWorker.content(manifest.lifetime, label).utf8)
    shared.store(
      SharedState.Kept(lifetime: manifest.lifetime, label: label, bytes: content, freshUntil: until), of: part)
    return shared.setOverride(
      PartOverride(base: base, token: token), of: part, lifetime: manifest.lifetime, stamp: token)
  }

  // MARK: Faults

  mutating func flush() {
    let guards = guards
    shared = SharedState(guards: guards)
  }

  /// A replica takes over that has not seen the last writes.
  mutating func failOver(to earlier: SharedState) {
    shared = earlier
    incarnation += 1
  }

  mutating func breakConnections() { incarnation += 1 }

  mutating func evict(_ part: PartID) { shared.parts[part] = nil }

  mutating func evictManifest() { shared.manifest = nil }
}
