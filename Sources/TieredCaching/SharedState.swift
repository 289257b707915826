/// What the shared tier means, as a value: the same rules as the scripts on Redis, for tests, simulation and for workers
/// without Redis. `now` is the clock of the tier, not of a worker.
public struct SharedState: Sendable, Hashable {
  /// A kept part.
  public struct Kept: Sendable, Hashable {
    /// The lifetime that it belongs to.
    public var lifetime: String
    /// What it is.
    public var label: PartLabel
    /// Its content.
    public var bytes: [UInt8]
    /// Until when it counts as fresh.
    public var freshUntil: Duration
  }

  /// A lease.
  public struct Lease: Sendable, Hashable {
    /// Who holds it.
    public var token: String
    /// When it ends.
    public var until: Duration
  }

  /// The manifest, unless there is none.
  public var manifest: SharedManifest?
  /// The kept parts.
  public var parts: [PartID: Kept] = [:]
  /// The lease, which may have ended.
  public var lease: Lease?
  private let guards: ProtocolGuards

  /// An empty tier.
  public init() { self.init(guards: .all) }

  package init(guards: ProtocolGuards) { self.guards = guards }

  /// See ``SharedTier/check(_:timeout:)``.
  public func check(_ known: SharedStamp?) -> SharedCheck.Answer {
    guard let manifest else { return .absent }
    return manifest.stamp == known ? .unchanged : .manifest(manifest)
  }

  /// See ``SharedTier/begin(lifetime:nonce:)``.
  public mutating func begin(lifetime: String, nonce: String) -> String {
    if let manifest, manifest.lifetime == lifetime { return manifest.stamp.nonce }
    manifest = SharedManifest(
      stamp: SharedStamp(nonce: nonce, stamp: nonce), isComplete: false, lifetime: lifetime, revisions: [:])
    return nonce
  }

  /// See ``SharedTier/complete(nonce:with:stamp:)``.
  public mutating func complete(nonce: String, with state: Manifest, stamp: String) -> Bool {
    if !guards.contains(.nonce), manifest == nil { _ = begin(lifetime: state.lifetime, nonce: nonce) }
    guard var manifest, manifest.lifetime == state.lifetime else { return false }
    guard manifest.stamp.nonce == nonce || !guards.contains(.nonce) else { return false }
    merge(state, into: &manifest)
    manifest.isComplete = true
    if manifest != self.manifest { manifest.stamp = SharedStamp(nonce: manifest.stamp.nonce, stamp: stamp) }
    self.manifest = manifest
    return true
  }

  /// See ``SharedTier/raise(to:stamp:)``.
  public mutating func raise(to state: Manifest, stamp: String) -> Bool {
    guard var manifest, manifest.lifetime == state.lifetime else { return false }
    merge(state, into: &manifest)
    if manifest != self.manifest { manifest.stamp = SharedStamp(nonce: manifest.stamp.nonce, stamp: stamp) }
    self.manifest = manifest
    return true
  }

  private func merge(_ state: Manifest, into manifest: inout SharedManifest) {
    let higher: (Revision, Revision) -> Revision = guards.contains(.compareAndSet) ? max : { $1 }
    manifest.revisions.merge(state.revisions, uniquingKeysWith: higher)
    manifest.floors.merge(state.floors, uniquingKeysWith: higher)
    let revisions = manifest.revisions
    manifest.overrides = manifest.overrides.filter { revisions[$0.key] == $0.value.base }
  }

  /// See ``SharedTier/setOverride(_:of:lifetime:stamp:)``.
  public mutating func setOverride(
    _ override: PartOverride, of part: PartID, lifetime: String, stamp: String
  ) -> Bool {
    guard var manifest, manifest.isComplete, manifest.lifetime == lifetime else { return false }
    guard manifest.revisions[part] == override.base else { return false }
    manifest.overrides[part] = override
    manifest.stamp = SharedStamp(nonce: manifest.stamp.nonce, stamp: stamp)
    self.manifest = manifest
    return true
  }

  /// See ``SharedTier/dropOverride(of:token:stamp:)``.
  public mutating func dropOverride(of part: PartID, token: String, stamp: String) {
    guard var manifest, manifest.overrides[part]?.token == token else { return }
    manifest.overrides[part] = nil
    manifest.stamp = SharedStamp(nonce: manifest.stamp.nonce, stamp: stamp)
    self.manifest = manifest
  }

  /// See ``SharedTier/parts(_:lifetime:)``.
  public func part(_ part: PartID, label: PartLabel, lifetime: String) -> Kept? {
    guard let kept = parts[part] else { return nil }
    guard guards.contains(.partLabel) else { return kept }
    return kept.label == label && kept.lifetime == lifetime ? kept : nil
  }

  /// See ``SharedTier/store(_:of:label:lifetime:timeToLive:)``.
  public mutating func store(_ kept: Kept, of part: PartID) {
    if guards.contains(.storeIfNewer), let old = parts[part], old.lifetime == kept.lifetime {
      guard old.label.revision <= kept.label.revision else { return }
    }
    parts[part] = kept
  }

  /// See ``SharedTier/acquireLease(token:for:)``.
  public mutating func acquireLease(token: String, for duration: Duration, now: Duration) -> Bool {
    if let lease, lease.until > now || !guards.contains(.leaseDeadline) { return false }
    lease = Lease(token: token, until: now + duration)
    return true
  }

  /// See ``SharedTier/renewLease(token:for:)``.
  public mutating func renewLease(token: String, for duration: Duration, now: Duration) -> Bool {
    guard let lease, lease.token == token, lease.until > now else { return false }
    self.lease = Lease(token: token, until: now + duration)
    return true
  }

  /// See ``SharedTier/releaseLease(token:)``.
  public mutating func releaseLease(token: String) {
    if lease?.token == token || !guards.contains(.leaseToken) { lease = nil }
  }
}
