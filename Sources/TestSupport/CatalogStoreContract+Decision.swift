import Catalog
import Testing
import TieredCaching

extension CatalogStoreContract {
  static let decisionRules = [
    Rule("an accepted value becomes the offer's, in effect since it was observed, and the provider may go on with it") {
      store in
      try await store.importOffers([.sample(observedAt: 1_600_000_000)])
      let offer = try Offer.sample(contextLength: 5, pricing: .sample(prompt: "5"), observedAt: 1_650_000_000)
      try await store.importOffers([offer], options: .reviewed())
      let entries = try await store.entries()
      #expect(entries.count == 2)
      let before = try await store.manifest()
      for entry in entries {
        let decision = try await store.decide(entry.id, .accept, by: "operator")
        #expect(decision.entry.state == .accepted && decision.entry.decidedBy == "operator")
        #expect(decision.entry.decidedAt?.isEmpty == false && decision.entry.proposedValue == entry.proposedValue)
        #expect(decision.manifest == (try await store.manifest()))
      }
      #expect(try await store.revision() > before.revisions[PartID("acme")] ?? .zero)
      let stored = try #require(try await store.offers().first)
      #expect(stored.pricing == offer.pricing && stored.contextLength == 5)
      let changes = try await store.changes(after: 1, provider: nil, limit: 10)
      #expect(
        changes.map(\.words) == [
          "changed acme-1 context_length 128000 5", "changed acme-1 pricing.prompt 0.0000025 5",
        ])
      #expect(changes.allSatisfy { $0.effectiveAt == "2022-04-15T05:20:00.000Z" })
      let manifest = try await store.manifest()
      let again = try await store.importOffers([offer], options: .reviewed())
      #expect([again.unchanged, again.held] == [1, 0])
      #expect(try await store.manifest() == manifest)
      #expect(try await store.entries().map(\.state) == [.accepted, .accepted], "kept as a record")
      try await store.importOffers([.sample(pricing: .sample(prompt: "7"))], options: .reviewed())
      #expect(
        try await store.entries().map(\.words) == [
          "acme-1 context_length held accepted 128000 5", "acme-1 pricing held pending 5 7",
        ])
    },
    Rule("a rejected value is not taken, as often as the provider repeats it") { store in
      try await store.importOffers([.sample()])
      let offer = try Offer.sample(pricing: .sample(prompt: "5"))
      try await store.importOffers([offer], options: .reviewed())
      let entry = try #require(try await store.entries().first)
      let before = try await store.manifest()
      let decision = try await store.decide(entry.id, .reject, by: "operator")
      #expect(decision.entry.state == .rejected)
      #expect(decision.manifest == before)
      for options in [ImportOptions.reviewed(), ImportOptions(format: "test"), .reviewed()] {
        let report = try await store.importOffers([offer], options: options)
        #expect([report.unchanged, report.held] == [1, 1])
        #expect(try await store.offers().first?.pricing == .sample())
        #expect(try await store.entries() == [decision.entry])
        #expect(try await store.manifest() == before)
      }
      try await store.importOffers([.sample(pricing: .sample(prompt: "6"))], options: .reviewed())
      #expect(try await store.entries().map(\.words) == ["acme-1 pricing held pending 0.0000025 6"])
    },
    Rule("accepted removals remove those offers that are still there") { store in
      try await store.importOffers(try ["a", "b", "c", "d", "e"].map { try .sample(id: $0) })
      try await store.importOffers([.sample(id: "a")], options: .reviewed())
      _ = try await store.edit(.deleteOffer(provider: .sample(), id: "c"))
      let entry = try #require(try await store.entries().first)
      let decision = try await store.decide(entry.id, .accept, by: "operator")
      #expect(decision.manifest == (try await store.manifest()))
      #expect(try await store.offers().map(\.id) == ["a"])
      let log = try await store.changes(after: 5, provider: nil, limit: 10)
      #expect(log.map { "\($0.kind) \($0.offer)" } == ["removed c", "removed b", "removed d", "removed e"])
    },
    Rule("rejected removals stay, also where nobody reviews") { store in
      try await store.importOffers(try ["a", "b", "c"].map { try .sample(id: $0) })
      try await store.importOffers([.sample(id: "a")], options: .reviewed())
      let entry = try #require(try await store.entries().first)
      _ = try await store.decide(entry.id, .reject, by: "operator")
      #expect(try await store.importOffers([.sample(id: "a")]).held == 1)
      #expect(try await store.importOffers([.sample(id: "a")], options: .reviewed()).held == 1)
      #expect(try await store.offers().count == 3)
      #expect(try await store.entries().map(\.state) == [.rejected])
      let report = try await store.importOffers([.sample(id: "a")], options: .reviewed(force: true))
      #expect(report.removed == 2)
      #expect(try await store.entries().isEmpty)
    },
    Rule("a decision about what only informs changes nothing else") { store in
      try await store.importOffers(
        [.sample(id: "a", name: "odd"), .sample(id: "b", name: "odd")], options: .reviewed())
      let before = try await store.manifest()
      let entries = try await store.entries()
      #expect(try await store.decide(entries[0].id, .accept, by: "me").manifest == before)
      #expect(try await store.decide(entries[1].id, .reject, by: "me").manifest == before)
      #expect(try await store.entries().map(\.state) == [.accepted, .rejected])
      #expect(try await store.logLines().count == 2)
    },
    Rule("a decision that cannot be made is refused with its reason, and changes nothing") { store in
      try await store.importOffers([.sample()])
      try await store.importOffers([.sample(pricing: .sample(prompt: "5"))], options: .reviewed())
      let entry = try #require(try await store.entries().first)
      for name in ["", "a\nb", String(repeating: "x", count: 257)] {
        let error = await #expect(throws: StoreError.self) { try await store.decide(entry.id, .accept, by: name) }
        guard case .invalidText? = error else {
          Issue.record("\(String(describing: error))")
          continue
        }
      }
      _ = try await store.edit(.deleteOffer(provider: .sample(), id: "acme-1"))
      let gone = await #expect(throws: StoreError.self) { try await store.decide(entry.id, .accept, by: "me") }
      guard case .noSuchOffer(_, offer: "acme-1")? = gone else {
        Issue.record("\(String(describing: gone))")
        return
      }
      #expect(try await store.entries() == [entry])
      _ = try await store.decide(entry.id, .reject, by: "me")
      let late = await #expect(throws: StoreError.self) { try await store.decide(entry.id, .accept, by: "you") }
      guard case .alreadyDecided(id: entry.id, state: .rejected)? = late else {
        Issue.record("\(String(describing: late))")
        return
      }
      #expect(try await store.entries().map(\.decidedBy) == ["me"])
    },
    Rule("the quarantine is found by provider and state, in the order of the numbers, up to a limit") { store in
      let listings = try ["b", "a"].map { slug in
        ProviderListing(
          provider: Provider(slug: try .sample(slug)),
          offers: try ["1", "2"].map { try .sample(provider: slug, id: $0, pricing: .sample(prompt: "5")) },
          stated: .all)
      }
      _ = try await store.importListings(listings, options: .reviewed())
      let all = try await store.entries()
      #expect(all.map { "\($0.provider) \($0.offer)" } == ["a 1", "a 2", "b 1", "b 2"])
      #expect(all.map(\.id) == all.map(\.id).sorted())
      _ = try await store.decide(all[1].id, .reject, by: "me")
      let pending = try await store.quarantine(of: nil, states: [.pending], limit: 2)
      #expect(pending.map(\.id) == [all[0].id, all[2].id])
      #expect(try await store.quarantine(of: .sample("a"), states: [.rejected], limit: 9).map(\.id) == [all[1].id])
      #expect(try await store.quarantine(of: .sample("b"), states: [.rejected, .accepted], limit: 9).isEmpty)
      #expect(try await store.quarantine(of: nil, states: [], limit: 9).isEmpty)
      #expect(try await store.quarantine(of: nil, states: [.pending], limit: 0).isEmpty)
      let found = try await store.quarantine(of: nil, states: [.pending], latestFirst: true, limit: 2)
      #expect(found.map(\.id) == [all[3].id, all[2].id])
      _ = try await store.decide(all[3].id, .reject, by: "me")
      _ = try await store.decide(all[0].id, .accept, by: "me")
      let decided = try await store.quarantine(of: nil, states: [.accepted, .rejected], latestFirst: true, limit: 9)
      // Some stores take two decisions for simultaneous.
      let times = decided.map { ($0.decidedAt ?? "", $0.id) }
      #expect(decided.count == 3 && zip(times, times.dropFirst()).allSatisfy { $0 > $1 })
      #expect(decided.map(\.id) != decided.map(\.id).sorted())
      _ = try await store.edit(.deleteProvider(.sample("a"), force: true))
      #expect(try await store.entries().map(\.provider.text) == ["b", "b"])
    },
  ]
}
