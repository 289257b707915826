/// A field of an offer, or a provider as a whole, that a reviewer found something about or the quarantine has an entry on.
struct ReviewCase {
  /// The longest message of a finding that is kept, in characters.
  private static let maximumMessageLength = 1_000

  /// The offer's id; empty for the provider as a whole.
  let offer: String
  /// What it is about.
  let field: QuarantineEntry.Field
  /// What a reviewer found.
  private(set) var finding: PlausibilityFinding?
  /// What the quarantine says.
  private(set) var entry: QuarantineEntry?

  /// What is odd, for a person.
  var message: String { finding?.message ?? entry?.message ?? "" }

  /// The case without what a reviewer found.
  var withoutFinding: ReviewCase { ReviewCase(offer: offer, field: field, finding: nil, entry: entry) }

  private struct Key: Hashable {
    let offer: ExactText
    let field: QuarantineEntry.Field
  }

  /// All cases, in the order of the offers; of several findings about the same the first counts.
  static func all(findings: [PlausibilityFinding], _ entries: [QuarantineEntry]) -> [ReviewCase] {
    var cases: [Key: ReviewCase] = [:]
    for entry in entries {
      let key = Key(offer: ExactText(entry.offer), field: entry.field)
      cases[key] = ReviewCase(offer: entry.offer, field: entry.field, finding: nil, entry: entry)
    }
    for finding in findings {
      let offer = finding.field == .removal ? "" : finding.offer
      let key = Key(offer: ExactText(offer), field: finding.field)
      var item = cases[key] ?? ReviewCase(offer: offer, field: finding.field, finding: nil, entry: nil)
      item.finding = item.finding ?? bounded(finding)
      cases[key] = item
    }
    return cases.values.sorted {
      $0.offer == $1.offer ? $0.field.rawValue < $1.field.rawValue : $0.offer < $1.offer
    }
  }

  private static func bounded(_ finding: PlausibilityFinding) -> PlausibilityFinding {
    PlausibilityFinding(
      offer: finding.offer, field: finding.field, reason: finding.reason,
      message: String(finding.message.prefix(maximumMessageLength)), isHeld: finding.isHeld)
  }
}

extension QuarantineEntry {
  /// Whether a value is not taken: an operator said so, or has not said anything yet.
  func holds(_ proposed: String?) -> Bool {
    isHeld && state != .accepted && field.isSame(proposedValue, proposed)
  }

  /// Whether the entry already says what a new one would: of what is held the value counts, of what is not the words too.
  func says(_ proposal: QuarantineProposal) -> Bool {
    guard isHeld == proposal.isHeld, field.isSame(proposedValue, proposal.proposedValue) else { return false }
    return isHeld ? state != .accepted : reason == proposal.reason && message == proposal.message
  }
}

extension QuarantineEntry.Field {
  /// Whether an offer states the field at all.
  func isStated(by offer: Offer) -> Bool {
    switch self {
    case .pricing: offer.pricing.state != .unknown
    case .contextLength: offer.contextLength != nil
    case .maxInput: offer.maxInput != nil
    case .maxOutput: offer.maxOutput != nil
    case .identity, .removal: true
    }
  }

  /// Whether an offer differs from an earlier state of it in the field.
  func differs(in offer: Offer, from old: Offer) -> Bool {
    guard self == .identity else { return !isSame(value(of: offer), value(of: old)) }
    return offer.ownedBy != old.ownedBy || offer.huggingFaceID != old.huggingFaceID || offer.aliases != old.aliases
  }
}

extension Offer {
  /// The offer without what it says in a field.
  ///
  /// - Parameter note: why its price is unknown.
  func withholding(_ field: QuarantineEntry.Field, note: String?) throws(OfferError) -> Offer {
    var offer = self
    if field == .pricing {
      offer.pricing = .unknown(note, raw: pricing.raw)
    } else {
      try field.set(nil, in: &offer)
    }
    return offer
  }
}

extension ListingDiff {
  /// Whether nothing about the offers differs.
  var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }

  /// Keeps the offers that the listings do not contain.
  mutating func keepRemoved() {
    report.unchanged += removed.count
    report.removed = 0
    removed = []
  }

  /// What is written, bounded by a number of changes.
  func offerDiffs(limit: Int) throws -> [OfferDiff] {
    guard limit > 0 else { return [] }
    var diffs = removed.prefix(limit).map { OfferDiff(kind: .removed, offer: $0.id) }
    diffs += added.prefix(limit - diffs.count).map { OfferDiff(kind: .added, offer: $0.id) }
    for change in changed.prefix(limit - diffs.count) {
      diffs.append(
        OfferDiff(kind: .changed, offer: change.new.id, fields: try change.new.changedFields(since: change.old)))
    }
    return diffs
  }
}
