/// The coherence protocol of one worker as a value without I/O: events in, decisions out.
///
/// What it keeps:
/// - *Bounded staleness.* A value counts as fresh only while the manifest that confirmed it was **requested** at most D
///   ago; when the answer arrived plays no part, so a slow answer cannot make an old state look new.
/// - *No resurrection.* A load is installed only if no part in it is older than what is held, whatever the order in
///   which loads finish.
/// - *One version.* A load brings the manifest of its own read snapshot; only that manifest labels the result.
/// - *Failure is not data.* A failed check or load changes nothing but the reason that is reported.
///
/// The same value runs in production (``TieredCache``) and under a simulator with a virtual clock.
public struct CoherenceCore: Sendable {
  /// What a reader gets now.
  public enum ReadDecision: Sendable, Equatable {
    /// The held value, with its freshness and the time since it was confirmed.
    case serve(Freshness, age: Duration)
    /// Nothing is held yet: wait for a check that is requested from now on.
    case wait
    /// The held value is older than the stale limit and must not be served.
    case refuse
  }

  /// What to do after the source named its current manifest.
  public enum CheckDecision: Sendable, Equatable {
    /// What is held is current.
    case current
    /// Load what differs from `known`; nil asks for everything.
    case load(known: Manifest?)
  }

  /// Whether a loaded state may replace the held one.
  public enum InstallDecision: Sendable, Equatable {
    /// It may.
    case install
    /// A part of it is older than what is held.
    case refuseOlder
  }

  private let policy: CachePolicy
  /// The manifest of the value that is held.
  public private(set) var held: Manifest?
  /// When the request was made whose answer last confirmed ``held``.
  public private(set) var confirmedAt: Duration = .zero
  /// When everything was last loaded without regard to revisions.
  private var fullyLoadedAt: Duration = .zero
  /// The last failure since the last success.
  public private(set) var lastFailure: String?

  /// A core that holds nothing.
  public init(policy: CachePolicy) { self.policy = policy }

  /// A reader asks at `now`.
  public func read(now: Duration) -> ReadDecision {
    guard held != nil else { return .wait }
    let age = now - confirmedAt
    if age <= policy.stalenessBound { return .serve(.fresh, age: age) }
    return age <= policy.stalenessBound + policy.staleLimit ? .serve(.stale, age: age) : .refuse
  }

  /// The source answered, to a request made at `requestedAt`, that `manifest` is current.
  public mutating func checked(_ manifest: Manifest, requestedAt: Duration) -> CheckDecision {
    guard let held, requestedAt - fullyLoadedAt < policy.timeToLive else { return .load(known: nil) }
    guard held == manifest else { return .load(known: held) }
    confirm(requestedAt)
    return .current
  }

  /// A load that was requested at `requestedAt` brought the state of `manifest`.
  ///
  /// - Parameter isFull: whether it brought every part, not only those that differ.
  public mutating func loaded(_ manifest: Manifest, isFull: Bool, requestedAt: Duration) -> InstallDecision {
    if let held, held.lifetime == manifest.lifetime, held.isNewer(thanAnyPartOf: manifest) { return .refuseOlder }
    if let held, held.lifetime != manifest.lifetime, requestedAt < confirmedAt { return .refuseOlder }
    held = manifest
    if isFull { fullyLoadedAt = requestedAt }
    confirm(requestedAt)
    return .install
  }

  /// A check or a load failed.
  public mutating func failed(_ reason: String) { lastFailure = reason }

  private mutating func confirm(_ requestedAt: Duration) {
    confirmedAt = max(confirmedAt, requestedAt)
    lastFailure = nil
  }
}

extension Manifest {
  /// Whether any part here has a higher revision than in `other`, or is missing there.
  func isNewer(thanAnyPartOf other: Manifest) -> Bool {
    revisions.contains { part, revision in other.revisions[part].map { $0 < revision } ?? true }
  }
}
