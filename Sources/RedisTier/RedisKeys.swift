public import TieredCaching

/// The names of everything in Redis. The patterns are those of the unified caching strategy, behind a prefix.
public struct RedisKeys: Sendable, Hashable {
  /// What all names begin with. In a cluster that is used for other things too, a prefix with a hash tag, such as
  /// `{catalog}:`, keeps everything on one node.
  public let prefix: String

  /// Names behind a prefix.
  public init(prefix: String = "") { self.prefix = prefix }

  /// The hash of the current revisions.
  public var manifest: String { "\(prefix)models:manifest" }
  /// The lease to load from the database.
  public var lease: String { "\(prefix)models:lease" }
  /// The channel on which workers are told to look again.
  public var channel: String { "\(prefix)models:announcements" }
  /// The hash of what workers hold.
  public var workers: String { "\(prefix)models:workers" }
  /// The hash of what all workers did.
  public var fleet: String { "\(prefix)models:fleet" }

  /// An encoded part: the offers of one provider.
  public func part(_ part: PartID) -> String { "\(prefix)models:provider:\(part.text)" }

  /// A finished view, such as `catalog:full`, `unique`, `stats`, `gateway:{slug}`, `model:{id}` or `pricing:{id}`.
  public func view(_ name: String) -> String { "\(prefix)models:\(name)" }
}
