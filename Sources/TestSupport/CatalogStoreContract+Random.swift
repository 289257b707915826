public import Catalog
import Testing
import TieredCaching

extension CatalogStoreContract {
  /// Random imports give the figures and the offers of a simple model, and a log that leads to the same state.
  ///
  /// - Parameter seed: decides what is imported.
  public static func checkRandomImports(_ store: any CatalogStore, seed: Int) async throws {
    var generator = SplitMix64(seed: UInt64(seed))
    var model: [String: Offer] = [:]
    var replay = Replay()
    for round in 0..<12 {
      let next = try change(model, &generator)
      let report = try await store.importOffers(
        next.values.shuffled(using: &generator), options: ImportOptions(format: "test", force: true))
      let kept = model.keys.filter { next[$0] != nil }
      #expect(report.added == next.count - kept.count)
      #expect(report.removed == model.count - kept.count)
      #expect(
        report.changed == kept.count { id in next[id].map { model[id]?.saysTheSame(as: $0) == false } ?? false })
      #expect(report.added + report.changed + report.unchanged == next.count)
      model = next
      let offers = try await store.offers()
      #expect(offers == model.values.sorted { $0.precedes($1) }, "round \(round)")
      try replay.apply(try await store.changes(after: replay.sequence, provider: nil, limit: 10_000))
      try replay.expectState(of: offers)
    }
  }

  private static func change(_ model: [String: Offer], _ generator: inout SplitMix64) throws -> [String: Offer] {
    var next = model
    for index in 0..<30 {
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: next["model-\(index)"] = nil
      case 1: next["model-\(index)"] = try Offer.random(id: "model-\(index)", using: &generator).bounded()
      default: break
      }
    }
    return next
  }
}

/// Follows the change log and compares what it says with what is loaded.
private struct Replay {
  private(set) var sequence = 0
  /// By offer, the fields that changed since the offer was added.
  private var fields: [String: [String: String?]] = [:]

  mutating func apply(_ changes: [CatalogChange]) throws {
    for change in changes {
      #expect(change.sequence > sequence)
      sequence = change.sequence
      switch change.kind {
      case .added:
        #expect(fields[change.offer] == nil)
        fields[change.offer] = [:]
      case .removed:
        #expect(fields[change.offer] != nil)
        fields[change.offer] = nil
      case .changed:
        let field = try #require(change.field)
        if let known = fields[change.offer]?[field] { #expect(known == change.oldValue) }
        #expect(change.oldValue != change.newValue)
        fields[change.offer]?[field] = .some(change.newValue)
      }
    }
  }

  func expectState(of offers: [Offer]) throws {
    #expect(Set(offers.map(\.id)) == Set(fields.keys))
    for offer in offers {
      let values = try Dictionary(uniqueKeysWithValues: offer.loggedFields().map { ($0.field, $0.value) })
      for (field, value) in fields[offer.id] ?? [:] { #expect(values[field] ?? nil == value, "\(offer.id) \(field)") }
    }
  }
}
