public import TieredCaching

/// What a decision did.
public struct QuarantineDecision: Sendable {
  /// The entry after it.
  public let entry: QuarantineEntry
  /// All revisions after it, read in its transaction.
  public let manifest: Manifest

  /// What a decision did.
  public init(entry: QuarantineEntry, manifest: Manifest) {
    self.entry = entry
    self.manifest = manifest
  }
}

/// What a store lets a decision do inside one transaction.
public protocol QuarantineTransaction: EditTransaction {
  /// An entry of the quarantine; nil when there is none.
  mutating func quarantineEntry(_ id: Int) throws -> QuarantineEntry?

  /// Marks an entry as decided by somebody now.
  ///
  /// - Returns: the entry after it.
  mutating func mark(_ entry: QuarantineEntry, _ state: QuarantineEntry.State, by name: String) throws
    -> QuarantineEntry

  /// Deletes those of the offers that are there.
  mutating func deleteOffers(_ ids: [String], of provider: ProviderSlug) throws

  /// Says since when what is written next has been in effect, as ``CatalogChange/effectiveAt``; nil for now.
  mutating func dateChanges(to effectiveAt: String?) throws
}

extension QuarantineTransaction {
  /// Deletes one after the other; a store that is far away does better.
  public mutating func deleteOffers(_ ids: [String], of provider: ProviderSlug) throws {
    for id in ids { _ = try deleteOffer(id, of: provider) }
  }
}

extension QuarantineEntry.Decision {
  /// The longest name of who decides, in bytes.
  public static let maximumNameLength = 256

  private var state: QuarantineEntry.State {
    switch self {
    case .accept: .accepted
    case .reject: .rejected
    }
  }

  /// Decides inside a transaction that the caller opens and ends; every store decides with this alone what a decision
  /// changes.
  ///
  /// - Throws: ``StoreError`` when it is refused; the caller must then roll back.
  public func run(
    on id: Int, by name: String, in transaction: inout some QuarantineTransaction
  ) throws -> QuarantineDecision {
    try StoreError.check(name, "who decides", maximum: Self.maximumNameLength)
    guard let entry = try transaction.quarantineEntry(id) else { throw StoreError.noSuchQuarantineEntry(id) }
    guard entry.state == .pending else { throw StoreError.alreadyDecided(id: id, state: entry.state) }
    if self == .accept, entry.isHeld { try Self.take(entry, &transaction) }
    return QuarantineDecision(
      entry: try transaction.mark(entry, state, by: name), manifest: try transaction.manifest())
  }

  /// Makes the proposed value the offer's, in effect since it was observed.
  private static func take(_ entry: QuarantineEntry, _ transaction: inout some QuarantineTransaction) throws {
    guard entry.field != .removal else { return try remove(entry, &transaction) }
    guard let old = try transaction.offer(entry.offer, of: entry.provider) else {
      throw StoreError.noSuchOffer(provider: entry.provider, offer: entry.offer)
    }
    let new: Offer
    do {
      var offer = old
      try entry.field.set(entry.proposedValue, in: &offer)
      if let source = entry.source { offer.attribute(entry.field.fields, to: source) }
      new = try offer.storable(by: entry.provider)
    } catch {
      throw StoreError.invalidOffer(provider: entry.provider, offer: entry.offer, error)
    }
    guard new.isWorthWriting(over: old) else { return }
    try transaction.dateChanges(to: entry.source.flatMap { CatalogTime.text(unixSeconds: $0.observedAt) })
    try transaction.write(new, replacing: old)
    try transaction.dateChanges(to: nil)
  }

  private static func remove(_ entry: QuarantineEntry, _ transaction: inout some QuarantineTransaction) throws {
    let ids: [JSONValue]?
    do {
      ids = try JSONReader.parse(entry.proposedValue ?? "null").array
    } catch {
      throw StoreError.corruptRow(
        provider: entry.provider.text, offer: "-", reason: "entry \(entry.id) of the table quarantine: \(error)")
    }
    try transaction.deleteOffers((ids ?? []).compactMap(\.string), of: entry.provider)
  }
}

extension StoreError {
  /// Checks a text that a person gave.
  ///
  /// - Throws: ``invalidText(_:)`` when it is empty, too long or holds control characters.
  static func check(_ text: String, _ what: String, maximum: Int) throws(StoreError) {
    guard (1...maximum).contains(text.utf8.count), !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw .invalidText("\(what) must have 1 to \(maximum) bytes and no control characters")
    }
  }
}
