/// What one connection takes before it refuses. A server that exceeds a limit is disconnected.
public struct RedisLimits: Sendable, Equatable {
  /// How deep aggregates may contain each other.
  public var nestingDepth: Int
  /// How many elements one reply may have, all its levels together; a pair of a map counts as two.
  public var elements: Int
  /// How long one string may be, in bytes.
  public var bulkSize: Int
  /// How long one reply may be on the wire, in bytes.
  public var replySize: Int
  /// How many commands may wait for an answer.
  public var pendingCommands: Int
  /// How many bytes of commands may wait to be written; one command is always taken.
  public var pendingBytes: Int

  /// Limits; the defaults suit a cache whose values are some megabytes long.
  public init(
    nestingDepth: Int = 8, elements: Int = 1_000_000, bulkSize: Int = 64 << 20, replySize: Int = 256 << 20,
    pendingCommands: Int = 100_000, pendingBytes: Int = 64 << 20
  ) {
    self.nestingDepth = nestingDepth
    self.elements = elements
    self.bulkSize = bulkSize
    self.replySize = replySize
    self.pendingCommands = pendingCommands
    self.pendingBytes = pendingBytes
  }
}
