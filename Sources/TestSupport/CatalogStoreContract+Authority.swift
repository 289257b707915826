import Catalog
import Testing
import TieredCaching

extension CatalogStoreContract {
  static let authorityRules = [
    Rule("fields that a listing does not state keep their source, and readers of the catalog get none") { store in
      try await store.importOffers([.sample(source: "first", observedAt: 1_600_000_000)])
      #expect(try await store.sources() == [])
      try await store.importOffers(
        [.sample(name: "New", source: "second", observedAt: 1_650_000_000)], stated: [.name, .description])
      #expect(
        try await store.sources() == [
          "context_length first 1600000000", "modalities first 1600000000", "status first 1600000000",
          "pricing first 1600000000",
        ])
      #expect(try await store.detail(of: "acme-1", provider: .sample()).stated.source == "second")
      #expect(try await store.offers().allSatisfy(\.provenance.isEmpty))
      #expect(try await store.detail(of: "acme-1", provider: .sample()).served == (try await store.offers().first))
      try await store.importOffers(
        [.sample(contextLength: 5, source: "third", observedAt: 1_660_000_000)], stated: [.contextLength])
      #expect(
        try await store.sources() == [
          "name second 1650000000", "modalities first 1600000000", "status first 1600000000",
          "pricing first 1600000000",
        ])
      try await store.importOffers([.sample(source: "first", observedAt: 1_670_000_000)])
      #expect(try await store.sources() == [])
    },
    Rule("a curated list only fills in what the provider does not say") { store in
      let provider = Provider(slug: try .sample(), name: "Acme")
      var priced = try Offer.sample(id: "a", source: "acme-list")
      priced.maxInput = 5
      let bare = Offer(provider: provider.slug, modelID: "b", source: "acme-list", observedAt: 1_700_000_000)
      var free = bare
      free.modelID = "c"
      free.name = "c"
      free.pricing = .free()
      try await store.importOffers([priced, bare, free], of: provider)
      let ids = ["a", "b", "c", "d", "e"]
      let curated = try ids.map {
        try Offer.sample(id: $0, name: "N", contextLength: 9, pricing: .sample(prompt: "0.1"), source: "litellm")
      }
      let report = try await store.importOffers(
        curated, of: Provider(slug: provider.slug, name: "X", siteURL: "https://x"))
      #expect([report.added, report.removed, report.changed, report.unchanged, report.leftOut] == [0, 0, 3, 0, 2])
      priced.name = "N"
      var filled = curated[1]
      filled.source = "acme-list"
      var named = filled
      named.modelID = "c"
      named.pricing = .free()
      #expect(try await store.offers() == [priced, filled, named])
      #expect(try await store.sources("a") == ["name litellm 1700000000"])
      #expect(
        try await store.sources("b") == [
          "name litellm 1700000000", "context_length litellm 1700000000", "modalities litellm 1700000000",
          "pricing litellm 1700000000",
        ])
      let part = try await store.load(changedSince: nil).parts[PartID("acme")]
      #expect(part?.provider == Provider(slug: provider.slug, name: "Acme", siteURL: "https://x"))
      let manifest = try await store.manifest()
      try await store.importOffers(curated)
      try await store.importOffers([curated[0]])
      try await store.importOffers([.sample(id: "z", source: "models-dev")])
      #expect(try await store.manifest() == manifest, "a curated list removes nothing that the provider lists")
    },
    Rule("a curated list corrects what less believed ones said, and never what better ones said") { store in
      try await store.importOffers([try .bare()])
      for (source, price) in [("litellm", "0.1"), ("models-dev", "0.2"), ("genai-prices", "0.3")] {
        try await store.importOffers([.sample(pricing: .sample(prompt: price), source: source)], stated: .pricing)
        #expect(try await store.offers()[0].pricing == .sample(prompt: price))
        #expect(try await store.sources() == ["pricing \(source) 1700000000"])
      }
      let manifest = try await store.manifest()
      for pricing in [Pricing.unknown(), try .sample(prompt: "0.4")] {
        try await store.importOffers([.sample(pricing: pricing, source: "litellm")], stated: .pricing)
      }
      #expect(try await store.manifest() == manifest)
    },
    Rule("where the provider says nothing, what a curated list said is kept, and the two do not take turns") { store in
      let own = try Offer.bare()
      var curated = try Offer.sample(source: "litellm")
      curated.capabilities = [.tools]
      try await store.importOffers([own])
      try await store.importOffers([curated])
      let manifest = try await store.manifest()
      let filled = try await store.offers()
      #expect(filled[0].pricing == curated.pricing && filled[0].capabilities == [.tools])
      for _ in 0..<2 {
        try await store.importOffers([own])
        try await store.importOffers([curated])
      }
      #expect(try await store.manifest() == manifest)
      #expect(try await store.offers() == filled)
      var stated = own
      stated.pricing = try .sample(prompt: "0.7")
      stated.contextLength = 7
      try await store.importOffers([stated])
      try await store.importOffers([curated])
      let offer = try await store.offers()[0]
      #expect(try offer.pricing == .sample(prompt: "0.7") && offer.contextLength == 7)
      #expect(try await store.sources() == ["modalities litellm 1700000000", "capabilities litellm 1700000000"])
      try await store.importOffers([own])
      let last = try await store.offers()[0]
      #expect(last.pricing == .unknown() && last.contextLength == nil, "what the provider itself said goes with it")
      #expect(last.capabilities == [.tools])
    },
    Rule("of a provider that says nothing itself, a curated list says everything; two of them do not take turns") {
      store in
      try await store.importOffers(try ["a", "b", "c"].map { try .sample(id: $0, source: "models-dev") })
      let other = try await store.importOffers([
        .sample(id: "a", source: "litellm"), .sample(id: "e", source: "litellm"),
      ])
      #expect([other.added, other.removed, other.changed] == [1, 0, 0], "what another list knows stays")
      _ = try await store.edit(.deleteOffer(provider: .sample(), id: "e"))
      let next = try ["a", "b", "d"].map { try Offer.sample(id: $0, contextLength: 5, source: "models-dev") }
      let report = try await store.importOffers(next)
      #expect([report.added, report.removed, report.changed, report.leftOut] == [1, 1, 2, 0])
      #expect(try await store.offers() == next)
      await #expect(throws: StoreError.self) { try await store.importOffers([.sample(id: "a", source: "models-dev")]) }
    },
    Rule("a provider's own list replaces a curated one, and says alone from then on what there is") { store in
      try await store.importOffers(try ["a", "b", "c"].map { try .sample(id: $0, source: "models-dev") })
      let own = try ["a", "b", "d"].map { try Offer.sample(id: $0, contextLength: 5, source: "acme-list") }
      let report = try await store.importOffers(own)
      #expect([report.added, report.removed, report.changed] == [1, 1, 2])
      let again = try await store.importOffers([.sample(id: "c", source: "models-dev")])
      #expect([again.added, again.removed, again.leftOut] == [0, 0, 1])
      #expect(try await store.offers() == own)
    },
    Rule("what the provider's own list confirms is the provider's, though it says nothing new") { store in
      try await store.importOffers([.sample(source: "models-dev")])
      let known = try await store.manifest()
      let report = try await store.importOffers([.sample(source: "acme-list")])
      #expect([report.changed, report.unchanged] == [0, 1])
      #expect(try await store.offers() == [.sample(source: "acme-list")])
      #expect(try await store.load(changedSince: known).parts.count == 1, "readers see the source")
      #expect(try await store.logLines().count == 1)
      let manifest = try await store.manifest()
      try await store.importOffers([.sample(source: "acme-list")])
      try await store.importOffers([.sample(contextLength: 5, source: "models-dev")])
      #expect(try await store.manifest() == manifest)
    },
    Rule("a single field that the provider's own list confirms is the provider's, which nobody else sees") { store in
      try await store.importOffers([try .bare()])
      try await store.importOffers([.sample(source: "litellm")], stated: .pricing)
      let manifest = try await store.manifest()
      let part = try await store.load(changedSince: nil).parts[PartID("acme")]?.offers
      #expect(try await store.sources() == ["pricing litellm 1700000000"])
      let report = try await store.importOffers(
        [.sample(source: "other-list", observedAt: 1_750_000_000)], stated: .pricing)
      #expect([report.changed, report.unchanged] == [0, 1])
      #expect(try await store.sources() == ["pricing other-list 1750000000"])
      #expect(try await store.manifest() == manifest)
      #expect(try await store.load(changedSince: nil).parts[PartID("acme")]?.offers == part)
      try await store.importOffers([.sample(pricing: .sample(prompt: "0.9"), source: "litellm")], stated: .pricing)
      #expect(try await store.manifest() == manifest)
    },
    Rule("what an operator wrote by hand no curated list changes, nor does it stop one") { store in
      try await store.importOffers(try ["a", "b"].map { try .sample(id: $0, source: "litellm") })
      try await store.patchOffer(#"{"context_length":7}"#, id: "a")
      #expect(
        try await store.sources("a") == [
          "modalities litellm 1700000000", "status litellm 1700000000", "pricing litellm 1700000000",
        ])
      _ = try await store.edit(.putOffer(.sample(id: "m")))
      #expect(try await store.sources("m") == [])
      let next = try ["a", "b", "c"].map {
        try Offer.sample(id: $0, contextLength: 9, pricing: .sample(prompt: "0.4"), source: "litellm")
      }
      let report = try await store.importOffers(next)
      #expect([report.added, report.removed, report.changed, report.leftOut] == [1, 0, 2, 0])
      let offers = try await store.offers()
      #expect(offers.map(\.id) == ["a", "b", "c", "m"])
      #expect(offers.map(\.contextLength) == [7, 9, 9, 128_000])
      #expect(try offers[0].pricing == .sample(prompt: "0.4") && offers[3].pricing == .sample())
    },
    Rule("a value that was held back and is accepted has the source that gave it") { store in
      let own = try Offer.bare()
      try await store.importOffers([own])
      let curated = try Offer.sample(pricing: .sample(prompt: "5"), source: "litellm", observedAt: 1_650_000_000)
      try await store.importOffers([curated], stated: .pricing, options: .reviewed())
      let entries = try await store.entries()
      #expect(entries.map(\.words) == ["acme-1 pricing held pending none 5"])
      #expect(entries.first?.source == FieldSource(source: "litellm", observedAt: 1_650_000_000))
      try await store.importOffers([own], options: .reviewed())
      #expect(try await store.entries() == entries, "a list without prices says nothing about it")
      _ = try await store.decide(try #require(entries.first).id, .accept, by: "me")
      #expect(try await store.sources() == ["pricing litellm 1650000000"])
      try await store.importOffers([own], options: .reviewed())
      #expect(try await store.offers()[0].pricing == curated.pricing)
    },
    Rule("a value that is held back keeps its source") { store in
      try await store.importOffers([.sample(source: "first", observedAt: 1_600_000_000)])
      try await store.importOffers(
        [.sample(name: "New", pricing: .sample(prompt: "5"), source: "second")], options: .reviewed())
      #expect(try await store.sources() == ["pricing first 1600000000"])
    },
    Rule("a curated list says nothing about removals that are held back") { store in
      try await store.importOffers(try ["a", "b", "c"].map { try .sample(id: $0, source: "acme-list") })
      try await store.importOffers([.sample(id: "a", source: "acme-list")], options: .reviewed())
      let entries = try await store.entries()
      #expect(entries.count == 1)
      try await store.importOffers([.sample(id: "a", source: "litellm")], options: .reviewed())
      #expect(try await store.entries() == entries)
    },
  ]
}

extension Offer {
  /// An offer of which a list of the provider says nothing but the id.
  fileprivate static func bare() throws -> Offer {
    Offer(provider: try .sample(), modelID: "acme-1", source: "acme-list", observedAt: 1_700_000_000)
  }
}

extension CatalogStore {
  /// The fields of an offer of acme that come from elsewhere than the offer, with source and time.
  fileprivate func sources(_ id: String = "acme-1") async throws -> [String] {
    try await detail(of: id, provider: .sample()).stated.provenance.fields.map {
      "\($0.name) \($0.source.source) \($0.source.observedAt)"
    }
  }
}
