/// Reads the values of known parameters and refuses everything else.
struct ParameterReader {
  /// The values by name, in the order given; values of an alias stand under the name that it means.
  private var values: [String: [String]] = [:]
  private let parameters: [QueryParameter]

  /// The most values that one list may have.
  static let maximumListLength = 64

  /// Takes parameters.
  ///
  /// - Parameters:
  ///   - given: names and values as they came from outside.
  ///   - parameters: the parameters that are known.
  ///   - aliases: names of known parameters that mean another known parameter.
  /// - Throws: ``QueryError`` for unknown names, and for a second value where only one makes sense.
  init(
    _ given: [(name: String, value: String)], parameters: [QueryParameter], aliases: [String: String] = [:]
  ) throws(QueryError) {
    self.parameters = parameters
    for (name, value) in given {
      guard let parameter = parameters.first(where: { $0.name == name }) else {
        throw .unknownParameter(name: QueryError.bounded(name), allowed: parameters.map(\.name))
      }
      let meant = aliases[name] ?? name
      guard parameter.isList || values[meant] == nil else { throw .repeatedParameter(name: meant) }
      values[meant, default: []].append(value)
    }
  }

  /// The error that says what the parameter takes instead of `value`.
  func invalid(_ name: String, _ value: String) -> QueryError {
    let allowed = parameters.first { $0.name == name }?.allowedValues ?? []
    return .invalidValue(name: name, value: QueryError.bounded(value), allowed: allowed)
  }

  /// The only value of a parameter; nil where it is not given.
  func text(_ name: String) -> String? { values[name]?.first }

  /// The elements of a list; empty where it is not given.
  func list(_ name: String) throws(QueryError) -> [String] {
    var elements: [String] = []
    for value in values[name] ?? [] {
      // Bounded before it is split, so that a long value costs no more than a short one.
      guard value.utf8.count <= Self.maximumListLength * (ProviderSlug.maximumLength + 1) else {
        throw invalid(name, value)
      }
      elements += value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard elements.count <= Self.maximumListLength else { throw invalid(name, value) }
    }
    return elements
  }

  /// The elements of a list as names of an enumeration.
  func set<Value: RawRepresentable<String> & Hashable>(
    _ name: String, of type: Value.Type = Value.self
  ) throws(QueryError) -> Set<Value> {
    var set: Set<Value> = []
    for element in try list(name) {
      guard let value = Value(rawValue: element) else { throw invalid(name, element) }
      set.insert(value)
    }
    return set
  }

  /// The value as a name of an enumeration.
  func name<Value: RawRepresentable<String>>(
    _ name: String, of type: Value.Type = Value.self
  ) throws(QueryError) -> Value? {
    guard let text = text(name) else { return nil }
    guard let value = Value(rawValue: text) else { throw invalid(name, text) }
    return value
  }

  /// The value as a whole number in `range`, written with digits only.
  func integer(_ name: String, in range: ClosedRange<Int>) throws(QueryError) -> Int? {
    guard let text = text(name) else { return nil }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text), range.contains(value) else {
      throw invalid(name, text)
    }
    return value
  }

  /// The value as an exact decimal that is not negative.
  func decimal(_ name: String) throws(QueryError) -> ExactDecimal? {
    guard let text = text(name) else { return nil }
    let value: ExactDecimal
    do {
      value = try ExactDecimal(parsing: text)
    } catch {
      throw invalid(name, text)
    }
    guard !value.isNegative else { throw invalid(name, text) }
    return value
  }

  /// The value as `true` or `false`.
  func bool(_ name: String) throws(QueryError) -> Bool? {
    switch text(name) {
    case nil: return nil
    case "true": return true
    case "false": return false
    case let text?: throw invalid(name, text)
    }
  }
}
