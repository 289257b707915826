/// A JSON value that keeps numbers as the text they were written in, so that no price passes through a `Double`.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  /// The number's own text.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// The members, if this is an object.
  public var object: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// The elements, if this is an array.
  public var array: [JSONValue]? {
    if case .array(let array) = self { array } else { nil }
  }

  /// The text, if this is a string.
  public var string: String? {
    if case .string(let string) = self { string } else { nil }
  }

  /// The number as an integer, if it is one.
  public var int: Int? {
    if case .number(let text) = self { Int(text) } else { nil }
  }

  /// The truth value, if this is one.
  public var bool: Bool? {
    if case .bool(let bool) = self { bool } else { nil }
  }

  /// What kind of value this is, for messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// The members of a JSON object in the order they were written.
///
/// Members are looked up by a linear scan: the objects of model lists have a few dozen members at most, where a scan
/// beats hashing.
public struct JSONObject: Sendable, Hashable {
  /// Names and values as written.
  public private(set) var members: [(name: String, value: JSONValue)]

  /// An object with these members.
  public init(_ members: [(name: String, value: JSONValue)] = []) { self.members = members }

  /// The value of a member, nil where there is none.
  public subscript(_ name: String) -> JSONValue? {
    for member in members where member.name == name { return member.value }
    return nil
  }

  /// Adds a member at the end.
  public mutating func append(_ name: String, _ value: JSONValue) { members.append((name, value)) }

  /// Whether both have the same members in the same order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members.elementsEqual(right.members) { $0.name == $1.name && $0.value == $1.value }
  }

  /// Feeds all members into the hasher.
  public func hash(into hasher: inout Hasher) {
    for member in members {
      hasher.combine(member.name)
      hasher.combine(member.value)
    }
  }
}
