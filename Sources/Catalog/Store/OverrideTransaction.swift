/// What a store lets an edit of overrides do inside one transaction.
public protocol OverrideTransaction: EditTransaction {
  /// The overrides of an offer, in the order of the members.
  mutating func overrides(of offer: String, _ provider: ProviderSlug) throws -> [OfferOverride]

  /// Sets an override as of now, in the place of one that there is.
  ///
  /// - Parameters:
  ///   - member: what to override.
  ///   - value: JSON.
  ///   - edit: whose offer it is, who sets it and why.
  mutating func setOverride(_ member: OfferOverride.Member, to value: String, _ edit: OverrideEdit) throws

  /// Ends an override.
  mutating func endOverride(_ member: OfferOverride.Member, _ edit: OverrideEdit) throws
}

extension OverrideEdit {
  /// Makes the edit inside a transaction that the caller opens and ends; every store decides with this alone what an edit
  /// changes. An offer that is gone can still be rid of its overrides.
  ///
  /// - Parameters:
  ///   - transaction: reads and writes of the store.
  ///   - dryRun: whether the caller will roll back.
  /// - Throws: ``StoreError`` when the edit is refused; the caller must then roll back.
  public func run(in transaction: inout some OverrideTransaction, dryRun: Bool) throws -> OverrideReport {
    try StoreError.check(by, "who sets an override", maximum: Self.maximumNameLength)
    if let note { try StoreError.check(note, "the note of an override", maximum: Self.maximumNoteLength) }
    guard try transaction.provider(provider) != nil else { throw StoreError.noSuchProvider(provider) }
    let existing = try transaction.overrides(of: offer, provider)
    let stated = try transaction.offer(offer, of: provider)
    var isChanged = false
    for (member, value) in values.sorted(by: { $0.key < $1.key }) {
      let old = existing.first { $0.member == member }
      guard let value else {
        guard old != nil else { continue }
        try transaction.endOverride(member, self)
        isChanged = true
        continue
      }
      guard let stated else { throw StoreError.noSuchOffer(provider: provider, offer: offer) }
      try check(member, value, over: stated)
      let text = value.text
      guard old?.value != text || old?.note != note else { continue }
      try transaction.setOverride(member, to: text, self)
      isChanged = true
    }
    guard stated != nil || !existing.isEmpty else { throw StoreError.noSuchOffer(provider: provider, offer: offer) }
    return OverrideReport(
      overrides: try transaction.overrides(of: offer, provider), isChanged: isChanged, dryRun: dryRun,
      manifest: try transaction.manifest())
  }

  private func check(_ member: OfferOverride.Member, _ value: JSONValue, over stated: Offer) throws(StoreError) {
    do {
      var offer = stated
      try OverrideValue(member, value).apply(to: &offer)
      _ = try offer.storable(by: provider)
    } catch {
      throw .invalidOffer(provider: provider, offer: offer, error)
    }
  }
}

extension OfferDetail {
  /// Reads everything that is known about an offer, inside a transaction that the caller opens and ends.
  ///
  /// - Throws: ``StoreError/noSuchProvider(_:)``, ``StoreError/noSuchOffer(provider:offer:)``, or
  ///   ``StoreError/corruptRow(provider:offer:reason:)``.
  public init(
    of id: String, _ provider: ProviderSlug, in transaction: inout some OverrideTransaction & ImportTransaction
  ) throws {
    guard try transaction.provider(provider) != nil else { throw StoreError.noSuchProvider(provider) }
    guard let stated = try transaction.offer(id, of: provider) else {
      throw StoreError.noSuchOffer(provider: provider, offer: id)
    }
    let overrides = try transaction.overrides(of: id, provider)
    self.init(
      stated: stated, served: try stated.served(with: overrides), overrides: overrides,
      quarantine: try transaction.quarantine(of: provider).filter { ExactText($0.offer) == ExactText(id) })
  }
}

extension JSONValue {
  /// The value as compact JSON.
  fileprivate var text: String {
    var writer = JSONWriter()
    writer.value(self)
    return writer.text
  }
}

/// How an override stands in a row of the table `overrides`.
public enum OverrideRow {
  /// The columns, in the order in which rows are read.
  public static let columns = ["provider", "offer", "member", "value", "note", "set_by", "set_at"]

  /// The override in a row.
  ///
  /// - Throws: ``StoreError/corruptRow(provider:offer:reason:)``.
  public static func override(_ row: some StoredRow) throws(StoreError) -> OfferOverride {
    guard let provider = row.text(0), let offer = row.text(1),
      let member = OfferOverride.Member(rawValue: row.text(2) ?? ""), let value = row.text(3), let by = row.text(5),
      let at = row.text(6)
    else {
      throw .corruptRow(
        provider: row.text(0) ?? "?", offer: row.text(1) ?? "?",
        reason: "its override of \(row.text(2) ?? "?") cannot be read")
    }
    return OfferOverride(
      provider: try .stored(provider), offer: offer, member: member, value: value, note: row.text(4), setBy: by,
      setAt: at)
  }
}
