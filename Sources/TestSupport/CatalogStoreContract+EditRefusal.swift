import Catalog
import Testing
import TieredCaching

extension CatalogStoreContract {
  static let editRefusalRules = [
    Rule("what is not there cannot be changed or removed, and the error says so") { store in
      try await store.importOffers([.sample()])
      let before = try await store.manifest()
      let patch = try OfferPatch(JSONReader.parse(#"{"name":"x"}"#))
      for edit in try [
        CatalogEdit.patchOffer(provider: .sample(), id: "acme", patch), .deleteOffer(provider: .sample(), id: "ACME-1"),
      ] {
        let error = await #expect(throws: StoreError.self) { try await store.edit(edit) }
        guard case .noSuchOffer(provider: edit.provider, offer: edit.offer ?? "")? = error else {
          Issue.record("\(edit): \(String(describing: error))")
          continue
        }
      }
      let nobody = try ProviderSlug("nobody")
      for edit in [
        CatalogEdit.patchOffer(provider: nobody, id: "acme-1", patch), .deleteOffer(provider: nobody, id: "acme-1"),
        .patchProvider(slug: nobody, try ProviderPatch(JSONReader.parse(#"{"name":"x"}"#))),
        .deleteProvider(nobody, force: true),
      ] {
        let error = await #expect(throws: StoreError.self) { try await store.edit(edit) }
        guard case .noSuchProvider(nobody)? = error else {
          Issue.record("\(edit): \(String(describing: error))")
          continue
        }
      }
      #expect(try await store.manifest() == before)
    },
    Rule("ids are compared byte by byte") { store in
      try await store.importOffers([.sample(id: "é")])
      let error = await #expect(throws: StoreError.self) {
        try await store.edit(.deleteOffer(provider: .sample(), id: "e\u{301}"))
      }
      guard case .noSuchOffer? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      _ = try await store.edit(.putOffer(.sample(id: "e\u{301}")))
      #expect(try await store.offers().count == 2)
    },
    Rule("an update is checked like an import, and a refused one changes nothing") { store in
      try await store.importOffers([.sample()])
      let before = try await store.load(changedSince: nil)
      for (json, field) in [
        (#"{"context_length":0}"#, "context_length"), (#"{"context_length":"5"}"#, "context_length"),
        (#"{"name":""}"#, "name"), (#"{"name":null}"#, "name"), (#"{"name":"a\u0007"}"#, "name"),
        (#"{"description":"a\u0000b"}"#, "description"), (#"{"status":"odd"}"#, "status"),
        (#"{"capabilities":["flying"]}"#, "capabilities"), (#"{"aliases":[1]}"#, "aliases"),
        (#"{"expiry_date":"soon"}"#, "expiry_date"), (#"{"pricing":{"prompt":0.1}}"#, "pricing.prompt"),
        (#"{"pricing":{"prompt":"-1"}}"#, "pricing.prompt"), (#"{"pricing":{"colour":"1"}}"#, "pricing.colour"),
        (#"{"pricing":{"state":"free","prompt":"1"}}"#, "pricing.state"), (#"{"pricing":null}"#, "pricing"),
        (#"{"pricing":{"prompt":"0","completion":"0"}}"#, "pricing"),
      ] {
        let error = await #expect(throws: StoreError.self) { try await store.patchOffer(json) }
        guard case .invalidOffer(_, offer: "acme-1", let reason)? = error else {
          Issue.record("\(json): \(String(describing: error))")
          continue
        }
        #expect(reason.field == field, "\(json)")
      }
      await #expect(throws: StoreError.self) { try await store.edit(.putOffer(.sample(contextLength: -1))) }
      let slug = try ProviderSlug.sample()
      let everyProvider = try ProviderSlug("all")
      for provider in [
        Provider(slug: slug, name: ""), Provider(slug: slug, siteURL: "a\nb"), Provider(slug: everyProvider),
      ] {
        await #expect(throws: StoreError.self) { try await store.edit(.putProvider(provider)) }
      }
      await #expect(throws: StoreError.self) { try await store.importOffers([.sample(provider: "all")]) }
      #expect(try await store.manifest() == before.manifest)
      #expect(try await store.offers() == before.parts[PartID("acme")]?.offers)
      #expect(try await store.logLines().count == 1)
    },
    Rule("a provider that has offers is only removed by force") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      let before = try await store.manifest()
      let error = await #expect(throws: StoreError.self) {
        try await store.edit(.deleteProvider(.sample(), force: false))
      }
      guard case .providerHasOffers(_, count: 2)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(try await store.manifest() == before)
      #expect(try await store.offers().count == 2)
    },
  ]
}
