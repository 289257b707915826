/// One parameter that a query understands, described once for error messages, command line help and the HTTP interface.
public struct QueryParameter: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// What it does.
  public let description: String
  /// The values that it takes: the names of an enumeration, or one phrase that describes the values.
  public let allowedValues: [String]
  /// Whether it takes several values, separated by commas or by repeating the parameter.
  public let isList: Bool

  init(_ name: String, _ description: String, allowed: [String], isList: Bool = false) {
    self.name = name
    self.description = description
    self.allowedValues = allowed
    self.isList = isList
  }

  /// The allowed values as one text.
  public var allowedText: String { allowedValues.joined(separator: ", ") }
}

/// Why a query was refused.
public enum QueryError: Error, Hashable, CustomStringConvertible {
  /// There is no parameter of this name.
  case unknownParameter(name: String, allowed: [String])
  /// The value is not one that the parameter takes. `allowed` holds the names of an enumeration, or one phrase.
  case invalidValue(name: String, value: String, allowed: [String])
  /// A parameter that takes one value was given twice, under its name or another one.
  case repeatedParameter(name: String)
  /// A lower bound is above the upper one, so that nothing could match.
  case emptyRange(minimum: String, maximum: String)

  /// What is wrong and what is allowed, for a person.
  public var description: String {
    switch self {
    case .unknownParameter(let name, let allowed):
      "unknown parameter \"\(name)\"; allowed are \(allowed.joined(separator: ", "))"
    case .invalidValue(let name, let value, let allowed):
      "\"\(value)\" is not a value of \(name); allowed: \(allowed.joined(separator: ", "))"
    case .repeatedParameter(let name): "\(name) is given more than once; give it one value"
    case .emptyRange(let minimum, let maximum): "\(minimum) is larger than \(maximum); nothing can match"
    }
  }

  /// What would have been allowed: names of parameters or values; nil where the fault is another one.
  public var allowedValues: [String]? {
    switch self {
    case .unknownParameter(_, let allowed), .invalidValue(_, _, let allowed): allowed
    case .repeatedParameter, .emptyRange: nil
    }
  }

  /// Whether the fault is the name of a parameter.
  public var isUnknownParameter: Bool {
    if case .unknownParameter = self { true } else { false }
  }

  /// A text from outside for use in a message: at most 80 characters, without control characters.
  static func bounded(_ text: String) -> String {
    var bounded = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(80) {
      let isControl = scalar.properties.generalCategory == .control
      bounded.append(isControl ? "\u{FFFD}" : scalar)
    }
    return String(bounded)
  }
}
