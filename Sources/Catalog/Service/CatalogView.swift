public import TieredCaching

/// The views of the specification: what they are called in logs, in Redis and in metrics, and how long they live.
public enum CatalogView: Sendable, Hashable, CustomStringConvertible {
  /// All offers.
  case full
  /// The offers of one provider; "gateway" and "provider" mean the same.
  case gateway(ProviderSlug)
  /// Models across providers.
  case unique
  /// Figures about the catalog.
  case statistics
  /// One model.
  case model(String)
  /// The prices of one model.
  case pricing(String)

  /// The kind, from a closed set of names.
  public var kind: String {
    switch self {
    case .full: "full"
    case .gateway: "gateway"
    case .unique: "unique"
    case .statistics: "stats"
    case .model: "model"
    case .pricing: "pricing"
    }
  }

  /// What the part of its key after `models:` is.
  public var keyName: String {
    switch self {
    case .full: "catalog:full"
    case .gateway(let slug): "gateway:\(slug)"
    case .unique: "unique"
    case .statistics: "stats"
    case .model(let id): "model:\(id)"
    case .pricing(let id): "pricing:\(id)"
    }
  }

  /// Its key among derived values.
  var key: ViewKey {
    switch self {
    case .full, .unique, .statistics: ViewKey(view: kind, name: "")
    case .gateway(let slug): ViewKey(view: kind, name: slug.text)
    case .model(let id), .pricing(let id): ViewKey(view: kind, name: id)
    }
  }

  /// The name that the log has for it.
  public var description: String { key.title }

  /// The derived view that has a revision of its own, so that it can be invalidated alone; nil for the others.
  public var derivedPart: PartID? {
    switch self {
    case .full: PartID("*full")
    case .unique: PartID("*unique")
    case .statistics: PartID("*stats")
    case .gateway, .model, .pricing: nil
    }
  }

  /// The view that a name on the command line or in an address means: `full`, `unique`, `stats`, `gateway:SLUG` or
  /// `provider:SLUG`, `model:ID`, `pricing:ID`; nil for anything else.
  public init?(named name: String) {
    let words = name.split(separator: ":", maxSplits: 1).map(String.init)
    switch (words.first, words.count) {
    case ("full", 1): self = .full
    case ("unique", 1): self = .unique
    case ("stats", 1), ("statistics", 1): self = .statistics
    case ("gateway", 2), ("provider", 2):
      do { self = .gateway(try ProviderSlug(words[1])) } catch { return nil }
    case ("model", 2): self = .model(words[1])
    case ("pricing", 2): self = .pricing(words[1])
    default: return nil
    }
  }
}

/// How long views and parts count as fresh: the specification's table, scaled by `MODEL_CACHE_TTL`.
public struct CacheLifetimes: Sendable, Hashable {
  /// The full catalog and the statistics.
  public let base: Duration

  /// Lifetimes that scale with the one of the full catalog, 900 s by default.
  public init(base: Duration = .seconds(900)) { self.base = base }

  /// Parts, and views of one provider: 1,800 s by default.
  public var part: Duration { base * 2 }

  /// How long a view counts as fresh.
  public func of(_ view: CatalogView) -> Duration {
    switch view {
    case .full, .statistics: base
    case .gateway, .unique: base * 2
    case .model, .pricing: base * 4
    }
  }
}
