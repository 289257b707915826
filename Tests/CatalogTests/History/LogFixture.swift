import Catalog
import TestSupport
import TieredCaching

/// A change log written by hand.
struct LogFixture {
  private(set) var changes: [CatalogChange] = []
  let offer: OfferReference

  init(_ provider: String = "acme", _ id: String = "acme-1") throws {
    offer = OfferReference(provider: try .sample(provider), offer: id)
  }

  /// Adds a change that is in effect since a day of January 2026, and is written on that or a later one.
  mutating func add(
    _ kind: CatalogChange.Kind, day: Int, written: Int? = nil, _ field: String? = nil, _ old: String? = nil,
    _ new: String? = nil
  ) {
    changes.append(
      CatalogChange(
        sequence: changes.count + 1, provider: offer.provider, offer: offer.offer, kind: kind, field: field,
        oldValue: old, newValue: new, revision: Revision(Int64(changes.count + 1)), at: Self.time(written ?? day),
        effectiveAt: Self.time(day)))
  }

  /// The start of a day of January 2026.
  static func time(_ day: Int) -> String { "2026-01-\(day < 10 ? "0" : "")\(day)T00:00:00.000Z" }

  func history(current: Pricing? = nil) -> OfferHistory { OfferHistory(of: offer, current: current, log: changes) }
}

extension OfferHistory {
  /// One line for each price: the days since and until it was in effect, and what it was.
  var lines: [String] { prices.map { "\(Self.day($0.from))-\(Self.day($0.to)) \($0.words)" } }

  private static func day(_ text: String?) -> String { text.map { String($0.dropFirst(8).prefix(2)) } ?? "" }
}

extension OfferHistory.PricePoint {
  /// The price as JSON, or why there is none.
  var words: String { pricing?.json ?? problem ?? "nothing" }
}
