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
    let served: LongValue
    /// What an operator accepts, so all of it can be seen.
    let proposed: LongValue
    let since: String
    /// Who decided what; nil while nobody has.
    let decision: String?
  }

  let frame: OperationsFrame
  let selects: [FilterForm.Select]
  let entries: [Entry]
  let isEmpty: Bool
  let isPending: Bool
  /// That there are more than are shown.
  let more: String?

  /// How many entries are shown.
  private static let length = 200

  /// What is asked for.
  struct Query: Sendable {
    let state: QuarantineEntry.State
    let provider: ProviderSlug?

    /// - Throws: ``Problem`` when the query is not understood.
    init(_ given: [(name: String, value: String)]) throws(Problem) {
      var parameters = Parameters(given.filter { !$0.value.isEmpty })
      let states = QuarantineEntry.State.allCases.map(\.rawValue)
      state = try parameters.takeChoice("state", of: states).flatMap(QuarantineEntry.State.init) ?? .pending
      provider = try parameters.takeProviderName().map { name throws(Problem) in try ProviderSlug(given: name) }
      try parameters.finish(known: ["state", "gateway", "provider"])
    }

    /// The entries, and one more than are shown if there are more. What waits is shown in its order, decisions the last
    /// first.
    func entries(in store: any CatalogStore) async throws -> [QuarantineEntry] {
      try await store.quarantine(
        of: provider, states: [state], latestFirst: state != .pending, limit: OperationsQuarantine.length + 1)
    }
  }

  /// - Parameters:
  ///   - entries: what ``Query/entries(in:)`` has found.
  ///   - providers: those that can be chosen.
  init(_ frame: OperationsFrame, _ query: Query, _ entries: [QuarantineEntry], providers: [Provider]) {
    self.frame = frame
    selects = [
      FilterForm.Select(
        "state", "Show", QuarantineEntry.State.allCases.map { ($0.rawValue, $0.rawValue) },
        current: query.state.rawValue),
      FilterForm.Select.provider(of: providers, current: query.provider?.text),
    ]
    self.entries = entries.prefix(Self.length).map(Entry.init)
    isEmpty = entries.isEmpty
    isPending = query.state == .pending
    let which = isPending ? "first \(Self.length) that wait" : "last \(Self.length)"
    more = entries.count > Self.length ? "These are the \(which); there are more. Choose a provider to see fewer." : nil
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
    served = Self.value(entry.servedValue, of: entry.field)
    proposed = Self.value(entry.proposedValue, of: entry.field)
    since = ConsoleText.time(entry.since)
    decision = entry.decidedAt.map { "\(entry.state.rawValue) by \(entry.decidedBy ?? "?"), \(ConsoleText.time($0))" }
  }
}

extension OperationsQuarantine.Entry {
  /// Prices by the million tokens, with what is kept behind them; other values as they are.
  private static func value(_ value: String?, of field: QuarantineEntry.Field) -> LongValue {
    guard let value else { return LongValue(ConsoleText.nothing, longest: longest) }
    guard field == .pricing, let prices = PriceList.text(json: value) else { return LongValue(value, longest: longest) }
    return LongValue(prices, whole: value)
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
