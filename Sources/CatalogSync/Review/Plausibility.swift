public import Catalog

/// Finds changes of prices and limits that cannot be believed unseen.
///
/// What is held is what a broken list does to a catalog: a unit that changed, a price that vanished, a list that was cut.
/// What only informs is what real sellers do too: prices of one model differ by a hundred times between providers. Nothing
/// here ever changes a price.
public struct Plausibility: ImportReviewer {
  /// What is still believed.
  public struct Rules: Sendable {
    /// The lowest price of a token above zero, in USD.
    public var lowestTokenPrice = Rules.decimal("0.0000000001")
    /// The highest price of a token, in USD; the dearest models that are sold ask 0.0006.
    public var highestTokenPrice = Rules.decimal("0.01")
    /// How many times its former value a price may be, and which part of it.
    public var jump = 10
    /// Of what part of its former value a limit may at least be, as a divisor.
    public var limitDivisor = 2
    /// How many times the median of the other providers a price may be, and which part of it.
    public var deviation = 10
    /// Fewer other sellers than this make no median.
    public var fewestSellers = 3

    /// The usual rules.
    public init() {}

    private static func decimal(_ text: String) -> ExactDecimal {
      do { return try ExactDecimal(parsing: text) } catch { preconditionFailure("\(text) is no decimal: \(error)") }
    }
  }

  private let rules: Rules
  private let market: MarketPrices

  /// A reviewer.
  ///
  /// - Parameter market: what other providers ask for the same models.
  public init(rules: Rules = Rules(), market: MarketPrices = MarketPrices()) {
    self.rules = rules
    self.market = market
  }

  /// What is odd about a diff.
  public func findings(in diff: ListingDiff) -> [PlausibilityFinding] {
    var findings: [PlausibilityFinding] = []
    // Offers that only a curated list knew go when the provider speaks for itself.
    let removed = diff.removed.count { diff.isCurated || SourceAuthority(of: $0.source) == .firstParty }
    if removed * 2 > removed + diff.report.changed + diff.report.unchanged {
      let text = "\(removed) offers are no longer listed, more than half of the provider's"
      findings.append(.held("", .removal, .massRemoval, text))
    }
    for offer in diff.added { findings += band(offer) + deviation(offer) }
    for change in diff.changed { findings += self.findings(in: change) }
    return findings + duplicates(diff)
  }

  private func findings(in change: ListingDiff.Change) -> [PlausibilityFinding] {
    var findings = shrunkLimits(change)
    guard change.old.pricing != change.new.pricing else { return findings }
    findings += band(change.new)
    if findings.contains(where: { $0.field == .pricing }) { return findings }
    if let finding = turnedToZero(change) ?? jump(change) { findings.append(finding) }
    return findings + deviation(change.new)
  }

  // MARK: Held

  /// Prices of tokens that nobody asks for: the sign of a wrong unit.
  private func band(_ offer: Offer) -> [PlausibilityFinding] {
    for (name, price) in TokenPrices(of: offer.pricing).all where !price.isZero {
      guard price >= rules.lowestTokenPrice, price <= rules.highestTokenPrice else {
        let text =
          "\(name) price \(price) USD per token is outside of \(rules.lowestTokenPrice) to \(rules.highestTokenPrice)"
        return [.held(offer.id, .pricing, .outOfBand, text)]
      }
    }
    return []
  }

  private func turnedToZero(_ change: ListingDiff.Change) -> PlausibilityFinding? {
    let (old, new) = (change.old.pricing, change.new.pricing)
    guard old.state == .priced else { return nil }
    if new.state != .priced {
      return .held(
        change.new.id, .pricing, .turnedToZero, "the price is gone: it was priced, now it is \(new.state.rawValue)")
    }
    let after = TokenPrices(of: new)
    for (name, before) in TokenPrices(of: old).all where !before.isZero {
      guard after[name]?.isZero ?? TokenPrices.mustStay.contains(name) else { continue }
      let text = "\(name) price was \(before), now there is \(after[name] == nil ? "none" : "zero")"
      return .held(change.new.id, .pricing, .turnedToZero, text)
    }
    return nil
  }

  private func jump(_ change: ListingDiff.Change) -> PlausibilityFinding? {
    let new = TokenPrices(of: change.new.pricing)
    for (name, before) in TokenPrices(of: change.old.pricing).all {
      guard let after = new[name], !before.isZero, !after.isZero, after.isFar(from: before, times: rules.jump)
      else { continue }
      let text = "\(name) price was \(before), now it is \(after), more than \(rules.jump) times apart"
      return .held(change.new.id, .pricing, .jump, text)
    }
    return nil
  }

  private func shrunkLimits(_ change: ListingDiff.Change) -> [PlausibilityFinding] {
    let limits: [(field: QuarantineEntry.Field, limit: KeyPath<Offer, Int?>)] = [
      (.contextLength, \.contextLength), (.maxInput, \.maxInput), (.maxOutput, \.maxOutput),
    ]
    return limits.compactMap { field, limit in
      guard let before = change.old[keyPath: limit], let after = change.new[keyPath: limit],
        after < before / rules.limitDivisor
      else { return nil }
      let text = "\(field.rawValue) was \(before), now it is \(after), less than 1/\(rules.limitDivisor)"
      return .held(change.new.id, field, .shrunkLimit, text)
    }
  }

  // MARK: Flagged

  private func deviation(_ offer: Offer) -> [PlausibilityFinding] {
    guard let price = offer.pricing[.prompt]?.amount, !price.isZero,
      let median = market.median(for: offer, fewest: rules.fewestSellers),
      price.isFar(from: median, times: rules.deviation)
    else { return [] }
    let text =
      "prompt price \(price) is more than \(rules.deviation) times from \(median), the median of other providers"
    return [.flag(offer.id, .pricing, .medianDeviation, text)]
  }

  /// New offers of the provider that nothing tells apart: listed twice, or taken for one model by mistake.
  private func duplicates(_ diff: ListingDiff) -> [PlausibilityFinding] {
    let collisions = IdentityCollision.find(in: diff.added.map { ($0, ModelIdentity.of($0)) })
    return collisions.flatMap { collision in
      collision.offers.map { id in
        let others = collision.offers.filter { $0 != id }.prefix(5).joined(separator: ", ")
        return .flag(id, .identity, .duplicateIdentity, "is taken for the same model as \(others)")
      }
    }
  }
}

/// What the tokens of an offer cost, its tiers included, by names such as `prompt` and `batch prompt`.
private struct TokenPrices {
  let all: [(name: String, amount: ExactDecimal)]

  /// Prices that an offer does not lose without a word; of the others each may be given or not.
  static let mustStay = Set([PriceComponent.prompt, .completion, .cacheRead, .cacheWrite].map(\.rawValue))

  init(of pricing: Pricing) {
    let tiers = [("", pricing.rates)] + pricing.tiers.map { ("\($0.condition.text) ", $0.rates) }
    all = tiers.flatMap { prefix, rates in
      PriceComponent.allCases.compactMap { component in
        guard let price = rates[component], price.unit == .token else { return nil }
        return ("\(prefix)\(component.rawValue)", price.amount)
      }
    }
  }

  subscript(name: String) -> ExactDecimal? { all.first { $0.name == name }?.amount }
}

extension PlausibilityFinding {
  fileprivate static func held(
    _ offer: String, _ field: QuarantineEntry.Field, _ reason: Reason, _ message: String
  ) -> PlausibilityFinding {
    PlausibilityFinding(offer: offer, field: field, reason: reason, message: message, isHeld: true)
  }

  fileprivate static func flag(
    _ offer: String, _ field: QuarantineEntry.Field, _ reason: Reason, _ message: String
  ) -> PlausibilityFinding {
    PlausibilityFinding(offer: offer, field: field, reason: reason, message: message, isHeld: false)
  }
}
