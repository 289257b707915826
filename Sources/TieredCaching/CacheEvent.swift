/// What happens in the cache. Logs, metrics and statistics all read this one stream, so that they cannot disagree.
public enum CacheEvent: Sendable {
  /// A view was answered from `tier`. `view` comes from a closed set of names.
  case hit(view: String, tier: Tier, freshness: Freshness)
  /// A view was not held and had to be derived or loaded.
  case miss(view: String)
  /// A derived view of `bytes` bytes was stored in the local tier.
  case stored(view: String, bytes: Int)
  /// A state was loaded and installed: how many parts it replaced and how long it took.
  case loaded(version: String, parts: Int, duration: Duration)
  /// A load was refused because it was older than what is held.
  case refusedOlder(version: String)
  /// A check or load failed; what was held goes on being served.
  case failed(reason: String)
}
