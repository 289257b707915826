import Catalog
import Testing
import TieredCaching

extension CatalogStoreContract {
  static let logRules = [
    Rule("additions and removals are logged once each, with all prices of the offer") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      try await store.importOffers([.sample(id: "b"), .sample(id: "c")])
      let changes = try await store.changes(after: 0, provider: nil, limit: 100)
      #expect(changes.map { "\($0.kind) \($0.offer)" } == ["added a", "added b", "removed a", "added c"])
      let json = try Pricing.sample().json
      #expect(changes.map(\.oldValue) == [nil, nil, json, nil])
      #expect(changes.map(\.newValue) == [json, json, nil, json])
      #expect(changes.allSatisfy { $0.field == nil })
    },
    Rule("every changed field is logged with its old and new value") { store in
      var offer = try Offer.sample()
      try await store.importOffers([offer])
      offer.contextLength = 200_000
      offer.description = "new"
      offer.supportedParameters = ["seed", "stop"]
      offer.deprecationDate = CalendarDate("2030-01-31")
      offer.pricing = try .priced(
        [.prompt: .sample("0.000003"), .completion: .sample("0.00001"), .image: .perToken(ExactDecimal(1))],
        tiers: [PriceTier(.batch, [.prompt: try .sample("0.000001")])], raw: "raw")
      let report = try await store.importOffers([offer])
      let changes = try await store.changes(after: 1, provider: nil, limit: 100)
      let texts = changes.map { "\($0.field ?? "-") \($0.oldValue ?? "nil") \($0.newValue ?? "nil")" }
      #expect(
        texts.sorted() == [
          "context_length 128000 200000",
          "deprecation_date nil 2030-01-31",
          "description nil new",
          #"pricing.image nil {"amount":"1","unit":"token"}"#,
          "pricing.prompt 0.0000025 0.000003",
          #"pricing.tiers nil [{"when":"batch","prompt":"0.000001"}]"#,
          #"supported_parameters [] ["seed","stop"]"#,
        ])
      #expect(changes.allSatisfy { $0.kind == .changed && $0.revision <= report.revision && $0.offer == offer.id })
    },
    Rule("a price that is gone is logged without a new value") { store in
      try await store.importOffers([.sample()])
      try await store.importOffers([.sample(pricing: .free())])
      let changes = try await store.changes(after: 1, provider: nil, limit: 100)
      let texts = changes.map { "\($0.field ?? "-") \($0.oldValue ?? "nil") \($0.newValue ?? "nil")" }
      #expect(
        texts.sorted() == [
          "pricing.completion 0.00001 nil", "pricing.prompt 0.0000025 nil", "pricing.state priced free",
        ])
    },
    Rule("entries carry a rising number, the revision and the time") { store in
      let first = try await store.importOffers([.sample()])
      let second = try await store.importOffers([.sample(contextLength: 1)])
      let changes = try await store.changes(after: 0, provider: nil, limit: 100)
      #expect(changes.map(\.revision) == [first.revision, second.revision])
      #expect(changes.map(\.sequence) == changes.map(\.sequence).sorted())
      for change in changes { #expect(change.at.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil) }
    },
    Rule("the log can be read in pages and by provider") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b"), .sample(id: "c")])
      try await store.importOffers([.sample(provider: "other")])
      let first = try await store.changes(after: 0, provider: nil, limit: 2)
      #expect(first.map(\.offer) == ["a", "b"])
      let rest = try await store.changes(after: first[1].sequence, provider: try .sample(), limit: 100)
      #expect(rest.map(\.offer) == ["c"])
      #expect(try await store.changes(after: 0, provider: try .sample("other"), limit: 100).count == 1)
    },
    Rule("all changes of some offers are found, oldest first, however many are asked for") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "e\u{301}"), .sample(id: "\u{e9}")])
      try await store.importOffers([.sample(provider: "other", id: "a")])
      try await store.importOffers([.sample(id: "\u{e9}", contextLength: 5)], options: .partial)
      _ = try await store.edit(.deleteOffer(provider: .sample(), id: "a"))
      let acme = try ProviderSlug.sample()
      let two = [OfferReference(provider: acme, offer: "\u{e9}"), OfferReference(provider: acme, offer: "a")]
      let many = try (0..<2_500).map { OfferReference(provider: try .sample("p\($0)"), offer: "a") }
      for wanted in [two, two + many, many + two + two] {
        let changes = try await store.changes(of: wanted, limit: 100)
        #expect(
          changes.map(\.wordsWithProvider) == [
            "added acme a - nil 0.0000025/0.00001", "added acme \u{e9} - nil 0.0000025/0.00001",
            "changed acme \u{e9} context_length 128000 5", "removed acme a - 0.0000025/0.00001 nil",
          ])
        #expect(changes.allSatisfy { $0.offer.utf8.count <= 2 }, "the other spelling is another offer")
      }
      #expect(try await store.changes(of: many + two, limit: 3).count == 3)
      #expect(try await store.changes(of: many, limit: 3).isEmpty)
      #expect(try await store.changes(of: [], limit: 3).isEmpty)
    },
  ]

  static let effectiveDateRules = [
    Rule("what an import changes is in effect since the newest of its offers was observed") { store in
      try await store.importOffers([.sample(observedAt: 1_600_000_000)])
      _ = try await store.importListings(
        [
          ProviderListing(
            provider: Provider(slug: .sample("aaa")),
            offers: [
              .sample(provider: "aaa", id: "a", observedAt: 1_400_000_000),
              .sample(provider: "aaa", id: "b", observedAt: 1_500_000_001),
            ], stated: .all),
          ProviderListing(
            provider: Provider(slug: .sample()), offers: [.sample(id: "b", observedAt: 1_650_000_000)], stated: .all),
        ], options: ImportOptions(format: "test", force: true))
      let changes = try await store.changes(after: 0, provider: nil, limit: 100)
      #expect(
        changes.map { "\($0.kind) \($0.provider) \($0.offer) \($0.effectiveAt)" } == [
          "added acme acme-1 2020-09-13T12:26:40.000Z", "added aaa a 2017-07-14T02:40:01.000Z",
          "added aaa b 2017-07-14T02:40:01.000Z", "removed acme acme-1 2022-04-15T05:20:00.000Z",
          "added acme b 2022-04-15T05:20:00.000Z",
        ])
      #expect(changes.allSatisfy { $0.effectiveAt < $0.at })
    },
    Rule("what is changed otherwise is in effect since it was changed") { store in
      try await store.importOffers([.sample(id: "a", observedAt: 1_600_000_000)])
      try await store.patchOffer(#"{"context_length":5}"#, id: "a")
      try await store.importOffers([], options: ImportOptions(format: "test", force: true))
      _ = try await store.edit(.putOffer(.sample(id: "b", observedAt: 1_600_000_000)))
      let changes = try await store.changes(after: 1, provider: nil, limit: 100)
      #expect(changes.map { "\($0.kind) \($0.offer)" } == ["changed a", "removed a", "added b"])
      #expect(changes.allSatisfy { $0.effectiveAt == $0.at })
    },
    Rule("nothing is in effect before it is known, nor at a time that is none") { store in
      try await store.importOffers([.sample(id: "a", observedAt: 4_000_000_000)])
      try await store.importOffers([.sample(id: "a", contextLength: 5, observedAt: .max)])
      try await store.importOffers([.sample(id: "a", contextLength: 6, observedAt: .min)])
      let changes = try await store.changes(after: 0, provider: nil, limit: 100)
      #expect(changes.count == 3)
      #expect(changes.allSatisfy { $0.effectiveAt == $0.at })
    },
  ]
}

extension ImportOptions {
  /// An import that keeps what it does not contain.
  fileprivate static let partial = ImportOptions(format: "test", isPartial: true)
}
