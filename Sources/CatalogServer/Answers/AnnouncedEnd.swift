import Catalog

/// Since when what an answer shows is deprecated, and when it ends, as header fields say it.
struct AnnouncedEnd: Sendable {
  /// `Deprecation` (RFC 9745), such as `@1767225600`.
  let deprecation: String?
  /// `Sunset` (RFC 8594), such as `Thu, 01 Jan 2026 00:00:00 GMT`.
  let sunset: String?

  /// Nothing is announced.
  static let none = AnnouncedEnd(deprecation: nil, sunset: nil)

  private init(deprecation: String?, sunset: String?) {
    self.deprecation = deprecation
    self.sunset = sunset
  }

  /// What is announced for all of some offers: as long as one of them stays, so does what is shown.
  init(of offers: some Collection<CatalogOffer>) {
    deprecation = Self.last(offers.lazy.map(\.offer.deprecationDate)).map { "@\($0.unixSeconds)" }
    sunset = Self.last(offers.lazy.map(\.offer.expiryDate)).map { HTTPDate.text(unixSeconds: $0.unixSeconds) }
  }

  /// The latest date; nil where one is missing.
  private static func last(_ dates: some Collection<CalendarDate?>) -> CalendarDate? {
    var last: CalendarDate?
    for date in dates {
      guard let date else { return nil }
      last = max(last ?? date, date)
    }
    return last
  }

  /// Hands each field to `write`.
  @inline(__always)
  func forEach(_ write: (_ name: StaticString, _ value: String) -> Void) {
    if let deprecation { write("deprecation", deprecation) }
    if let sunset { write("sunset", sunset) }
  }
}
