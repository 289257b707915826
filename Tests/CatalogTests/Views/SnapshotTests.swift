import Catalog
import TestSupport
import Testing
import TieredCaching

@Suite("Views of one version")
struct SnapshotTests {
  private func snapshot(_ offers: [Offer]) throws -> CatalogSnapshot {
    var parts: [PartID: ProviderPart] = [:]
    for (slug, group) in Dictionary(grouping: offers, by: \.provider) {
      let sorted = group.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
      parts[PartID(slug.text)] = ProviderPart(provider: Provider(slug: slug), offers: sorted)
    }
    let manifest = Manifest(lifetime: "test", revisions: parts.mapValues { _ in Revision(1) })
    return CatalogSnapshot(PartDelta(manifest: manifest, parts: parts))
  }

  private func offer(
    _ provider: String, _ id: String, prompt: String? = "0.000001", _ change: (inout Offer) throws -> Void = { _ in }
  ) throws -> Offer {
    var offer = Offer(provider: try ProviderSlug(provider), modelID: id, source: "test", observedAt: 0)
    offer.outputModalities = [.text]
    if let prompt {
      let price = Price.perToken(try ExactDecimal(parsing: prompt))
      offer.pricing = try .priced([.prompt: price, .completion: price])
    }
    try change(&offer)
    return offer
  }

  @Test("The cheapest offer is never one whose price is unknown, dynamic, batch-only or not to be had")
  func cheapest() throws {
    let catalog = try snapshot([
      offer("a", "openai/gpt-4o", prompt: nil) { $0.pricing = .unknown() },
      offer("b", "openai/gpt-4o", prompt: nil) { $0.pricing = .dynamic() },
      offer("c", "openai/gpt-4o:batch", prompt: "0.0000001"),
      offer("d", "openai/gpt-4o", prompt: "0.0000001") { $0.status = .unavailable },
      offer("e", "openai/gpt-4o", prompt: "0.0000025"), offer("f", "openai/gpt-4o", prompt: "0.000003"),
    ])
    let model = try #require(catalog.uniqueModel("openai/gpt-4o"))
    #expect(model.cheapest?.provider.slug.text == "e")
    #expect(model.providerCount == 6)
    #expect(model.offers.map(\.provider.slug.text).prefix(2) == ["e", "f"])
  }

  @Test("Free is cheapest where the provider says free")
  func free() throws {
    let catalog = try snapshot([
      offer("a", "openai/gpt-4o", prompt: "0.0000001"),
      offer("b", "openai/gpt-4o:free", prompt: nil) { $0.pricing = .free() },
    ])
    #expect(catalog.uniqueModel("openai/gpt-4o")?.cheapest?.provider.slug.text == "b")
  }

  @Test("A text model without a completion price cannot be the cheapest")
  func halfPriced() throws {
    let half = Price.perToken(try ExactDecimal(parsing: "0.0000000001"))
    let catalog = try snapshot([
      offer("a", "openai/gpt-4o", prompt: nil) { $0.pricing = try .priced([.prompt: half]) },
      offer("b", "openai/gpt-4o"),
    ])
    #expect(catalog.uniqueModel("openai/gpt-4o")?.cheapest?.provider.slug.text == "b")
  }

  @Test("A name means the provider's id first, then a canonical id, then an alias; the maker's own offer leads")
  func names() throws {
    let catalog = try snapshot([
      offer("azure", "gpt-4o"), offer("openai", "gpt-4o"), offer("openrouter", "openai/gpt-4o"),
      offer("mistral", "codestral-2508") { $0.aliases = ["codestral-latest"] },
    ])
    let found = { (name: String) in catalog.offers(named: name).map { "\($0.provider.slug)/\($0.offer.id)" } }
    #expect(found("gpt-4o") == ["openai/gpt-4o", "azure/gpt-4o"])
    #expect(found("openai/gpt-4o") == ["openrouter/openai/gpt-4o"])
    #expect(found("codestral-latest") == ["mistral/codestral-2508"])
    #expect(found("nothing").isEmpty)
    let azure = try ProviderSlug("azure")
    #expect(catalog.offers(named: "openai/gpt-4o", provider: azure).map(\.offer.id) == ["gpt-4o"])
  }

  @Test("Statistics agree with the offers they count")
  func statistics() throws {
    var generator = SplitMix64(seed: 3)
    var offers: [Offer] = []
    for index in 0..<300 {
      var offer = try Offer.random(id: "model-\(index)", using: &generator)
      offer.provider = try ProviderSlug("p\(index % 7)")
      offers.append(try offer.bounded())
    }
    let catalog = try snapshot(offers)
    let statistics = catalog.statistics
    #expect(statistics.totals.total == 300)
    #expect(statistics.byProvider.map(\.counts.total).reduce(0, +) == 300)
    #expect(statistics.totals.byPriceState.values.reduce(0, +) == 300)
    #expect(statistics.contextDistribution.reduce(0, +) + statistics.contextUnknown == 300)
    #expect(statistics.uniqueModels == catalog.uniqueModels.count)
    #expect(catalog.uniqueModels.map(\.offers.count).reduce(0, +) == 300)
    for state in PriceState.allCases {
      #expect(statistics.totals.byPriceState[state] ?? 0 == offers.count { $0.pricing.state == state })
    }
  }

  @Test("A delta replaces its parts and keeps the others, bytes and all")
  func deltas() throws {
    let first = try snapshot([offer("a", "x"), offer("b", "y")])
    let changed = ProviderPart(
      provider: Provider(slug: try ProviderSlug("a")), offers: [try offer("a", "z")], changedAt: "2026")
    let manifest = Manifest(lifetime: "test", revisions: [PartID("a"): Revision(2), PartID("b"): Revision(1)])
    let part = CatalogPart(changed, revision: Revision(2))
    let second = CatalogSnapshot(PartDelta(manifest: manifest, parts: [PartID("a"): part]), previous: first)
    #expect(second.offers.map(\.offer.id) == ["z", "y"])
    #expect(second.parts[1] === first.parts[1])
    #expect(second.version != first.version)
    #expect(second.lastChange == "2026")
  }

  @Test(
    "However parts change, the catalog is what it would be if it were built anew", arguments: 0..<20 as Range<UInt64>)
  func sameAsBuiltAnew(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var parts: [PartID: CatalogPart] = [:]
    var catalog = try snapshot([])
    for revision in 1...30 as ClosedRange<Int64> {
      let slug = "p\(Int.random(in: 0..<5, using: &generator))"
      // Few names, so that models come and go and change sellers; at times a provider goes with all its offers.
      let names = (0..<12).filter { _ in Bool.random(using: &generator) }.map { "model-\($0)" }
      let offers = try names.map { name in
        var offer = try Offer.random(id: name, using: &generator)
        offer.provider = try ProviderSlug(slug)
        return try offer.bounded()
      }
      let changed = ProviderPart(
        provider: Provider(slug: try ProviderSlug(slug)), offers: revision % 7 == 0 ? [] : offers, changedAt: nil)
      let part = CatalogPart(changed, revision: Revision(revision))
      parts[PartID(slug)] = part
      let manifest = Manifest(lifetime: "test", revisions: parts.mapValues(\.revision))
      let previous = catalog
      catalog = CatalogSnapshot(PartDelta(manifest: manifest, parts: [PartID(slug): part]), previous: previous)

      let anew = CatalogSnapshot(manifest: manifest, parts: Array(parts.values))
      let text = { (record: [UInt8]) in String(decoding: record, as: UTF8.self) }
      #expect(catalog.uniqueModels.map { text($0.record) } == anew.uniqueModels.map { text($0.record) })
      #expect(catalog.offers.map { text($0.record) } == anew.offers.map { text($0.record) })
      #expect(catalog.version == anew.version)
      for model in previous.uniqueModels where !model.offers.contains(where: { $0.provider.slug.text == slug }) {
        guard let kept = catalog.uniqueModel(model.key.text), kept.offers.count == model.offers.count else { continue }
        #expect(kept === model, "\(model.key) was made again although nothing of it changed")
      }
    }
  }

  @Test("The catalog has one total order: by provider, then by id, both by bytes")
  func order() throws {
    let catalog = try snapshot([offer("b", "a"), offer("a", "b"), offer("a", "B"), offer("a", "é"), offer("a", "a-b")])
    #expect(catalog.offers.map { "\($0.provider.slug)/\($0.offer.id)" } == ["a/B", "a/a-b", "a/b", "a/é", "b/a"])
  }
}
