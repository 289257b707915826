import Catalog
import Testing
import TieredCaching

extension CatalogStoreContract {
  static let loadRules = [
    Rule("a new store has a lifetime and nothing else") { store in
      let delta = try await store.load(changedSince: nil)
      #expect(delta.parts.isEmpty)
      #expect(delta.manifest.revisions.isEmpty)
      #expect(!delta.manifest.lifetime.isEmpty)
      #expect(try await store.metadata().isEmpty)
    },
    Rule("what is imported is loaded without loss") { store in
      var generator = SplitMix64(seed: 1)
      var offers = [try Offer.sampleWithEverything(id: "complete")]
      for index in 10..<60 { offers.append(try .random(id: "model-\(index)", using: &generator)) }
      let provider = Provider(slug: try .sample(), name: "Acme", siteURL: "https://acme.example")
      try await store.importOffers(offers, of: provider)
      let part = try #require(try await store.load(changedSince: nil).parts[PartID("acme")])
      #expect(part.provider == provider)
      let bounded = try offers.map { try $0.bounded() }
      #expect(part.offers == bounded)
    },
    Rule("a part says when the change log last names its provider") { store in
      try await store.importOffers([.sample(provider: "acme")])
      try await store.importOffers([.sample(provider: "other")])
      let part = try #require(try await store.load(changedSince: nil).parts[PartID("acme")])
      let changes = try await store.changes(after: 0, provider: part.provider.slug, limit: 10)
      #expect(part.changedAt == changes.last?.at)
      #expect(part.changedAt != nil)
      let override = try await store.override(#"{"max_output":5}"#)
      let later = try #require(try await store.load(changedSince: nil).parts[PartID("acme")])
      let last = try await store.changes(after: 2, provider: part.provider.slug, limit: 10).last
      #expect(override.isChanged && last?.field == "override.max_output" && later.changedAt == last?.at)
    },
    Rule("offers are in the order of their ids' bytes") { store in
      let ids = ["b", "a:b", "é", "a", "Z", "a-b", "e\u{301}x", "zz"]
      try await store.importOffers(try ids.map { try .sample(id: $0) })
      let loaded = try await store.offers().map { Array($0.id.utf8) }
      #expect(loaded == ids.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
    },
    Rule("only parts that changed are loaded") { store in
      try await store.importOffers([.sample(provider: "acme")])
      try await store.importOffers([.sample(provider: "other")])
      let known = try await store.manifest()
      #expect(try await store.load(changedSince: known).parts.isEmpty)
      try await store.importOffers([.sample(provider: "other", contextLength: 1)])
      let delta = try await store.load(changedSince: known)
      #expect(Set(delta.parts.keys) == [PartID("other")])
      #expect(delta.manifest.revisions.count == 2)
      #expect(delta.manifest == (try await store.manifest()))
    },
    Rule("a manifest of another lifetime counts for nothing") { store in
      try await store.importOffers([.sample()])
      let foreign = Manifest(lifetime: "another", revisions: try await store.manifest().revisions)
      #expect(try await store.load(changedSince: foreign).parts.count == 1)
    },
    Rule("a provider without offers keeps its revision and is an empty part") { store in
      try await store.importOffers([.sample()])
      let known = try await store.manifest()
      try await store.importOffers([], options: ImportOptions(format: "test", force: true))
      let delta = try await store.load(changedSince: known)
      #expect(delta.parts[PartID("acme")]?.offers.isEmpty == true)
      #expect(try await store.revision() > known.revisions[PartID("acme")] ?? .zero)
    },
    Rule("a load never sees half an import") { store in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for round in 1...20 {
            try await store.importOffers(try (0..<50).map { try .sample(id: "model-\($0)", contextLength: round) })
          }
        }
        for _ in 0..<3 {
          group.addTask {
            for _ in 0..<20 {
              let delta = try await store.load(changedSince: nil)
              let offers = delta.parts[PartID("acme")]?.offers ?? []
              #expect(offers.isEmpty || offers.count == 50)
              #expect(Set(offers.map(\.contextLength)).count <= 1)
            }
          }
        }
        try await group.waitForAll()
      }
    },
    Rule("metadata is kept, replaced and removed, the lifetime never") { store in
      try await store.setMetadata("snapshot", "first")
      try await store.setMetadata("snapshot", "second")
      #expect(try await store.metadata()["snapshot"] == "second")
      try await store.setMetadata("snapshot", nil)
      #expect(try await store.metadata()["snapshot"] == nil)
      await #expect(throws: StoreError.self) { try await store.setMetadata("lifetime", "other") }
    },
  ]
}
