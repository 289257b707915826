/// What one offer cost since when, and what else changed about it. A pure function of its change log.
public struct OfferHistory: Sendable, Hashable {
  /// Prices that were in effect for a time.
  public struct PricePoint: Sendable, Hashable {
    /// Since when, as ``CatalogChange/effectiveAt``; nil for since before the log begins.
    public let from: String?
    /// Until when; nil while they last.
    public fileprivate(set) var to: String?
    /// The prices, without ``Pricing/raw``, which is not logged; nil where the log gives none that make sense.
    public let pricing: Pricing?
    /// Why there are no prices, for a person; nil where there are.
    public let problem: String?
  }

  /// The offer.
  public let offer: OfferReference
  /// The prices, oldest first. Times in which there was no such offer are gaps between them.
  public let prices: [PricePoint]
  /// All other changes, oldest first: additions, removals, fields that are no price, and what operators override.
  public let changes: [CatalogChange]

  /// The history of an offer.
  ///
  /// - Parameters:
  ///   - offer: which offer it is.
  ///   - current: what it costs now, which is only looked at where the log does not say what it cost at first; nil when
  ///     the offer is gone.
  ///   - log: all changes of the offer, oldest first.
  public init(of offer: OfferReference, current: Pricing?, log: [CatalogChange]) {
    self.offer = offer
    changes = log.filter { $0.field?.hasPrefix(Life.pricePrefix) != true }
    var timeline = Timeline(override: log.first { $0.field == Life.overrideField }?.oldValue)
    let lives = Life.lives(in: log, isCurrent: current != nil)
    for (index, life) in lives.enumerated() {
      let next = index + 1 < lives.count ? lives[index + 1] : nil
      timeline.append(life, before: next, current: next == nil ? current : nil)
    }
    prices = timeline.points
  }
}

/// The changes of an offer from its addition to its removal.
private struct Life {
  /// What operators overrode while there was no such offer: an override stands beside the offer, and outlives it.
  var before: [CatalogChange] = []
  var added: CatalogChange?
  var changes: [CatalogChange] = []
  var removed: CatalogChange?

  static let pricePrefix = "pricing."
  static let overrideField = "override.pricing"

  /// The lives of an offer, the last of which may go on.
  static func lives(in log: [CatalogChange], isCurrent: Bool) -> [Life] {
    // An offer that was there before the log begins is in it with something else than its addition.
    let first = log.first { $0.field?.hasPrefix("override.") != true }
    let wasThere = first.map { $0.kind != .added } ?? isCurrent
    var lives = wasThere ? [Life()] : []
    var between: [CatalogChange] = []
    for change in log {
      let isOpen = lives.last.map { $0.removed == nil } ?? false
      switch change.kind {
      case .added:
        lives.append(Life(before: between, added: change))
        between = []
      case .changed where isOpen: lives[lives.count - 1].changes.append(change)
      case .changed: between.append(change)
      case .removed where isOpen: lives[lives.count - 1].removed = change
      // What is not there cannot be removed; only a log that somebody has changed says so.
      case .removed: break
      }
    }
    return lives
  }

  /// What the provider asked at first; nil where neither the log nor what it asked in the end says so.
  func firstPricing(current: Pricing?) -> LoggedPricing? {
    if let json = added?.newValue { return LoggedPricing(json: json) }
    guard let json = removed.map(\.oldValue) ?? current?.json else { return nil }
    var pricing = LoggedPricing(json: json)
    for change in changes.reversed() {
      if let member = change.priceMember { pricing.set(member, change.oldValue) }
    }
    return pricing
  }
}

extension CatalogChange {
  /// The member of ``Pricing/json`` that changed; nil for other changes.
  fileprivate var priceMember: String? {
    guard let field, field.hasPrefix(Life.pricePrefix) else { return nil }
    return String(field.dropFirst(Life.pricePrefix.count))
  }
}

/// Puts the prices of life after life on one line of time.
private struct Timeline {
  private(set) var points: [OfferHistory.PricePoint] = []
  /// What an operator has put over the provider's prices; nil where nothing.
  private var override: String?
  /// When the last change came into effect.
  private var now: String?

  init(override: String?) { self.override = override }

  /// Adds a life.
  ///
  /// - Parameter next: the life after it, whose addition ends this one where no removal does: a row that replaces another
  ///   one in SQL is only logged as added.
  mutating func append(_ life: Life, before next: Life?, current: Pricing?) {
    for change in life.before where change.field == Life.overrideField { override = change.newValue }
    var from = life.added.map { pass(to: $0) }
    var pricing = life.firstPricing(current: current)
    for change in life.changes where change.priceMember != nil || change.field == Life.overrideField {
      let moment = pass(to: change)
      append(pricing, from: from, to: moment)
      from = moment
      if let member = change.priceMember {
        pricing?.set(member, change.newValue)
      } else {
        override = change.newValue
      }
    }
    append(pricing, from: from, to: (life.removed ?? next?.added).map { pass(to: $0) })
  }

  /// When a change came into effect on a line on which nothing comes before what was logged before: what is said to have
  /// been in effect even earlier, as when an old list is imported, counts from when it was written.
  private mutating func pass(to change: CatalogChange) -> String {
    let before = now ?? ""
    let moment = change.effectiveAt >= before ? change.effectiveAt : max(change.at, before)
    now = moment
    return moment
  }

  private mutating func append(_ stated: LoggedPricing?, from: String?, to: String?) {
    // What changed at one time is one price; those between were never in effect.
    if let from, from == to { return }
    let point: OfferHistory.PricePoint
    do {
      var pricing = try self.pricing(stated)
      pricing?.raw = nil
      point = OfferHistory.PricePoint(
        from: from, to: to, pricing: pricing,
        problem: pricing == nil ? "the change log does not say what it cost then" : nil)
    } catch {
      point = OfferHistory.PricePoint(from: from, to: to, pricing: nil, problem: error.description)
    }
    if let last = points.last, let from, last.to == from, last.pricing == point.pricing, last.problem == point.problem {
      points[points.count - 1].to = to
    } else {
      points.append(point)
    }
  }

  private func pricing(_ stated: LoggedPricing?) throws(PricingCodingError) -> Pricing? {
    guard let override else { return try stated?.pricing() }
    let value: JSONValue
    do {
      value = try JSONReader.parse(override, limits: .small)
    } catch {
      throw PricingCodingError(member: "", reason: "the override is no JSON: \(error.description)")
    }
    if value.object?["state"] != nil { return try Pricing(value) }
    guard let stated = try stated?.pricing() else { return nil }
    return try PricingPatch(value).applied(to: stated)
  }
}
