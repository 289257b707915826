import Catalog
import Testing
import TieredCaching

extension CatalogStoreContract {
  static let logRules = [
    Rule("additions and removals are logged once each") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      try await store.importOffers([.sample(id: "b"), .sample(id: "c")])
      let changes = try await store.changes(after: 0, provider: nil, limit: 100)
      #expect(changes.map { "\($0.kind) \($0.offer)" } == ["added a", "added b", "removed a", "added c"])
      #expect(changes.allSatisfy { $0.field == nil && $0.oldValue == nil && $0.newValue == nil })
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
  ]
}
