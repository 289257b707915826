/// How long values are good, and how much may be kept.
public struct CachePolicy: Sendable {
  /// The staleness bound D: a value whose version was not confirmed for longer is marked stale.
  public var stalenessBound: Duration
  /// How often the version is confirmed in the background; a fraction of ``stalenessBound``.
  public var heartbeat: Duration
  /// After this time all parts are loaded anew even if no revision moved.
  public var timeToLive: Duration
  /// How long beyond the bound a value may be served, marked stale, while it cannot be confirmed.
  public var staleLimit: Duration
  /// How long a reader waits for a first load.
  public var loadTimeout: Duration

  /// A policy; the defaults are a bound of 1 s, 15 min to live, 1 h of stale serving and 30 s for a load.
  public init(
    stalenessBound: Duration = .seconds(1), heartbeat: Duration = .milliseconds(250),
    timeToLive: Duration = .seconds(900), staleLimit: Duration = .seconds(3600), loadTimeout: Duration = .seconds(30)
  ) {
    self.stalenessBound = stalenessBound
    self.heartbeat = heartbeat
    self.timeToLive = timeToLive
    self.staleLimit = staleLimit
    self.loadTimeout = loadTimeout
  }
}
