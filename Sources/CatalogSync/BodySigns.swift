internal import Catalog

/// What the members of a body beside its rows tell: that it is an error message, or one page of several.
///
/// Providers send error messages with status 200, for example `{"code":500,"msg":"404 NOT_FOUND","success":false}`.
struct BodySigns {
  /// The members that errors are made of; no model and no provider bears one of these names.
  static let names: Set<String> = ["error", "errors", "code", "msg", "message", "detail", "success", "status"]

  private var kinds: [(name: String, kind: String)] = []
  private var error: JSONValue?
  private var text: String?
  private var saysFailure = false
  /// Why more pages must be fetched, nil where the body is whole.
  private(set) var continuation: String?

  /// Takes note of a member.
  mutating func note(_ name: String, _ value: JSONValue) {
    if kinds.count < 8 { kinds.append((String(name.prefix(40)), value.kind)) }
    switch name {
    case "error", "errors": error = error ?? value
    case "msg", "message", "detail": text = text ?? value.string
    case "code", "status": saysFailure = saysFailure || value != .null
    case "success": saysFailure = saysFailure || value == .bool(false)
    case "has_more" where value == .bool(true), "nextPageToken", "next_page_token":
      guard value != .null, value != .string("") else { return }
      continuation = "the body is one page of several (\(name) is set); fetch all pages, or one large enough for all"
    default: break
    }
  }

  /// The message of an error, cut to a printable length; nil where there is no sign of one.
  var errorMessage: String? {
    if let error, let message = Self.message(in: error) { return Vocabulary.printable(message, maximum: 200) }
    if let text, saysFailure || kinds.count == 1 { return Vocabulary.printable(text, maximum: 200) }
    return saysFailure && !kinds.contains { $0.name == "data" } ? "(without a text)" : nil
  }

  /// The members, for a message about a body of another shape.
  var description: String {
    guard !kinds.isEmpty else { return "an object without members" }
    return "an object with " + kinds.map { "\"\($0.name)\" (\($0.kind))" }.joined(separator: ", ")
  }

  private static func message(in error: JSONValue) -> String? {
    switch error {
    case .null, .bool(false): nil
    case .string(let text): text.isEmpty ? nil : text
    case .object(let object): object["message"]?.string ?? object["type"]?.string ?? "(without a text)"
    case .array(let errors): errors.first.map { message(in: $0) ?? "(without a text)" }
    case .bool, .number: "(without a text)"
    }
  }
}
