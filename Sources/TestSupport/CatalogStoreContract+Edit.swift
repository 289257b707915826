import Catalog
import Testing
import TieredCaching

extension CatalogStoreContract {
  static let editRules = [
    Rule("a new offer is added, with its provider, as written by hand") { store in
      let report = try await store.edit(.putOffer(.sampleWithEverything()))
      #expect(report.kind == .created)
      #expect(report.isProviderCreated)
      #expect(report.fields.isEmpty)
      #expect(report.revision > .zero)
      #expect(report.manifest == (try await store.manifest()))
      let stored = try #require(try await store.offers().first)
      let stated = try Offer.sampleWithEverything().bounded()
      #expect(stored.saysTheSame(as: stated))
      #expect(stored.source == "manual")
      #expect(stored.observedAt >= 1_700_000_000)
      #expect(try await store.logLines() == ["added acme acme-1:fp8 - nil 0.0000025/0.00001"])
      #expect(try await store.edit(.putOffer(.sample(id: "another"))).isProviderCreated == false)
    },
    Rule("an offer that is put over another one replaces it whole") { store in
      try await store.importOffers([.sampleWithEverything(), .sample(id: "other")])
      let known = try await store.manifest()
      var offer = Offer(
        provider: try .sample(), modelID: "acme-1", variant: "fp8", name: "New", source: "ignored", observedAt: 5)
      offer.pricing = .free()
      let report = try await store.edit(.putOffer(offer))
      #expect(report.kind == .changed)
      #expect(report.fields.contains(FieldChange(field: "context_length", oldValue: "128000", newValue: nil)))
      #expect(report.fields.contains(FieldChange(field: "pricing.state", oldValue: "priced", newValue: "free")))
      #expect(try await store.offers().first?.saysTheSame(as: offer) == true)
      #expect(try await store.offers().count == 2)
      let delta = try await store.load(changedSince: known)
      #expect(delta.manifest == report.manifest)
      #expect(Set(delta.parts.keys) == [PartID("acme")])
      let logged = try await store.logLines(after: 2)
      let reported = report.fields.map {
        "changed acme acme-1:fp8 \($0.field) \($0.oldValue ?? "nil") \($0.newValue ?? "nil")"
      }
      #expect(logged.sorted() == reported.sorted())
    },
    Rule("a patch changes the members that it gives and keeps the rest") { store in
      let before = try Offer.sampleWithEverything()
      try await store.importOffers([before])
      let report = try await store.patchOffer(
        #"{"context_length":64000,"description":null,"aliases":null,"status":"deprecated"}"#, id: "acme-1:fp8")
      var after = try before.bounded()
      after.contextLength = 64_000
      after.description = nil
      after.aliases = []
      after.status = .deprecated
      #expect(try await store.offers().first?.saysTheSame(as: after) == true)
      #expect(report.kind == .changed)
      #expect(report.revision == (try await store.revision()))
      #expect(
        report.fields.map { "\($0.field) \($0.oldValue ?? "nil") \($0.newValue ?? "nil")" } == [
          "description Line one,\nline two \\ 🚀 nil", "context_length 128000 64000",
          #"aliases ["acme-latest","acme/1"] []"#, "status preview deprecated",
        ])
    },
    Rule("a patch of one price keeps the others and drops the provider's text of them") { store in
      var offer = try Offer.sample()
      offer.pricing.raw = #"{"prompt":"2.5e-6"}"#
      try await store.importOffers([offer])
      let report = try await store.patchOffer(#"{"pricing":{"prompt":"0.000003"}}"#)
      #expect(
        report.fields == [FieldChange(field: "pricing.prompt", oldValue: "0.0000025", newValue: "0.000003")])
      let stored = try #require(try await store.offers().first)
      #expect(try stored.pricing == .sample(prompt: "0.000003"))
      #expect(try await store.logLines(after: 1) == ["changed acme acme-1 pricing.prompt 0.0000025 0.000003"])
    },
    Rule("an update that says nothing new writes nothing and raises nothing") { store in
      let offer = try Offer.sampleWithEverything()
      let provider = Provider(slug: offer.provider, name: "Acme", siteURL: "https://acme.example")
      try await store.importOffers([offer], of: provider)
      let before = try await store.load(changedSince: nil)
      let edits: [CatalogEdit] = [
        .putOffer(offer), .putProvider(provider),
        .patchOffer(
          provider: offer.provider, id: offer.id,
          try OfferPatch(JSONReader.parse(#"{"context_length":128000,"pricing":{"raw":"other"}}"#))),
        .patchProvider(slug: provider.slug, try ProviderPatch(JSONReader.parse(#"{"name":"Acme"}"#))),
      ]
      for edit in edits {
        let report = try await store.edit(edit)
        #expect(report.kind == .unchanged)
        #expect(report.fields.isEmpty)
        #expect(report.manifest == before.manifest)
      }
      #expect(try await store.manifest() == before.manifest)
      #expect(try await store.offers() == before.parts[PartID("acme")]?.offers)
      #expect(try await store.logLines().count == 1)
    },
    Rule("an offer that is deleted is gone, others stay") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      let before = try await store.revision()
      let report = try await store.edit(.deleteOffer(provider: .sample(), id: "a"))
      #expect(report.kind == .removed)
      #expect(report.revision > before)
      #expect(try await store.offers().map(\.id) == ["b"])
      #expect(try await store.logLines(after: 2) == ["removed acme a - 0.0000025/0.00001 nil"])
      _ = try await store.edit(.deleteOffer(provider: .sample(), id: "b"))
      #expect(try await store.load(changedSince: nil).parts[PartID("acme")]?.offers.isEmpty == true)
    },
    Rule("a provider is added, renamed, patched and removed") { store in
      let slug = try ProviderSlug.sample()
      #expect(try await store.edit(.putProvider(Provider(slug: slug))).kind == .created)
      try await store.edit(.putOffer(.sample())).expectRevision(above: .zero)
      let named = Provider(slug: slug, name: "Acme", siteURL: "https://acme.example")
      let changed = try await store.edit(.putProvider(named))
      #expect(changed.kind == .changed)
      #expect(
        changed.fields == [
          FieldChange(field: "name", oldValue: "acme", newValue: "Acme"),
          FieldChange(field: "site_url", oldValue: nil, newValue: "https://acme.example"),
        ])
      let patch = try ProviderPatch(JSONReader.parse(#"{"site_url":null}"#))
      let patched = try await store.edit(.patchProvider(slug: slug, patch))
      patched.expectRevision(above: changed.revision)
      let part = try #require(try await store.load(changedSince: nil).parts[PartID("acme")])
      #expect(part.provider == Provider(slug: slug, name: "Acme"))
      #expect(part.offers.count == 1)
      _ = try await store.edit(.deleteOffer(provider: slug, id: "acme-1"))
      #expect(try await store.edit(.deleteProvider(slug, force: false)).kind == .removed)
    },
    Rule("a provider that is removed by force takes its offers with it and leaves its revision") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      try await store.importOffers([.sample(provider: "other")])
      let known = try await store.manifest()
      let report = try await store.edit(.deleteProvider(.sample(), force: true))
      #expect(report.removedOffers == 2)
      report.expectRevision(above: known.revisions[PartID("acme")] ?? .zero)
      #expect(
        try await store.logLines(after: 3).sorted() == [
          "removed acme a - 0.0000025/0.00001 nil", "removed acme b - 0.0000025/0.00001 nil",
        ])
      let delta = try await store.load(changedSince: known)
      #expect(Set(delta.parts.keys) == [PartID("acme")])
      #expect(delta.parts[PartID("acme")]?.offers.isEmpty == true)
      #expect(try await store.edit(.putOffer(.sample(id: "a"))).isProviderCreated)
      #expect(try await store.revision() > report.revision)
      #expect(try await store.offers().map(\.id) == ["a"])
    },
    Rule("a dry run of an update says what would happen and changes nothing") { store in
      try await store.importOffers([.sample()])
      let before = try await store.load(changedSince: nil)
      let report = try await store.patchOffer(#"{"name":"New"}"#, dryRun: true)
      #expect(report.dryRun)
      #expect(report.fields == [FieldChange(field: "name", oldValue: "acme-1", newValue: "New")])
      _ = try await store.edit(.deleteProvider(.sample(), force: true), dryRun: true)
      #expect(try await store.manifest() == before.manifest)
      #expect(try await store.offers() == before.parts[PartID("acme")]?.offers)
      #expect(try await store.logLines().count == 1)
    },
  ]
}

extension EditReport {
  fileprivate func expectRevision(above revision: Revision) { #expect(self.revision > revision) }
}
