public import NIOCore

/// Short forms of the commands. All fail as ``RedisClient/execute(_:timeout:)`` does.
extension RedisClient {
  /// The value of `key`, nil if there is none.
  public func get(_ key: String) async throws(RedisError) -> ByteBuffer? { try await execute(GET(key)) }

  /// Sets `key`; whether that was done, which `condition` may prevent.
  @discardableResult
  public func set(
    _ key: String, _ value: RedisArgument, expiration: SET.Expiration? = nil, condition: SET.Condition? = nil
  ) async throws(RedisError) -> Bool {
    try await execute(SET(key, value, expiration: expiration, condition: condition))
  }

  /// Deletes `keys`, at least one; how many of them existed.
  @discardableResult
  public func del(_ keys: [String]) async throws(RedisError) -> Int { try await execute(DEL(keys)) }

  /// For how many milliseconds `key` still exists; -1 if it does not expire, -2 if it does not exist.
  public func pttl(_ key: String) async throws(RedisError) -> Int64 { try await execute(PTTL(key)) }

  /// Lets `key` expire after `milliseconds`; whether it exists.
  @discardableResult
  public func pexpire(_ key: String, milliseconds: Int64) async throws(RedisError) -> Bool {
    try await execute(PEXPIRE(key, milliseconds: milliseconds))
  }

  /// The fields of the hash at `key`; none if it does not exist.
  public func hgetall(_ key: String) async throws(RedisError) -> [String: ByteBuffer] {
    try await execute(HGETALL(key))
  }

  /// The values of `fields`, at least one, of the hash at `key`, in their order.
  public func hmget(_ key: String, fields: [String]) async throws(RedisError) -> [ByteBuffer?] {
    try await execute(HMGET(key, fields: fields))
  }

  /// Sends `message` to the subscribers of `channel`; how many got it.
  @discardableResult
  public func publish(_ channel: String, _ message: RedisArgument) async throws(RedisError) -> Int {
    try await execute(PUBLISH(channel: channel, message: message))
  }

  /// Asks whether the server answers.
  public func ping() async throws(RedisError) { _ = try await execute(PING()) }

  /// The server's clock in microseconds since 1970-01-01 00:00 UTC.
  public func time() async throws(RedisError) -> Int64 { try await execute(TIME()) }
}
