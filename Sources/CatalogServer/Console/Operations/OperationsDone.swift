/// What an action has done, as its page says afterwards. A closed set: the address of the page names it.
enum OperationsDone: String {
  case warmed, cleared, purged, started, retried, accepted, rejected, ended, taken

  /// For a person.
  var text: String {
    switch self {
    case .warmed: "The full list, the unique models and the top gateways are prepared."
    case .cleared: "Cleared: whatever is served from now on was made after the call."
    case .purged: "Purged: what was held before is not served any more, even if nothing newer can be had."
    case .started: "The sync has begun. This page shows how it stands."
    case .retried: "The provider is asked again at the next sync."
    case .accepted: "Accepted: the value is the offer's from now on."
    case .rejected: "Rejected: the value is not taken, as often as the provider repeats it."
    case .ended: "The override has ended."
    case .taken: "Taken, but not served yet: this worker could not read it. Workers serve it when the database answers."
    }
  }

  /// What an action has done whose change is committed and not served yet.
  var whileNotServed: OperationsDone {
    switch self {
    case .accepted, .ended: .taken
    // What these say is so whatever is served.
    case .warmed, .cleared, .purged, .started, .retried, .rejected, .taken: self
    }
  }
}

/// What all pages of the operations side have.
struct OperationsFrame: Sendable {
  struct Tab: Sendable {
    let label: String
    let address: String
    let isCurrent: Bool
  }

  /// The token of the session's forms.
  let formToken: String
  let tabs: [Tab]
  let done: String?

  init(_ session: ConsoleSession, _ page: ConsoleRoute.OperationsPage, done: OperationsDone?) {
    formToken = session.formToken
    self.done = done?.text
    let pages: [(ConsoleRoute.OperationsPage, String)] = [
      (.overview, "Workers"), (.cache, "Cache"), (.sync, "Sync"), (.quarantine, "Quarantine"),
      (.overrides, "Overrides"),
    ]
    tabs = pages.map { tab, label in
      let isCurrent = tab == page || (tab == .cache && (page == .explain || page == .audit))
      return Tab(label: label, address: Self.address(of: tab), isCurrent: isCurrent)
    }
  }

  static func address(of page: ConsoleRoute.OperationsPage) -> String {
    page == .overview ? ConsoleAddress.operations : "\(ConsoleAddress.operations)/\(page.rawValue)"
  }
}
