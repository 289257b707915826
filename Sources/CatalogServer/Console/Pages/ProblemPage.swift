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
  let status: Int
  let problemTitle: String
  let detail: String
  let allowed: [String]

  init(_ problem: Problem) {
    status = problem.status.code
    problemTitle = problem.status.reasonPhrase
    detail = problem.detail
    allowed = problem.allowed
  }
}
