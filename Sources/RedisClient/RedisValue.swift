public import NIOCore

/// One value of the RESP3 protocol (https://github.com/redis/redis-specifications/blob/master/protocol/RESP3.md).
public enum RedisValue: Sendable, Equatable {
  /// A bulk, simple or verbatim string, without the format mark of the last.
  case string(ByteBuffer)
  /// An error that is part of a reply, as one command of a transaction gives.
  case error(RedisServerError)
  /// A signed number of 64 bits.
  case integer(Int64)
  /// A floating point number.
  case double(Double)
  /// True or false.
  case boolean(Bool)
  /// A number of any size in decimal digits.
  case bigNumber(String)
  /// Nothing; also what RESP2 writes as a string or array of length -1.
  case null
  /// Values in order.
  case array([RedisValue])
  /// Pairs in the order in which they came.
  case map([RedisMapEntry])
  /// Values without an order.
  case set([RedisValue])
  /// What the server sends without being asked, such as a message of a channel.
  case push([RedisValue])
}

/// One pair of a map.
public struct RedisMapEntry: Sendable, Equatable {
  /// What it is found by.
  public var key: RedisValue
  /// What is found.
  public var value: RedisValue

  /// A pair.
  public init(key: RedisValue, value: RedisValue) {
    self.key = key
    self.value = value
  }
}

extension RedisValue {
  /// The bytes of a string, nil for everything else.
  public var bytes: ByteBuffer? {
    if case .string(let bytes) = self { bytes } else { nil }
  }

  /// A string as text, bytes that are not UTF-8 replaced; nil for everything else.
  public var text: String? { bytes.map { String(buffer: $0) } }

  /// An integer, also one that came as a string of decimal digits; nil for everything else.
  public var integer: Int64? {
    switch self {
    case .integer(let number): number
    case .string(let bytes): Int64(String(buffer: bytes))
    default: nil
    }
  }

  /// The elements of an array, set or push; nil for everything else.
  public var array: [RedisValue]? {
    switch self {
    case .array(let elements), .set(let elements), .push(let elements): elements
    default: nil
    }
  }

  /// Whether it is nothing.
  public var isNull: Bool { self == .null }

  /// A map from strings to strings, also from a flat array of pairs, as HGETALL gives in RESP2. Of keys that occur
  /// twice the last counts. Nil if any key or value is no string.
  public var stringMap: [String: ByteBuffer]? {
    var result: [String: ByteBuffer] = [:]
    switch self {
    case .map(let entries):
      for entry in entries {
        guard let key = entry.key.text, let value = entry.value.bytes else { return nil }
        result[key] = value
      }
    case .array(let elements) where elements.count.isMultiple(of: 2):
      for index in stride(from: 0, to: elements.count, by: 2) {
        guard let key = elements[index].text, let value = elements[index + 1].bytes else { return nil }
        result[key] = value
      }
    default: return nil
    }
    return result
  }

  /// The name of its type, for messages.
  var kind: String {
    switch self {
    case .string: "a string"
    case .error: "an error"
    case .integer: "an integer"
    case .double: "a double"
    case .boolean: "a boolean"
    case .bigNumber: "a big number"
    case .null: "null"
    case .array: "an array"
    case .map: "a map"
    case .set: "a set"
    case .push: "a push"
    }
  }
}
