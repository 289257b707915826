/// A command with a typed answer.
public protocol RedisCommand: Sendable {
  /// What its answer means.
  associatedtype Response: Sendable

  /// The name and what follows it.
  var arguments: [RedisArgument] { get }

  /// The key by which a cluster finds the node; nil if any node will do.
  var key: String? { get }

  /// Reads an answer that is not an error.
  func response(from value: RedisValue) throws(RedisError) -> Response
}

extension RedisCommand {
  /// No key: any node of a cluster will do.
  public var key: String? { nil }

  /// The error for an answer that this command does not have.
  public func unexpected(_ value: RedisValue) -> RedisError {
    .unexpectedReply(command: arguments.first?.label ?? "an empty command", kind: value.kind)
  }

  /// The answer as an integer.
  func integer(from value: RedisValue) throws(RedisError) -> Int64 {
    guard case .integer(let number) = value else { throw unexpected(value) }
    return number
  }

  /// The answer as a string, nil if it is nothing.
  func optionalBytes(from value: RedisValue) throws(RedisError) -> RedisValue? {
    switch value {
    case .string: value
    case .null: nil
    default: throw unexpected(value)
    }
  }
}
