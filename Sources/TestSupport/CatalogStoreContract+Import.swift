import Catalog
import Testing
import TieredCaching

extension CatalogStoreContract {
  static let importRules = [
    Rule("every kind of change raises the revision and is counted") { store in
      let first = try await store.importOffers([.sample(id: "a"), .sample(id: "b"), .sample(id: "c")])
      #expect(first.added == 3)
      let second = try await store.importOffers([
        .sample(id: "a"), .sample(id: "b", contextLength: 1), .sample(id: "d"),
      ])
      #expect(second.added == 1)
      #expect(second.changed == 1)
      #expect(second.removed == 1)
      #expect(second.unchanged == 1)
      #expect(second.revision > first.revision)
      #expect(try await store.revision() == second.revision)
      #expect(try await store.offers().map(\.id) == ["a", "b", "d"])
    },
    Rule("an import that says nothing new changes nothing") { store in
      let offers = [try Offer.sampleWithEverything(id: "a"), try .sample(id: "b")]
      let first = try await store.importOffers(offers)
      let second = try await store.importOffers(offers.reversed())
      #expect(second.unchanged == 2)
      #expect(second.added + second.removed + second.changed == 0)
      #expect(second.revision == first.revision)
      #expect(try await store.changes(after: 0, provider: nil, limit: 100).count == 2)
    },
    Rule("the raw text of prices, the source and the time alone are no change") { store in
      let first = try await store.importOffers([.sample()])
      var later = try Offer.sample(source: "elsewhere", observedAt: 1_800_000_000)
      later.pricing.raw = #"{"prompt":"2.5e-6","junk":1}"#
      let second = try await store.importOffers([later])
      #expect(second.unchanged == 1)
      #expect(second.revision == first.revision)
      #expect(try await store.offers().first?.pricing.raw == nil)
    },
    Rule("a change brings the raw text, the source and the time with it") { store in
      try await store.importOffers([.sample()])
      var later = try Offer.sample(contextLength: 1, source: "elsewhere", observedAt: 1_800_000_000)
      later.pricing.raw = "{}"
      try await store.importOffers([later])
      #expect(try await store.offers() == [later])
    },
    Rule("fields that a listing does not state are kept") { store in
      let complete = try Offer.sampleWithEverything()
      try await store.importOffers([complete])
      var bare = Offer(
        provider: complete.provider, modelID: complete.modelID, variant: complete.variant, name: "New name",
        source: "list", observedAt: 1)
      let report = try await store.importOffers([bare], stated: [.name])
      #expect(report.changed == 1)
      bare = bare.keeping(try complete.bounded(), except: [.name])
      bare.provenance = Provenance()
      #expect(try await store.offers() == [bare])
    },
    Rule("of rows with the same id the last one counts") { store in
      let report = try await store.importOffers([
        .sample(id: "a", contextLength: 1), .sample(id: "b"), .sample(id: "a", contextLength: 2),
      ])
      #expect(report.added == 2)
      #expect(report.duplicates == 1)
      #expect(try await store.offers().first?.contextLength == 2)
    },
    Rule("several listings of one provider count as one") { store in
      let provider = Provider(slug: try .sample())
      let listings = try ["a", "b"].map {
        ProviderListing(provider: provider, offers: [try .sample(id: $0)], stated: .all)
      }
      let report = try await store.importListings(listings, options: ImportOptions(format: "test"))
      #expect(report.providers.map(\.added) == [2])
    },
    Rule("one import writes any number of providers") { store in
      let listings = try ["b-provider", "a-provider"].map {
        ProviderListing(provider: Provider(slug: try .sample($0)), offers: [try .sample(provider: $0)], stated: .all)
      }
      let report = try await store.importListings(listings, options: ImportOptions(format: "test"))
      #expect(report.providers.map(\.provider.text) == ["a-provider", "b-provider"])
      #expect(report.total(\.added) == 2)
    },
    Rule("a provider's new name raises the revision, a listing without one keeps it") { store in
      let slug = try ProviderSlug.sample()
      let first = try await store.importOffers([.sample()], of: Provider(slug: slug))
      let named = Provider(slug: slug, name: "Acme Inc.", siteURL: "https://acme.example")
      let second = try await store.importOffers([.sample()], of: named)
      #expect(second.unchanged == 1)
      #expect(second.revision > first.revision)
      let third = try await store.importOffers([.sample()], of: Provider(slug: slug))
      #expect(third.revision == second.revision)
      #expect(try await store.load(changedSince: nil).parts[PartID("acme")]?.provider == named)
    },
    Rule("a dry run reports the real figures and changes nothing") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      let before = try await store.load(changedSince: nil)
      let report = try await store.importOffers(
        [.sample(id: "b", contextLength: 1), .sample(id: "c")], options: ImportOptions(format: "test", dryRun: true))
      #expect([report.added, report.removed, report.changed, report.unchanged] == [1, 1, 1, 0])
      #expect(try await store.manifest() == before.manifest)
      #expect(try await store.offers() == before.parts[PartID("acme")]?.offers)
      #expect(try await store.changes(after: 0, provider: nil, limit: 100).count == 2)
    },
    Rule("a partial import keeps what it does not contain") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b"), .sample(id: "c")])
      let report = try await store.importOffers(
        [.sample(id: "d")], options: ImportOptions(format: "test", isPartial: true))
      #expect([report.added, report.removed, report.unchanged] == [1, 0, 3])
      #expect(try await store.offers().map(\.id) == ["a", "b", "c", "d"])
    },
  ]
}
