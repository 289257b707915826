/// What a reader is promised.
public enum Coherence: String, Sendable, CaseIterable {
  /// A read that starts after a change was published serves that change: one question to the shared tier per read, shared
  /// by all reads that wait at the same time.
  case strict
  /// A read serves what was current at most ``CachePolicy/stalenessBound`` ago: no question per read.
  case bounded
}

/// How long values are good, and how long others are waited for.
public struct CachePolicy: Sendable, Hashable {
  /// What a reader is promised.
  public var coherence: Coherence
  /// The staleness bound D: a value whose version was not confirmed for longer is marked stale.
  public var stalenessBound: Duration
  /// How often the version is confirmed in the background; a fraction of ``stalenessBound``.
  public var heartbeat: Duration
  /// How long a part counts as fresh although no revision moved, less up to a tenth by chance; then it is loaded anew.
  public var timeToLive: Duration
  /// How long beyond its bound or time to live a value may be served, marked stale, while nothing better can be had.
  public var staleLimit: Duration
  /// How long a reader waits for a first load, and how long a load may take.
  public var loadTimeout: Duration
  /// How long a read waits for the shared tier before it asks the database instead.
  public var softTimeout: Duration
  /// How long the lease to load lasts unless it is renewed; a worker that dies while it loads costs the others this.
  public var leaseDuration: Duration
  /// How long a worker waits after a failed load before it tries again.
  public var retryDelay: Duration

  /// A policy; the defaults are a bound of 1 s, 30 min to live, 1 h of stale serving, 30 s for a load, 50 ms for the
  /// shared tier, 3 s for the lease and half a second between tries.
  public init(
    coherence: Coherence = .bounded, stalenessBound: Duration = .seconds(1), heartbeat: Duration = .milliseconds(250),
    timeToLive: Duration = .seconds(1800), staleLimit: Duration = .seconds(3600),
    loadTimeout: Duration = .seconds(30), softTimeout: Duration = .milliseconds(50),
    leaseDuration: Duration = .seconds(3), retryDelay: Duration = .milliseconds(500)
  ) {
    self.coherence = coherence
    self.stalenessBound = stalenessBound
    self.heartbeat = heartbeat
    self.timeToLive = timeToLive
    self.staleLimit = staleLimit
    self.loadTimeout = loadTimeout
    self.softTimeout = softTimeout
    self.leaseDuration = leaseDuration
    self.retryDelay = retryDelay
  }
}
