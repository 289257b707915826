import HTTPTypes

/// The page on which an admin key is typed.
struct LoginPage: Sendable {
  let isEnabled: Bool
  /// Whether a key that is typed here would pass a network in the clear.
  let isExposed: Bool
  let problem: String?
}

/// An error as a page.
struct ProblemPage: Sendable {
  /// A value that would have been accepted.
  struct Allowed: Sendable {
    let text: String
    /// Its page, where it is a model.
    let address: String?
  }

  let status: Int
  let problemTitle: String
  let detail: String
  let allowed: [Allowed]

  init(_ problem: Problem) {
    status = problem.status.code
    problemTitle = problem.status.reasonPhrase
    detail = problem.detail
    let isOfModels = problem.kind == "model-not-found"
    allowed = problem.allowed.map { Allowed(text: $0, address: isOfModels ? ConsoleAddress.model($0) : nil) }
  }
}
