/// Offers that will go: those that are deprecated, or have a day on which they are deprecated or end.
public struct DeprecationQuery: Sendable {
  /// Only this provider's offers.
  public var provider: ProviderSlug?
  /// Only offers whose day comes within so many days, or has passed; nil for all, also those without a day.
  public var withinDays: Int?

  /// A query; by default for all of them.
  public init(provider: ProviderSlug? = nil, withinDays: Int? = nil) {
    self.provider = provider
    self.withinDays = withinDays
  }

  /// The offers, those that go first first, then in the catalog's order; those without a day last.
  ///
  /// - Parameters:
  ///   - snapshot: the catalog to look in.
  ///   - today: what days are counted from.
  public func run(on snapshot: CatalogSnapshot, today: CalendarDate) -> [CatalogOffer] {
    let offers = snapshot.offers.filter { offer in
      guard provider == nil || offer.provider.slug == provider else { return false }
      guard let withinDays else { return offer.offer.lastDay != nil || offer.offer.status == .deprecated }
      return offer.offer.lastDay.map { $0.daysSinceEpoch - today.daysSinceEpoch <= withinDays } ?? false
    }
    // The standard library's sort is stable, so that the rest stays in the catalog's order.
    return offers.sorted { left, right in
      guard let left = left.offer.lastDay else { return false }
      return right.offer.lastDay.map { left < $0 } ?? true
    }
  }
}

extension Offer {
  /// The day on which the offer ends or, where none is known, from which it is deprecated.
  public var lastDay: CalendarDate? { expiryDate ?? deprecationDate }
}

extension CatalogOffer {
  /// Writes the members of the offer's JSON object among those that will go.
  ///
  /// - Parameters:
  ///   - today: what days are counted from.
  ///   - json: receives the members.
  public func writeEndMembers(today: CalendarDate, to json: inout JSONWriter) {
    json.member("source_gateway", provider.slug.text)
    json.member("id", offer.id)
    json.member("canonical_id", identity.key.text)
    json.member("name", offer.name)
    json.member("status", offer.status.rawValue)
    json.member("deprecation_date", offer.deprecationDate?.description)
    json.member("expiration_date", offer.expiryDate?.description)
    json.member("days_left", offer.lastDay.map { $0.daysSinceEpoch - today.daysSinceEpoch })
  }
}
