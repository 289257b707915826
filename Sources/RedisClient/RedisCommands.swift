public import NIOCore

/// The value of a key; nil if there is none. https://redis.io/docs/latest/commands/get/
public struct GET: RedisCommand {
  private let name: String
  /// The key that is read.
  public var key: String? { name }
  /// The command on the wire.
  public var arguments: [RedisArgument] { ["GET", .text(name)] }

  /// Reads `key`.
  public init(_ key: String) { name = key }

  /// The value, if there is one.
  public func response(from value: RedisValue) throws(RedisError) -> ByteBuffer? {
    try optionalBytes(from: value)?.bytes
  }
}

/// Sets the value of a key. https://redis.io/docs/latest/commands/set/
public struct SET: RedisCommand {
  /// When the key goes by itself.
  public enum Expiration: Sendable, Equatable {
    /// After so many milliseconds, at least 1.
    case milliseconds(Int64)
  }

  /// When the value is set at all.
  public enum Condition: Sendable, Equatable {
    /// Only if the key does not exist.
    case ifAbsent
  }

  private let name: String
  private let value: RedisArgument
  private let expiration: Expiration?
  private let condition: Condition?

  /// The key that is written.
  public var key: String? { name }

  /// The command on the wire.
  public var arguments: [RedisArgument] {
    var arguments: [RedisArgument] = ["SET", .text(name), value]
    if case .milliseconds(let milliseconds) = expiration { arguments += ["PX", .integer(milliseconds)] }
    if condition == .ifAbsent { arguments.append("NX") }
    return arguments
  }

  /// Sets `key` to `value`; without `expiration` it stays until it is deleted.
  public init(_ key: String, _ value: RedisArgument, expiration: Expiration? = nil, condition: Condition? = nil) {
    name = key
    self.value = value
    self.expiration = expiration
    self.condition = condition
  }

  /// Whether the value was set; false if the condition did not hold.
  public func response(from value: RedisValue) throws(RedisError) -> Bool {
    try optionalBytes(from: value) != nil
  }
}

/// Deletes keys; in a cluster all of one slot. https://redis.io/docs/latest/commands/del/
public struct DEL: RedisCommand {
  private let names: [String]
  /// The first of the keys.
  public var key: String? { names.first }
  /// The command on the wire.
  public var arguments: [RedisArgument] { ["DEL"] + names.map { .text($0) } }

  /// Deletes `keys`, at least one.
  public init(_ keys: [String]) { names = keys }

  /// How many of them existed.
  public func response(from value: RedisValue) throws(RedisError) -> Int { Int(try integer(from: value)) }
}

/// How long a key still exists. https://redis.io/docs/latest/commands/pttl/
public struct PTTL: RedisCommand {
  private let name: String
  /// The key that is asked about.
  public var key: String? { name }
  /// The command on the wire.
  public var arguments: [RedisArgument] { ["PTTL", .text(name)] }

  /// Asks about `key`.
  public init(_ key: String) { name = key }

  /// Milliseconds; -1 for a key that does not expire, -2 for one that does not exist.
  public func response(from value: RedisValue) throws(RedisError) -> Int64 { try integer(from: value) }
}

/// Lets a key expire. https://redis.io/docs/latest/commands/pexpire/
public struct PEXPIRE: RedisCommand {
  private let name: String
  private let milliseconds: Int64
  /// The key that will expire.
  public var key: String? { name }
  /// The command on the wire.
  public var arguments: [RedisArgument] { ["PEXPIRE", .text(name), .integer(milliseconds)] }

  /// Lets `key` expire after `milliseconds`.
  public init(_ key: String, milliseconds: Int64) {
    name = key
    self.milliseconds = milliseconds
  }

  /// Whether the key exists.
  public func response(from value: RedisValue) throws(RedisError) -> Bool { try integer(from: value) == 1 }
}

/// All fields of a hash. https://redis.io/docs/latest/commands/hgetall/
public struct HGETALL: RedisCommand {
  private let name: String
  /// The key that is read.
  public var key: String? { name }
  /// The command on the wire.
  public var arguments: [RedisArgument] { ["HGETALL", .text(name)] }

  /// Reads the hash at `key`.
  public init(_ key: String) { name = key }

  /// The fields and their values; none if the key does not exist.
  public func response(from value: RedisValue) throws(RedisError) -> [String: ByteBuffer] {
    guard let fields = value.stringMap else { throw unexpected(value) }
    return fields
  }
}

/// Some fields of a hash. https://redis.io/docs/latest/commands/hmget/
public struct HMGET: RedisCommand {
  private let name: String
  private let fields: [String]
  /// The key that is read.
  public var key: String? { name }
  /// The command on the wire.
  public var arguments: [RedisArgument] { ["HMGET", .text(name)] + fields.map { .text($0) } }

  /// Reads `fields`, at least one, of the hash at `key`.
  public init(_ key: String, fields: [String]) {
    name = key
    self.fields = fields
  }

  /// The values in the order of the fields, nil for those that do not exist.
  public func response(from value: RedisValue) throws(RedisError) -> [ByteBuffer?] {
    guard case .array(let values) = value, values.count == fields.count else { throw unexpected(value) }
    var result: [ByteBuffer?] = []
    for value in values { result.append(try optionalBytes(from: value)?.bytes) }
    return result
  }
}

/// Sends a message to the subscribers of a channel. https://redis.io/docs/latest/commands/publish/
public struct PUBLISH: RedisCommand {
  private let channel: String
  private let message: RedisArgument
  /// The command on the wire.
  public var arguments: [RedisArgument] { ["PUBLISH", .text(channel), message] }

  /// Sends `message` to `channel`.
  public init(channel: String, message: RedisArgument) {
    self.channel = channel
    self.message = message
  }

  /// How many subscribers got it; in a cluster only those of the same node are counted.
  public func response(from value: RedisValue) throws(RedisError) -> Int { Int(try integer(from: value)) }
}

/// Asks whether the server answers. https://redis.io/docs/latest/commands/ping/
public struct PING: RedisCommand {
  /// The command on the wire.
  public var arguments: [RedisArgument] { ["PING"] }

  /// Asks.
  public init() {}

  /// "PONG".
  public func response(from value: RedisValue) throws(RedisError) -> String {
    guard let text = value.text else { throw unexpected(value) }
    return text
  }
}

/// The server's clock. https://redis.io/docs/latest/commands/time/
public struct TIME: RedisCommand {
  /// The command on the wire.
  public var arguments: [RedisArgument] { ["TIME"] }

  /// Asks for the time.
  public init() {}

  /// Microseconds since 1970-01-01 00:00 UTC.
  public func response(from value: RedisValue) throws(RedisError) -> Int64 {
    guard let parts = value.array, parts.count == 2, let seconds = parts[0].integer,
      let microseconds = parts[1].integer, (0...9_000_000_000_000).contains(seconds),
      (0..<1_000_000).contains(microseconds)
    else { throw unexpected(value) }
    return seconds * 1_000_000 + microseconds
  }
}

/// Any command; its answer is given as it came.
public struct Raw: RedisCommand {
  /// The name and what follows it.
  public let arguments: [RedisArgument]
  /// The key by which a cluster finds the node.
  public let key: String?

  /// A command of which `key` is the key; nil if it has none.
  public init(_ name: String, _ arguments: [RedisArgument] = [], key: String? = nil) {
    // A name of two words, as in "CONFIG GET", is two arguments on the wire.
    self.arguments = name.split(separator: " ").map { .text(String($0)) } + arguments
    self.key = key
  }

  /// The answer.
  public func response(from value: RedisValue) throws(RedisError) -> RedisValue { value }
}
