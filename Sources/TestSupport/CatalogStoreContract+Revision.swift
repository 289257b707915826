import Catalog
import Testing
import TieredCaching

extension CatalogStoreContract {
  static let revisionRules = [
    Rule("the revision of one part is raised by one, and nothing else changes") { store in
      try await store.importOffers([.sample(provider: "acme")])
      try await store.importOffers([.sample(provider: "other")])
      let before = try await store.load(changedSince: nil)
      let manifest = try await store.raiseRevisions(of: [PartID("acme")], purging: false)
      var expected = before.manifest.revisions
      expected[PartID("acme")] = Revision((expected[PartID("acme")]?.number ?? 0) + 1)
      #expect(manifest.revisions == expected)
      #expect(manifest.floors.isEmpty)
      #expect(manifest == (try await store.manifest()))
      let delta = try await store.load(changedSince: before.manifest)
      #expect(Set(delta.parts.keys) == [PartID("acme")])
      #expect(delta.parts[PartID("acme")]?.offers == before.parts[PartID("acme")]?.offers)
      #expect(try await store.logLines().count == 2)
    },
    Rule("all revisions are raised when no part is named") { store in
      try await store.importOffers([.sample(provider: "acme")])
      try await store.importOffers([.sample(provider: "other")])
      let view = try await store.raiseRevisions(of: [PartID("*full")], purging: false)
      let manifest = try await store.raiseRevisions(of: nil, purging: false)
      #expect(manifest.revisions == view.revisions.mapValues { Revision($0.number + 1) })
      #expect(manifest.revisions.count == 3)
      #expect(try await store.raiseRevisions(of: [], purging: true) == manifest)
    },
    Rule("a purge sets the floor to the new revision, and the floor stays") { store in
      try await store.importOffers([.sample(provider: "acme")])
      try await store.importOffers([.sample(provider: "other")])
      let purged = try await store.raiseRevisions(of: [PartID("acme")], purging: true)
      let floor = try #require(purged.revisions[PartID("acme")])
      #expect(purged.floors == [PartID("acme"): floor])
      try await store.importOffers([.sample(provider: "acme", contextLength: 1)])
      let later = try await store.raiseRevisions(of: [PartID("acme")], purging: false)
      #expect(later.revisions[PartID("acme")] ?? .zero > floor)
      #expect(later.floors == purged.floors)
      #expect(try await store.load(changedSince: nil).manifest == later)
      let again = try await store.raiseRevisions(of: nil, purging: true)
      #expect(again.floors == again.revisions)
    },
    Rule("a derived view has a revision from the first time it is named, and never any content") { store in
      try await store.importOffers([.sample()])
      let known = try await store.manifest()
      let manifest = try await store.raiseRevisions(of: [PartID("*full"), PartID("*stats")], purging: true)
      #expect(manifest.revisions[PartID("*full")] == Revision(1))
      #expect(manifest.floors == [PartID("*full"): Revision(1), PartID("*stats"): Revision(1)])
      #expect(manifest.version != known.version)
      let delta = try await store.load(changedSince: known)
      #expect(delta.parts.isEmpty)
      #expect(delta.manifest == manifest)
      #expect(Set(try await store.load(changedSince: nil).parts.keys) == [PartID("acme")])
      let raised = try await store.raiseRevisions(of: [PartID("*full")], purging: false)
      #expect(raised.revisions[PartID("*full")] == Revision(2))
    },
    Rule("parts that do not exist are refused by name, with all the rest") { store in
      try await store.importOffers([.sample()])
      let before = try await store.manifest()
      for name in ["nobody", "*", "*Full", "*a b", "**", "", "acme "] {
        let error = await #expect(throws: StoreError.self) {
          try await store.raiseRevisions(of: [PartID("acme"), PartID("*full"), PartID(name)], purging: true)
        }
        guard case .unknownParts([PartID(name)])? = error else {
          Issue.record("\(name): \(String(describing: error))")
          continue
        }
        #expect(error?.description.contains("\"\(name)\"") == true)
      }
      #expect(try await store.manifest() == before)
    },
    Rule("a provider that is gone still has a revision to raise") { store in
      try await store.importOffers([.sample()])
      let removed = try await store.edit(.deleteProvider(.sample(), force: true))
      let manifest = try await store.raiseRevisions(of: [PartID("acme")], purging: true)
      #expect(manifest.revisions[PartID("acme")] ?? .zero > removed.revision)
      #expect(try await store.load(changedSince: removed.manifest).parts[PartID("acme")]?.offers.isEmpty == true)
    },
  ]
}
