import HTTPTypes

/// Everything below `/console`.
enum ConsoleRoute: Equatable {
  /// What anybody may read.
  enum Page: String {
    case models = ""
    case offers, model, compare, cost, providers, provider, changes, deprecations
  }

  /// What an operator may read.
  enum OperationsPage: String {
    case overview = ""
    case cache, explain, audit, sync, quarantine, overrides
  }

  /// What an operator may do.
  enum Action: String {
    case warm, clear
    case startSync = "sync/start"
    case clearSyncError = "sync/clear-error"
    case decide = "quarantine/decide"
    case endOverride = "overrides/end"
  }

  case asset(String)
  case page(Page)
  case login
  case logout
  case operations(OperationsPage)
  case action(Action)

  /// Whether a request target belongs to the console, whether there is a page or not.
  static func covers(_ target: String) -> Bool {
    let path = target.prefix { $0 != "?" }
    return path == ConsoleAddress.root || path.hasPrefix("\(ConsoleAddress.root)/")
  }

  /// The route of a path; nil when there is none.
  init?(_ segments: [String], isPost: Bool) {
    let rest = Array(segments.dropFirst())
    switch (rest.first, rest.count) {
    case ("assets", 2): self = .asset(rest[1])
    case ("login", 1): self = .login
    case ("logout", 1): self = .logout
    case ("ops", _):
      let name = rest.dropFirst().joined(separator: "/")
      if isPost {
        guard let action = Action(rawValue: name) else { return nil }
        self = .action(action)
      } else {
        guard let page = OperationsPage(rawValue: name) else { return nil }
        self = .operations(page)
      }
    case (_, ...1):
      guard let page = Page(rawValue: rest.first ?? "") else { return nil }
      self = .page(page)
    default: return nil
    }
  }

  /// The methods that it takes.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .asset, .page, .operations: [.get, .head]
    case .login: [.get, .head, .post]
    case .logout, .action: [.post]
    }
  }
}
