public import Catalog

/// A reviewer with rules that tests see through at once: it holds prices from 1 USD per prompt token, context lengths below
/// 1,000, and removals of more than half; it flags offers that are called odd, and maximum answers below 10.
public struct SuspiciousReviewer: ImportReviewer {
  /// A reviewer.
  public init() {}

  /// What is odd about a diff.
  public func findings(in diff: ListingDiff) -> [PlausibilityFinding] {
    var findings = (diff.added + diff.changed.map(\.new)).flatMap(findings)
    if diff.report.isMassRemoval {
      findings.append(
        PlausibilityFinding(
          offer: "", field: .removal, reason: .massRemoval, message: "\(diff.removed.count) would go", isHeld: true))
    }
    return findings
  }

  private func findings(_ offer: Offer) -> [PlausibilityFinding] {
    var findings: [PlausibilityFinding] = []
    func find(_ field: QuarantineEntry.Field, _ reason: PlausibilityFinding.Reason, _ isHeld: Bool) {
      findings.append(
        PlausibilityFinding(
          offer: offer.id, field: field, reason: reason, message: "\(field.rawValue) of \(offer.name)", isHeld: isHeld))
    }
    if let amount = offer.pricing[.prompt]?.amount, amount >= ExactDecimal(1) { find(.pricing, .outOfBand, true) }
    if let length = offer.contextLength, length < 1_000 { find(.contextLength, .shrunkLimit, true) }
    if let length = offer.maxOutput, length < 10 { find(.maxOutput, .shrunkLimit, false) }
    if offer.name.contains("odd") { find(.identity, .duplicateIdentity, true) }
    return findings
  }
}

extension ImportOptions {
  /// A reviewed import of tests.
  public static func reviewed(
    force: Bool = false, dryRun: Bool = false, isPartial: Bool = false, changeLimit: Int = 100
  ) -> ImportOptions {
    ImportOptions(
      format: "test", force: force, dryRun: dryRun, isPartial: isPartial, review: SuspiciousReviewer(),
      changeLimit: changeLimit)
  }
}

extension CatalogStore {
  /// All entries of the quarantine.
  public func entries() async throws -> [QuarantineEntry] {
    try await quarantine(of: nil, states: Set(QuarantineEntry.State.allCases), limit: 1_000)
  }
}

extension QuarantineEntry {
  /// What the entry says in one line; of a price that of a prompt token.
  public var words: String {
    "\(offer.isEmpty ? "-" : offer) \(field.rawValue) \(isHeld ? "held" : "flagged") \(state) "
      + "\(words(servedValue)) \(words(proposedValue))"
  }

  private func words(_ value: String?) -> String {
    guard let value else { return "nil" }
    do {
      return field == .pricing ? try Pricing(json: value)[.prompt]?.amount.description ?? "none" : value
    } catch {
      return "NOT A PRICE: \(value)"
    }
  }
}
