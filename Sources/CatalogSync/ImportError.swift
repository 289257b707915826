public import Catalog

/// Why a body cannot be imported, and what to do about it.
public enum ImportError: Error, Equatable, CustomStringConvertible {
  /// There is no format of this name.
  case unknownFormat(name: String, allowed: [String])
  /// The format does not say whose list it is, and the context did not either.
  case providerMissing(format: String)
  /// The body holds many providers, and not the one that was asked for.
  case providerNotInBody(format: String, provider: ProviderSlug)
  /// The body is not JSON.
  case notJSON(format: String, JSONError)
  /// The body is JSON of another shape.
  case wrongTopLevel(format: String, expected: String, found: String)
  /// The body has no rows. A provider that sells nothing is taken for a failure, so that it cannot empty a catalog.
  case emptyList(format: String)
  /// The body is an error message, whatever the status of the response was.
  case errorBody(format: String, message: String)
  /// The body is one page of several.
  case incomplete(format: String, reason: String)
  /// A row does not fit the format: which one, its id where known, the field, and why.
  case row(format: String, row: String, id: String, field: String, reason: String)

  /// The field of a row that does not fit; nil for errors about the body as a whole.
  public var field: String? {
    if case .row(_, _, _, let field, _) = self { field } else { nil }
  }

  /// The place from 0, or the key, of the row that does not fit; nil for errors about the body as a whole.
  public var row: String? {
    if case .row(_, let row, _, _, _) = self { row } else { nil }
  }

  /// What is wrong and what to do, for a person.
  public var description: String {
    switch self {
    case .unknownFormat(let name, let allowed):
      "\"\(Vocabulary.printable(name, maximum: 60))\" is not an import format; choose one of \(allowed.joined(separator: ", "))"
    case .providerMissing(let format): "\(format): the format does not say whose list it is; name the provider"
    case .providerNotInBody(let format, let provider): "\(format): the body has no offers of \(provider)"
    case .notJSON(let format, let error):
      "\(format): not JSON: \(Vocabulary.printable(error.description, maximum: 200))"
    case .wrongTopLevel(let format, let expected, let found):
      "\(format): expected \(expected), found \(Vocabulary.printable(found, maximum: 500)); is this another format?"
    case .emptyList(let format): "\(format): the list is empty, which is taken for a failure; nothing was imported"
    case .errorBody(let format, let message): "\(format): the body is an error message, not a list: \(message)"
    case .incomplete(let format, let reason): "\(format): \(reason)"
    case .row(let format, let row, let id, let field, let reason):
      "\(format): row \(Vocabulary.printable(row, maximum: 256))"
        + (id.isEmpty || id == row ? "" : " (\(Vocabulary.printable(id, maximum: 256)))")
        + ", \(Vocabulary.printable(field, maximum: 100)): \(Vocabulary.printable(reason, maximum: 500))"
    }
  }

  /// The same with other texts of the provider.
  func scrubbed(_ scrub: (String) -> String) -> ImportError {
    switch self {
    case .wrongTopLevel(let format, let expected, let found):
      .wrongTopLevel(format: format, expected: expected, found: scrub(found))
    case .errorBody(let format, let message): .errorBody(format: format, message: scrub(message))
    case .incomplete(let format, let reason): .incomplete(format: format, reason: scrub(reason))
    case .row(let format, let row, let id, let field, let reason):
      .row(format: format, row: scrub(row), id: scrub(id), field: scrub(field), reason: scrub(reason))
    case .unknownFormat, .providerMissing, .providerNotInBody, .notJSON, .emptyList: self
    }
  }
}
