/// An entry of the quarantine that is new; its number and time are the store's to give.
public struct QuarantineProposal: Sendable, Hashable {
  /// The offer's id; empty for an entry about the provider as a whole.
  public let offer: String
  /// What it is about.
  public let field: QuarantineEntry.Field
  /// What is odd.
  public let reason: PlausibilityFinding.Reason
  /// What is odd, for a person.
  public let message: String
  /// Whether the value is held back.
  public let isHeld: Bool
  /// The value that is served.
  public let servedValue: String?
  /// The value that the provider gives.
  public let proposedValue: String?
  /// Where the proposed value comes from.
  public let source: FieldSource?

  /// The values in the order of ``QuarantineRow/newColumns``.
  public func values(of provider: ProviderSlug) -> [ColumnValue] {
    [
      .text(provider.text), .text(offer), .text(field.rawValue), .text(reason.rawValue), .text(message),
      .integer(isHeld ? 1 : 0), ColumnValue(servedValue), ColumnValue(proposedValue), ColumnValue(source?.source),
      ColumnValue(source?.observedAt),
    ]
  }
}

/// What an import changes in the quarantine of one provider.
public struct QuarantineUpdate: Sendable {
  /// The numbers of the entries that go, before any is added.
  public internal(set) var removed: [Int] = []
  /// The entries that are new.
  public internal(set) var added: [QuarantineProposal] = []
}

/// How an entry stands in a row of the table `quarantine`.
public enum QuarantineRow {
  /// The columns that an entry begins with; the database gives the others their first values.
  public static let newColumns = [
    "provider", "offer", "field", "reason", "message", "is_held", "served_value", "proposed_value", "source",
    "observed_at",
  ]

  /// The columns, in the order in which rows are read.
  public static let columns = ["id"] + newColumns + ["state", "since", "decided_at", "decided_by"]

  /// The entry in a row.
  ///
  /// - Throws: ``StoreError/corruptRow(provider:offer:reason:)``.
  public static func entry(_ row: some StoredRow) throws(StoreError) -> QuarantineEntry {
    guard let id = row.integer(0), let provider = row.text(1), let offer = row.text(2),
      let field = QuarantineEntry.Field(rawValue: row.text(3) ?? ""),
      let reason = PlausibilityFinding.Reason(rawValue: row.text(4) ?? ""), let message = row.text(5),
      let state = QuarantineEntry.State(rawValue: row.text(11) ?? ""), let since = row.text(12)
    else {
      throw .corruptRow(
        provider: row.text(1) ?? "?", offer: row.text(2) ?? "?",
        reason: "entry \(row.integer(0) ?? 0) of the table quarantine cannot be read")
    }
    return QuarantineEntry(
      id: id, provider: try .stored(provider), offer: offer, field: field, reason: reason, message: message,
      isHeld: row.integer(6) != 0, servedValue: row.text(7), proposedValue: row.text(8),
      source: row.text(9).map { FieldSource(source: $0, observedAt: row.integer(10) ?? 0) }, state: state, since: since,
      decidedAt: row.text(13), decidedBy: row.text(14))
  }
}
