import Catalog

/// Changes that were held back or flagged.
struct OperationsQuarantine: Sendable {
  struct Entry: Sendable {
    let number: Int
    let provider: String
    let offer: String
    let field: String
    let reason: String
    let message: String
    let isHeld: Bool
    let served: String
    let proposed: String
    let since: String
    /// Who decided what; nil while nobody has.
    let decision: String?
  }

  let frame: OperationsFrame
  let states: FilterForm.Select
  let entries: [Entry]
  let isEmpty: Bool
  let isPending: Bool

  /// How many entries are shown.
  static let length = 200

  /// The state that is asked for.
  ///
  /// - Throws: ``Problem`` when the query is not understood.
  static func state(_ given: [(name: String, value: String)]) throws(Problem) -> QuarantineEntry.State {
    var parameters = Parameters(given)
    let states = QuarantineEntry.State.allCases.map(\.rawValue)
    let state = try parameters.takeChoice("state", of: states)
    try parameters.finish(known: ["state"])
    return state.flatMap(QuarantineEntry.State.init) ?? .pending
  }

  init(_ frame: OperationsFrame, _ entries: [QuarantineEntry], state: QuarantineEntry.State) {
    self.frame = frame
    states = FilterForm.Select(
      "state", "Show", QuarantineEntry.State.allCases.map { ($0.rawValue, $0.rawValue) }, current: state.rawValue)
    self.entries = entries.map(Entry.init)
    isEmpty = entries.isEmpty
    isPending = state == .pending
  }
}

extension OperationsQuarantine.Entry {
  private static let longest = 300

  fileprivate init(_ entry: QuarantineEntry) {
    number = entry.id
    provider = entry.provider.text
    offer = entry.offer.isEmpty ? "the provider as a whole" : entry.offer
    field = entry.field.rawValue.replacing("_", with: " ")
    reason = entry.reason.rawValue.replacing("_", with: " ")
    message = entry.message
    isHeld = entry.isHeld
    served = entry.servedValue.map { String($0.prefix(Self.longest)) } ?? ConsoleText.nothing
    proposed = entry.proposedValue.map { String($0.prefix(Self.longest)) } ?? ConsoleText.nothing
    since = ConsoleText.time(entry.since)
    decision = entry.decidedAt.map { "\(entry.state.rawValue) by \(entry.decidedBy ?? "?"), \(ConsoleText.time($0))" }
  }
}

/// What operators say in the place of providers.
struct OperationsOverrides: Sendable {
  struct Entry: Sendable {
    let provider: String
    let offer: String
    let member: String
    let value: String
    let note: String?
    let by: String
    let at: String
  }

  let frame: OperationsFrame
  let overrides: [Entry]
  let isEmpty: Bool

  init(_ frame: OperationsFrame, _ overrides: [OfferOverride]) {
    self.frame = frame
    self.overrides = overrides.map { override in
      Entry(
        provider: override.provider.text, offer: override.offer, member: override.member.rawValue,
        value: override.value,
        note: override.note, by: override.setBy, at: ConsoleText.time(override.setAt))
    }
    isEmpty = overrides.isEmpty
  }
}
