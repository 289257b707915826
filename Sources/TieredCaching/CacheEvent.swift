/// What happens in the cache. Logs, metrics and statistics all read this one stream, so that they cannot disagree.
public enum CacheEvent: Sendable {
  /// A view was answered from `tier`; `age` is the time since its version was confirmed.
  case hit(ViewKey, tier: Tier, freshness: Freshness, age: Duration)
  /// A view was served as fresh although its version was not confirmed within the staleness bound: never, unless there is a
  /// mistake in here.
  case servedPastBound(ViewKey, age: Duration)
  /// A view was not held and had to be derived or loaded.
  case miss(ViewKey)
  /// A derived view of `bytes` bytes was stored in the local tier.
  case stored(ViewKey, bytes: Int)
  /// A state was installed: how many parts came from which tier, and how long it took.
  case loaded(version: String, fromShared: Int, fromDatabase: Int, duration: Duration)
  /// A tier was asked whether anything changed, and answered.
  case checked(Tier, duration: Duration)
  /// A tier was asked for parts, and gave so many, with so many things in them.
  case fetched(from: Tier, parts: Int, items: Int, duration: Duration)
  /// Somebody else was waited for who held the lease to load, or nobody, so that it took only the asking.
  case leaseWaited(Duration)
  /// Readers get a change from now on that the database dates so, in seconds since 1970.
  case visible(committedAt: Double)
  /// A load was refused because it was older than what is held.
  case refusedOlder(version: String)
  /// A part of the shared tier could not be used, and counts as absent.
  case rejected(part: String, reason: String)
  /// A part of so many items and bytes was kept in the shared tier.
  case shared(part: String, items: Int, bytes: Int, timeToLive: Duration)
  /// Something was invalidated by name.
  case invalidated(ViewKey)
  /// A check of the database failed or, where `isLoad`, a load; what was held goes on being served.
  case failed(reason: String, isLoad: Bool)
  /// A call failed, be it for what was asked; that says nothing about what is held.
  case callFailed(reason: String)
  /// The shared tier failed; `state` says what the circuit breaker lets through now.
  case sharedFailed(reason: String, state: CircuitBreaker.State)
  /// What is served was compared with the database and the shared tier.
  case audited(AuditSummary)
  /// The shared tier answers again.
  case sharedRecovered
}
