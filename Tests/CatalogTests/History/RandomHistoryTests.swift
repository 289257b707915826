import Catalog
import TestSupport
import Testing

@Suite("History of random logs")
struct RandomHistoryTests {
  /// What an offer was known to cost since a time; nil for not being there.
  private struct Known: Equatable {
    let since: Int
    let pricing: Pricing?
  }

  private static let ids = ["one", "two"]

  @Test(
    "At every moment the history gives what was in effect then, and at the end what the catalog has", arguments: 0..<40)
  func followsTheCatalog(seed: Int) async throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let time = ManualTime()
    let store = InMemoryCatalogStore(now: { time.seconds })
    var known: [String: [Known]] = [:]
    for _ in 0..<25 {
      time.advance(by: .seconds(Int.random(in: 10...20, using: &generator)))
      let effectiveAt = try await change(store, now: time.seconds, &generator)
      let offers = try await store.offers()
      for id in Self.ids {
        var pricing = offers.first { $0.id == id }?.pricing
        pricing?.raw = nil
        if known[id]?.last.map({ $0.pricing != pricing }) ?? (pricing != nil) {
          let last = known[id]?.last?.since ?? 0
          known[id, default: []].append(Known(since: effectiveAt < last ? time.seconds : effectiveAt, pricing: pricing))
        }
      }
    }
    let offers = try await store.offers()
    for id in Self.ids {
      let offer = OfferReference(provider: try .sample(), offer: id)
      let log = await store.changes(of: [offer], limit: 10_000)
      let current = offers.first { $0.id == id }?.pricing
      let history = OfferHistory(of: offer, current: current, log: log)
      expect(history, known[id] ?? [])
      let forgetful = log.map { $0.kind == .added ? $0.withoutPrices : $0 }
      #expect(OfferHistory(of: offer, current: current, log: forgetful).prices == history.prices, "backwards")
    }
  }

  /// Imports a list that was observed lately or long ago, or updates an offer by hand.
  ///
  /// - Returns: since when the change is said to be in effect.
  private func change(
    _ store: InMemoryCatalogStore, now: Int, _ generator: inout SplitMix64
  ) async throws -> Int {
    let id = Self.ids.randomElement(using: &generator) ?? ""
    switch Int.random(in: 0..<6, using: &generator) {
    case 0:
      do {
        _ = try await store.edit(.deleteOffer(provider: .sample(), id: id))
      } catch StoreError.noSuchOffer, StoreError.noSuchProvider {
        // There is nothing to delete.
      }
      return now
    case 1:
      _ = try await store.edit(.putOffer(.random(id: id, using: &generator)))
      return now
    default:
      let age = Int.random(in: 0..<10, using: &generator) + (Bool.random(using: &generator) ? 0 : 1_000)
      var offers: [Offer] = []
      for id in Self.ids where Int.random(in: 0..<4, using: &generator) > 0 {
        var offer = try Offer.random(id: id, using: &generator)
        offer.observedAt = now - age
        offers.append(offer)
      }
      try await store.importOffers(offers, options: ImportOptions(format: "test", force: true))
      return offers.isEmpty ? now : now - age
    }
  }

  private func expect(_ history: OfferHistory, _ known: [Known]) {
    var expected: [String] = []
    for (index, state) in known.enumerated() {
      guard let pricing = state.pricing else { continue }
      let until = index + 1 < known.count ? CatalogTime.text(unixSeconds: known[index + 1].since) : nil
      expected.append("\(CatalogTime.text(unixSeconds: state.since) ?? "")-\(until ?? "") \(pricing.json)")
    }
    #expect(history.prices.map { "\($0.from ?? "")-\($0.to ?? "") \($0.words)" } == expected)
  }
}

extension ManualTime {
  /// Seconds since 1970.
  fileprivate var seconds: Int { 1_700_000_000 + Int(now.components.seconds) }
}

extension CatalogChange {
  /// The change as it was logged before additions carried prices.
  fileprivate var withoutPrices: CatalogChange {
    CatalogChange(
      sequence: sequence, provider: provider, offer: offer, kind: kind, field: field, oldValue: nil, newValue: nil,
      revision: revision, at: at, effectiveAt: effectiveAt)
  }
}
