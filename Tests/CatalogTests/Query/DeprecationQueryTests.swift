import Catalog
import TestSupport
import Testing
import TieredCaching

@Suite("Offers that will go")
struct DeprecationQueryTests {
  private static let today = 20_500

  private func snapshot(_ offers: [Offer]) async throws -> CatalogSnapshot {
    let store = InMemoryCatalogStore(now: { 1_700_000_000 })
    for offers in Dictionary(grouping: offers, by: \.provider).values { try await store.importOffers(offers) }
    return CatalogSnapshot(try await store.load(changedSince: nil))
  }

  private func offer(
    _ id: String, provider: String = "acme", deprecated: Int? = nil, ends: Int? = nil, status: OfferStatus = .active
  ) throws -> Offer {
    var offer = try Offer.sample(provider: provider, id: id)
    offer.deprecationDate = deprecated.flatMap { CalendarDate(daysSinceEpoch: Self.today + $0) }
    offer.expiryDate = ends.flatMap { CalendarDate(daysSinceEpoch: Self.today + $0) }
    offer.status = status
    return offer
  }

  private func ids(_ query: DeprecationQuery, _ snapshot: CatalogSnapshot) throws -> [String] {
    let today = try #require(CalendarDate(daysSinceEpoch: Self.today))
    return query.run(on: snapshot, today: today).map { "\($0.provider.slug)/\($0.offer.id)" }
  }

  @Test("Those that go first come first; the end counts, or else the deprecation; those without a day come last")
  func order() async throws {
    let snapshot = try await snapshot([
      offer("stays"), offer("someday", status: .deprecated), offer("late", ends: 90),
      offer("long-deprecated-late-end", deprecated: -50, ends: 40), offer("deprecated-soon", deprecated: 10),
      offer("over", ends: -3), offer("z", provider: "aaa", ends: 40), offer("preview", status: .preview),
    ])
    #expect(
      try ids(DeprecationQuery(), snapshot) == [
        "acme/over", "acme/deprecated-soon", "aaa/z", "acme/long-deprecated-late-end", "acme/late", "acme/someday",
      ])
    #expect(
      try ids(DeprecationQuery(withinDays: 40), snapshot) == [
        "acme/over", "acme/deprecated-soon", "aaa/z", "acme/long-deprecated-late-end",
      ])
    #expect(try ids(DeprecationQuery(withinDays: 39), snapshot) == ["acme/over", "acme/deprecated-soon"])
    #expect(try ids(DeprecationQuery(withinDays: 0), snapshot) == ["acme/over"])
    #expect(try ids(DeprecationQuery(provider: .sample("aaa")), snapshot) == ["aaa/z"])
    #expect(try ids(DeprecationQuery(provider: .sample("nobody")), snapshot).isEmpty)
  }

  @Test("The answer agrees with a naive one on random catalogs", arguments: 0..<10)
  func random(seed: Int) async throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let day = { (generator: inout SplitMix64) in
      Bool.random(using: &generator) ? Int.random(in: -10...10, using: &generator) : nil
    }
    var offers: [Offer] = []
    for index in 0..<60 {
      offers.append(
        try offer(
          "model-\(index)", provider: index % 2 == 0 ? "one" : "two", deprecated: day(&generator),
          ends: day(&generator), status: OfferStatus.allCases.randomElement(using: &generator) ?? .active))
    }
    let snapshot = try await snapshot(offers)
    for within in [nil, 0, 5] {
      let keys = snapshot.offers.enumerated().compactMap { index, offer -> (Int, Int)? in
        let day = (offer.offer.expiryDate ?? offer.offer.deprecationDate)?.daysSinceEpoch
        if let within { return day.flatMap { $0 - Self.today <= within ? ($0, index) : nil } }
        return day != nil || offer.offer.status == .deprecated ? (day ?? .max, index) : nil
      }
      let expected = keys.sorted { $0 < $1 }.map { snapshot.offers[$0.1] }
      #expect(
        try ids(DeprecationQuery(withinDays: within), snapshot)
          == expected.map { "\($0.provider.slug)/\($0.offer.id)" })
    }
  }
}
