import Catalog
import Testing
import TieredCaching

extension CatalogStoreContract {
  static let reviewRules = [
    Rule("an implausible value is held back and waits, and what else changed is taken") { store in
      try await store.importOffers([.sample()])
      var offer = try Offer.sample(contextLength: 64_000, pricing: .sample(prompt: "5"), observedAt: 1_650_000_000)
      offer.pricing.raw = #"{"prompt":"5"}"#
      let report = try await store.importOffers([offer], options: .reviewed())
      #expect([report.changed, report.unchanged, report.held, report.flagged] == [1, 0, 1, 0])
      let stored = try #require(try await store.offers().first)
      #expect(try stored.contextLength == 64_000 && stored.pricing == .sample())
      let log = try await store.logLines(after: 1)
      #expect(log == ["changed acme acme-1 context_length 128000 64000"])
      let entry = try #require(try await store.entries().first)
      #expect(entry.words == "acme-1 pricing held pending 0.0000025 5")
      #expect(try entry.servedValue == Pricing.sample().json && entry.proposedValue == offer.pricing.json)
      #expect(entry.reason == .outOfBand && entry.message == "pricing of acme-1")
      #expect(try entry.provider == .sample() && entry.decidedAt == nil && entry.decidedBy == nil)
      #expect(entry.source == FieldSource(source: "test", observedAt: 1_650_000_000))
      #expect(entry.since.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    },
    Rule("a new offer with implausible values comes without them, and says why") { store in
      var offer = try Offer.sample(contextLength: 5, pricing: .sample(prompt: "5"))
      offer.pricing.raw = "raw"
      let report = try await store.importOffers([offer], options: .reviewed())
      #expect([report.added, report.held] == [1, 2])
      let stored = try #require(try await store.offers().first)
      #expect(stored.pricing == .unknown("held back: pricing of acme-1", raw: "raw"))
      #expect(stored.contextLength == nil)
      let words = ["acme-1 context_length held pending nil 5", "acme-1 pricing held pending none 5"]
      #expect(try await store.entries().map(\.words) == words)
      let before = try await store.manifest()
      let again = try await store.importOffers([offer], options: .reviewed())
      #expect([again.added, again.changed, again.unchanged, again.held] == [0, 0, 1, 2])
      #expect(try await store.entries().map(\.words) == words)
      #expect(try await store.manifest() == before)
    },
    Rule("however many changes are held at once, each has an entry, in the order of the offers") { store in
      let ids = (10_000..<12_300).map(String.init)
      try await store.importOffers(try ids.map { try .sample(id: $0) })
      let report = try await store.importOffers(
        try ids.map { try .sample(id: $0, pricing: .sample(prompt: "5")) }, options: .reviewed())
      #expect(report.held == ids.count)
      let entries = try await store.quarantine(of: nil, states: [.pending], limit: 10_000)
      #expect(entries.map(\.offer) == ids)
      #expect(entries.allSatisfy { $0.field == .pricing && $0.isHeld && $0.source?.source == "test" })
    },
    Rule("the same proposal again writes nothing") { store in
      try await store.importOffers([.sample()])
      try await store.importOffers([.sample(pricing: .sample(prompt: "5"))], options: .reviewed())
      let manifest = try await store.manifest()
      let entries = try await store.entries()
      var again = try Offer.sample(pricing: .sample(prompt: "5"), observedAt: 1_800_000_000)
      again.pricing.raw = "other junk"
      for options in [ImportOptions.reviewed(), ImportOptions(format: "test"), .reviewed()] {
        let report = try await store.importOffers([again], options: options)
        #expect([report.changed, report.unchanged, report.held] == [0, 1, 1])
        #expect(report.revision == manifest.revisions[PartID("acme")])
        #expect(try await store.manifest() == manifest)
        #expect(try await store.entries() == entries)
        #expect(try await store.logLines().count == 1)
      }
    },
    Rule("another implausible value replaces the entry, under another number") { store in
      try await store.importOffers([.sample()])
      try await store.importOffers([.sample(pricing: .sample(prompt: "5"))], options: .reviewed())
      let first = try #require(try await store.entries().first)
      try await store.importOffers([.sample(pricing: .sample(prompt: "6"))], options: .reviewed())
      #expect(try await store.entries().map(\.words) == ["acme-1 pricing held pending 0.0000025 6"])
      #expect(try await store.entries().first?.id != first.id)
      let error = await #expect(throws: StoreError.self) { try await store.decide(first.id, .accept, by: "me") }
      guard case .noSuchQuarantineEntry(first.id)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    },
    Rule("an entry goes when the provider gives the served value again, a plausible one, or no offer any more") {
      store in
      for (index, end) in try [
        [Offer.sample()], [.sample(pricing: .sample(prompt: "0.9"))], [.sample(id: "other")],
      ].enumerated() {
        try await store.importOffers([.sample()], options: .forced)
        try await store.importOffers([.sample(pricing: .sample(prompt: "5"))], options: .reviewed())
        let entry = try #require(try await store.entries().first)
        if index == 1 { _ = try await store.decide(entry.id, .reject, by: "me") }
        let report = try await store.importListings(
          [ProviderListing(provider: Provider(slug: .sample()), offers: end, stated: .all)],
          options: index == 2 ? .forced : .reviewed())
        #expect(report.total(\.held) == 0)
        #expect(try await store.entries().isEmpty, "\(index)")
        #expect(try await store.offers() == end)
      }
    },
    Rule("an entry stays when an import says nothing about it") { store in
      try await store.importOffers([.sample()])
      try await store.importOffers([.sample(pricing: .sample(prompt: "5"))], options: .reviewed())
      let entries = try await store.entries()
      try await store.importOffers([.sample(id: "other")], options: .reviewed(isPartial: true))
      try await store.importOffers([.sample(name: "New"), .sample(id: "other")], stated: .name, options: .reviewed())
      #expect(try await store.entries() == entries)
      #expect(try await store.offers().first?.name == "New")
    },
    Rule("what is forced is taken as it is, and nothing is said against it any more") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b"), .sample(id: "c")])
      let implausible = try Offer.sample(id: "a", contextLength: 5, pricing: .sample(prompt: "5"))
      try await store.importOffers([implausible], options: .reviewed())
      #expect(try await store.entries().count == 3)
      let report = try await store.importOffers([implausible], options: .reviewed(force: true))
      #expect([report.removed, report.changed, report.held] == [2, 1, 0])
      #expect(try await store.offers() == [implausible])
      #expect(try await store.entries().isEmpty)
    },
    Rule("without a reviewer everything is believed, but no removal of most offers") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b"), .sample(id: "c")])
      let implausible = try Offer.sample(id: "a", pricing: .sample(prompt: "5"))
      await #expect(throws: StoreError.self) { try await store.importOffers([implausible]) }
      let report = try await store.importOffers([implausible, .sample(id: "b")])
      #expect([report.removed, report.changed, report.held] == [1, 1, 0])
      #expect(report.changes.isEmpty)
      #expect(try await store.entries().isEmpty)
    },
    Rule("removals that a reviewer holds are one entry, and the offers stay") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b"), .sample(id: "c")])
      let next = [try Offer.sample(id: "a", contextLength: 64_000), try .sample(id: "d")]
      let report = try await store.importOffers(next, options: .reviewed())
      #expect([report.added, report.removed, report.changed, report.unchanged, report.held] == [1, 0, 1, 2, 1])
      #expect(try await store.offers().map(\.id) == ["a", "b", "c", "d"])
      #expect(try await store.entries().map(\.words) == [#"- removal held pending nil ["b","c"]"#])
      let manifest = try await store.manifest()
      #expect(
        try await store.importOffers(next, options: .reviewed()).unchanged == 4, "now it would only be half of them")
      #expect(try await store.manifest() == manifest)
      try await store.importOffers(next, options: .reviewed(isPartial: true))
      #expect(try await store.entries().count == 1, "a partial list says nothing about what it does not contain")
      try await store.importOffers(next + [.sample(id: "b"), .sample(id: "c")], options: .reviewed())
      #expect(try await store.entries().isEmpty)
    },
    Rule("a finding that only informs is kept while the offer stays as it is") { store in
      var offer = try Offer.sample(name: "odd")
      offer.maxOutput = 5
      let other = try Offer.sample(id: "other")
      let report = try await store.importOffers([offer, other], options: .reviewed())
      #expect([report.added, report.held, report.flagged] == [2, 0, 2])
      #expect(try await store.offers().first == offer)
      let entries = try await store.entries()
      #expect(
        entries.map(\.words) == ["acme-1 identity flagged pending nil nil", "acme-1 max_output flagged pending 5 5"])
      try await store.importOffers([offer, other], options: .reviewed())
      try await store.importOffers([offer, other])
      #expect(try await store.entries() == entries)
      // The offer changes elsewhere, and the reviewer finds the same again.
      offer.contextLength = 64_000
      try await store.importOffers([offer, other], options: .reviewed())
      #expect(try await store.entries() == entries)
      offer.maxOutput = 6
      try await store.importOffers([offer, other], options: .reviewed())
      #expect(try await store.entries().last?.words == "acme-1 max_output flagged pending 6 6")
      offer.maxOutput = 5_000
      try await store.importOffers([offer, other], options: .reviewed())
      #expect(try await store.entries().map(\.field) == [.identity])
      try await store.importOffers([other], options: .reviewed())
      #expect(try await store.entries().isEmpty)
    },
    Rule("a dry run of a reviewed import says what would be held, and changes nothing") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b"), .sample(id: "c")])
      let before = try await store.manifest()
      let report = try await store.importOffers(
        [.sample(id: "a", pricing: .sample(prompt: "5"))], options: .reviewed(dryRun: true))
      #expect([report.removed, report.changed, report.unchanged, report.held] == [0, 0, 3, 2])
      #expect(try await store.manifest() == before)
      #expect(try await store.entries().isEmpty)
    },
    Rule("the report lists what was held first, then what was written, up to a limit") { store in
      try await store.importOffers(try ["a", "b", "c", "d"].map { try .sample(id: $0) })
      let listing = ProviderListing(
        provider: Provider(slug: try .sample()),
        offers: try [
          .sample(id: "a", contextLength: 64_000, pricing: .sample(prompt: "5")), .sample(id: "b"),
          .sample(id: "c", contextLength: 64_000), .sample(id: "e"), .sample(id: "f", pricing: .sample(prompt: "6")),
        ], stated: .all)
      let all = try await store.importListings([listing], options: .reviewed(dryRun: true))
      let report = try #require(all.providers.first)
      let context = FieldChange(field: "context_length", oldValue: "128000", newValue: "64000")
      let prices = [
        FieldChange(field: "pricing.state", oldValue: "unknown", newValue: "priced"),
        FieldChange(field: "pricing.prompt", oldValue: nil, newValue: "6"),
        FieldChange(field: "pricing.completion", oldValue: nil, newValue: "0.00001"),
      ]
      #expect(
        report.changes == [
          OfferDiff(
            kind: .changed, offer: "a",
            fields: [FieldChange(field: "pricing.prompt", oldValue: "0.0000025", newValue: "5")],
            heldReason: "pricing of a"),
          OfferDiff(kind: .added, offer: "f", fields: prices, heldReason: "pricing of f"),
          OfferDiff(kind: .removed, offer: "d"), OfferDiff(kind: .added, offer: "e"),
          OfferDiff(kind: .added, offer: "f"), OfferDiff(kind: .changed, offer: "a", fields: [context]),
          OfferDiff(kind: .changed, offer: "c", fields: [context]),
        ])
      #expect(all.manifest.revisions[PartID("acme")] == report.revision)
      for limit in 0...7 {
        let bounded = try await store.importListings([listing], options: .reviewed(dryRun: true, changeLimit: limit))
        #expect(bounded.providers.first?.changes == Array(report.changes.prefix(limit)))
      }
      let written = try await store.importListings([listing], options: .reviewed())
      #expect(written.providers.first?.changes == report.changes)
      #expect(try await store.manifest() == written.manifest)
    },
    Rule("removals that are held are listed one by one") { store in
      try await store.importOffers(try ["a", "b", "c"].map { try .sample(id: $0) })
      let report = try await store.importOffers([.sample(id: "c")], options: .reviewed())
      let held = ["a", "b"].map { OfferDiff(kind: .removed, offer: $0, heldReason: "2 would go") }
      #expect(report.changes == held)
    },
  ]
}

extension ImportOptions {
  /// An import that takes everything.
  fileprivate static let forced = ImportOptions(format: "test", force: true)
}
