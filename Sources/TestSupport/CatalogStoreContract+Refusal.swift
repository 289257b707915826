import Catalog
import Testing
import TieredCaching

extension CatalogStoreContract {
  static let refusalRules = [
    Rule("a body that removes more than half is refused with all the rest of the import") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b"), .sample(id: "c")])
      let before = try await store.manifest()
      let listings = [
        ProviderListing(
          provider: Provider(slug: try .sample("aaa")), offers: [try .sample(provider: "aaa")], stated: .all),
        ProviderListing(provider: Provider(slug: try .sample()), offers: [try .sample(id: "c")], stated: .all),
      ]
      let error = try await #require(throws: StoreError.self) {
        try await store.importListings(listings, options: ImportOptions(format: "test"))
      }
      guard case .massRemoval(_, existing: 3, removed: 2) = error else {
        Issue.record(error)
        return
      }
      #expect(try await store.manifest() == before)
      #expect(try await store.offers().count == 3)
    },
    Rule("a body that removes exactly half is taken") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      #expect(try await store.importOffers([.sample(id: "a")]).removed == 1)
    },
    Rule("an empty body is refused even for a single offer, and taken when forced") { store in
      try await store.importOffers([.sample()])
      await #expect(throws: StoreError.self) { try await store.importOffers([]) }
      #expect(try await store.importOffers([], options: ImportOptions(format: "test", force: true)).removed == 1)
    },
    Rule("an offer out of bounds refuses the whole import and is named") { store in
      let listings = [
        ProviderListing(
          provider: Provider(slug: try .sample("aaa")), offers: [try .sample(provider: "aaa")], stated: .all),
        ProviderListing(
          provider: Provider(slug: try .sample()), offers: [try .sample(id: "bad", contextLength: 0)], stated: .all),
      ]
      let error = try await #require(throws: StoreError.self) {
        try await store.importListings(listings, options: ImportOptions(format: "test"))
      }
      guard case .invalidOffer(_, offer: "bad", let reason) = error else {
        Issue.record(error)
        return
      }
      #expect(reason.field == "context_length")
      #expect(try await store.manifest().revisions.isEmpty)
    },
    Rule("texts that a database cannot keep are refused") { store in
      var offer = try Offer.sample()
      offer.description = "a\0b"
      await #expect(throws: StoreError.self) { try await store.importOffers([offer]) }
      offer.description = nil
      offer.pricing.raw = String(repeating: "x", count: Pricing.maximumTextLength + 1)
      await #expect(throws: StoreError.self) { try await store.importOffers([offer]) }
      let provider = Provider(slug: offer.provider, name: "a\nb")
      await #expect(throws: StoreError.self) { try await store.importOffers([.sample()], of: provider) }
    },
    Rule("an offer of another provider than its listing's is refused") { store in
      let provider = Provider(slug: try .sample("other"))
      await #expect(throws: StoreError.self) { try await store.importOffers([.sample()], of: provider) }
    },
  ]
}
