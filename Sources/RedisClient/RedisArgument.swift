public import NIOCore

/// One argument of a command. Whatever it holds is sent with its length in front, so nothing needs to be escaped.
public enum RedisArgument: Sendable, Equatable, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
  /// Text in UTF-8.
  case text(String)
  /// A number, sent in decimal digits.
  case integer(Int64)
  /// Bytes as they are.
  case bytes(ByteBuffer)

  /// Text.
  public init(stringLiteral value: String) { self = .text(value) }

  /// A number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
}

extension RedisArgument {
  /// How it is named in messages: text as it is, anything else by its type.
  var label: String {
    switch self {
    case .text(let text): text
    case .integer(let number): String(number)
    case .bytes: "(bytes)"
    }
  }
}
