/// Where a value was found.
public enum Tier: String, Sendable, CaseIterable {
  /// The tier that all workers share.
  case redis
  /// This worker's memory.
  case local
  /// The database.
  case database
}

/// Whether a value is known to be current.
public enum Freshness: String, Sendable, CaseIterable {
  /// Its version was confirmed within the staleness bound, or since the read began where coherence is strict.
  case fresh
  /// It could not be confirmed, and is served because nothing better can be had.
  case stale
}

/// A value with what is known about it.
public struct Served<Value: Sendable>: Sendable {
  /// The value.
  public let value: Value
  /// Where it was found.
  public let tier: Tier
  /// Whether it is known to be current.
  public let freshness: Freshness
  /// Time since its version was last confirmed.
  public let age: Duration

  @usableFromInline
  init(value: Value, tier: Tier, freshness: Freshness, age: Duration) {
    self.value = value
    self.tier = tier
    self.freshness = freshness
    self.age = age
  }
}

/// Why a read has no value.
public enum CacheError: Error, CustomStringConvertible {
  /// The first load has not finished within the time a reader waits.
  case notLoaded
  /// The value could not be confirmed for longer than the stale limit; `reason` is the last failure.
  case tooStale(reason: String)
  /// The value was purged, and there is no newer one yet; `reason` is the last failure.
  case purged(reason: String)
  /// A part cannot be cached by hand.
  case overrideRefused(reason: String)
  /// The source failed and there is no value yet.
  case loadFailed(reason: String)

  /// What is wrong, for a person.
  public var description: String {
    switch self {
    case .notLoaded: "the catalog is still being loaded"
    case .tooStale(let reason): "the catalog could not be confirmed for longer than the stale limit: \(reason)"
    case .overrideRefused(let reason): "the catalog cannot be cached by hand: \(reason)"
    case .purged(let reason): "the catalog was purged, and a newer one cannot be had: \(reason)"
    case .loadFailed(let reason): "the catalog could not be loaded: \(reason)"
    }
  }
}
