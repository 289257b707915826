public import Catalog
import Testing
import TieredCaching

extension CatalogStoreContract {
  static let overrideRules = [
    Rule("an override is served in the place of what the provider says, and no sync wipes it") { store in
      var offer = try Offer.sample(observedAt: 1_600_000_000)
      offer.pricing.raw = "raw"
      try await store.importOffers([offer])
      let before = try await store.manifest()
      let report = try await store.override(#"{"pricing":{"state":"priced","prompt":"0.5"},"context_length":9000}"#)
      #expect(report.isChanged)
      #expect(report.manifest == (try await store.manifest()))
      #expect(try await store.load(changedSince: before).parts.count == 1)
      var served = offer
      served.pricing = try .priced([.prompt: .sample("0.5")], raw: "raw")
      served.contextLength = 9_000
      #expect(try await store.offers() == [served])
      let log = try await store.changes(after: 1, provider: nil, limit: 10)
      #expect(
        log.map(\.words) == [
          "changed acme-1 override.context_length nil 9000",
          #"changed acme-1 override.pricing nil {"state":"priced","prompt":"0.5"}"#,
        ])
      #expect(
        log.allSatisfy { $0.effectiveAt == $0.at && $0.revision <= report.manifest.revisions[PartID("acme")] ?? .zero })
      let manifest = try await store.manifest()
      #expect(try await store.importOffers([offer]).unchanged == 1)
      #expect(try await store.manifest() == manifest)
      offer.pricing = try .sample(prompt: "0.7")
      offer.contextLength = 5
      offer.name = "New"
      let sync = try await store.importOffers([offer])
      #expect(sync.changed == 1)
      served.name = "New"
      served.pricing.raw = nil
      #expect(try await store.offers() == [served])
    },
    Rule("some members of a price are laid over those that the provider gives, whatever they become") { store in
      try await store.importOffers([.sample()])
      try await store.override(#"{"pricing":{"prompt":"0.5","image":"2","completion":null}}"#)
      #expect(try await store.offers()[0].pricing.json == #"{"state":"priced","prompt":"0.5","image":"2"}"#)
      try await store.override(#"{"pricing":{"prompt":"0.5"}}"#)
      try await store.importOffers([.sample(pricing: .sample(prompt: "0.7", completion: "0.8"))])
      #expect(try await store.offers()[0].pricing == .sample(prompt: "0.5", completion: "0.8"))
      try await store.importOffers([.sample(pricing: .free(raw: "raw"))])
      #expect(try await store.offers()[0].pricing == .priced([.prompt: .sample("0.5")], raw: "raw"))
    },
    Rule("a patch of a price that makes no sense any more leaves the price unknown, and says why") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      try await store.override(#"{"pricing":{"prompt":"0"}}"#, id: "a")
      #expect(try await store.offers()[0].pricing == .sample(prompt: "0"))
      try await store.importOffers([.sample(id: "a", pricing: .free(raw: "raw")), .sample(id: "b")])
      let pricing = try await store.offers()[0].pricing
      #expect(pricing.state == .unknown && pricing.raw == "raw")
      #expect(pricing.note?.contains("override") == true && pricing.note?.contains("every price is zero") == true)
      #expect(try await store.offers().count == 2)
    },
    Rule("limits, status and aliases are overridden, and hidden offers are not there") { store in
      var everything = try Offer.sampleWithEverything()
      try await store.importOffers([everything, .sample(id: "b")])
      let values =
        #"{"context_length":null,"max_input":null,"max_output":7,"status":"unavailable","aliases":["z","acme/1","any","acme-1"]}"#
      try await store.override(values, id: "acme-1:fp8")
      everything.contextLength = nil
      everything.maxInput = nil
      everything.maxOutput = 7
      everything.status = .unavailable
      everything.aliases = ["acme-latest", "acme/1", "any", "z"]
      #expect(try await store.offers() == [everything.bounded(), .sample(id: "b")])
      try await store.override(#"{"hidden":true}"#, id: "b")
      #expect(try await store.offers() == [everything.bounded()])
      try await store.override(#"{"hidden":false}"#, id: "b")
      #expect(try await store.offers().count == 2)
    },
    Rule("aliases of an operator have a place however many the provider gives") { store in
      try await store.importOffers([.sample()])
      try await store.override(#"{"aliases":["mine"]}"#)
      var offer = try Offer.sample()
      offer.aliases = (100..<164).map { "alias-\($0)" }
      try await store.importOffers([offer])
      let aliases = try await store.offers()[0].aliases
      #expect(aliases.count == 64 && aliases.contains("mine") && aliases.contains("alias-100"))
    },
    Rule("an override says who set it, why and when, and ends when it is ended") { store in
      try await store.importOffers([.sample()])
      let stated = try await store.offers()
      let report = try await store.override(#"{"max_output":5,"context_length":6}"#, note: "größer", by: "op")
      #expect(report.overrides == (try await store.overrides(of: nil)))
      #expect(report.overrides.map(\.member) == [.contextLength, .maxOutput])
      let override = try #require(report.overrides.first)
      #expect(try override.provider == .sample() && override.offer == "acme-1" && override.value == "6")
      #expect(override.note == "größer" && override.setBy == "op")
      #expect(override.setAt.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
      let ended = try await store.end([.contextLength, .pricing])
      #expect(ended.isChanged && ended.overrides.map(\.member) == [.maxOutput])
      #expect(try await store.logLines(after: 3) == ["changed acme acme-1 override.context_length 6 nil"])
      #expect(try await store.end([.maxOutput]).overrides.isEmpty)
      #expect(try await store.offers() == stated)
    },
    Rule("an override that says nothing new writes nothing, and another note raises nothing") { store in
      try await store.importOffers([.sample()])
      try await store.override(#"{"max_output":5}"#, note: "why")
      let before = try await store.manifest()
      let overrides = try await store.overrides(of: nil)
      #expect(try await store.override(#"{"max_output":5}"#, note: "why", by: "another").isChanged == false)
      #expect(try await store.end([.hidden]).isChanged == false)
      #expect(try await store.overrides(of: nil) == overrides)
      #expect(try await store.override(#"{"max_output":5}"#, note: "because", by: "another").isChanged)
      #expect(try await store.overrides(of: nil).map { "\($0.note ?? "-") \($0.setBy)" } == ["because another"])
      #expect(try await store.manifest() == before)
      #expect(try await store.logLines().count == 2)
    },
    Rule("overrides stay when the offer goes and comes back, and can be ended meanwhile") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      try await store.override(#"{"max_output":5,"status":"deprecated"}"#, id: "a")
      try await store.importOffers([.sample(id: "b")])
      #expect(try await store.overrides(of: .sample()).count == 2)
      let error = await #expect(throws: StoreError.self) { try await store.override(#"{"max_output":6}"#, id: "a") }
      guard case .noSuchOffer(_, offer: "a")? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(try await store.end([.status], id: "a").overrides.map(\.member) == [.maxOutput])
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      let back = try #require(try await store.offers().first)
      #expect(back.maxOutput == 5 && back.status == .active)
    },
    Rule("a provider that is removed takes its overrides with it") { store in
      try await store.importOffers([.sample()])
      try await store.importOffers([.sample(provider: "other")])
      try await store.override(#"{"max_output":5}"#)
      try await store.override(#"{"max_output":5}"#, provider: "other")
      _ = try await store.edit(.deleteProvider(.sample(), force: true))
      #expect(try await store.overrides(of: nil).map(\.provider.text) == ["other"])
      #expect(try await store.overrides(of: .sample()).isEmpty)
      try await store.importOffers([.sample()])
      #expect(try await store.offers() == [.sample()])
    },
    Rule("manual updates see what the provider says") { store in
      try await store.importOffers([.sample()])
      try await store.override(#"{"pricing":{"prompt":"0.5"},"hidden":true}"#)
      let report = try await store.patchOffer(#"{"pricing":{"completion":"0.9"}}"#)
      #expect(report.fields == [FieldChange(field: "pricing.completion", oldValue: "0.00001", newValue: "0.9")])
      #expect(try await store.offers().isEmpty)
      try await store.end([.pricing, .hidden])
      #expect(try await store.offers()[0].pricing == .sample(completion: "0.9"))
    },
    Rule("a detail says what the provider says, what is served and what stands against it") { store in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      try await store.importOffers(
        [.sample(id: "a", pricing: .sample(prompt: "5")), .sample(id: "b", pricing: .sample(prompt: "5"))],
        options: .reviewed())
      try await store.override(#"{"max_output":5}"#, id: "a")
      try await store.override(#"{"hidden":true}"#, id: "b")
      let detail = try await store.detail(of: "a", provider: .sample())
      #expect(try detail.stated.saysTheSame(as: .sample(id: "a")))
      #expect(detail.served == (try await store.offers().first))
      #expect(detail.overrides.map(\.member) == [.maxOutput])
      #expect(detail.quarantine.map(\.words) == ["a pricing held pending 0.0000025 5"])
      let hidden = try await store.detail(of: "b", provider: .sample())
      #expect(hidden.served == nil && hidden.stated.id == "b")
      await #expect(throws: StoreError.self) { try await store.detail(of: "c", provider: .sample()) }
      await #expect(throws: StoreError.self) { try await store.detail(of: "a", provider: .sample("nobody")) }
    },
    Rule("a dry run says what would be, and changes nothing") { store in
      try await store.importOffers([.sample()])
      let before = try await store.load(changedSince: nil)
      let report = try await store.override(#"{"max_output":5}"#, dryRun: true)
      #expect(report.isChanged && report.dryRun && report.overrides.map(\.value) == ["5"])
      #expect(report.manifest.revisions != before.manifest.revisions)
      #expect(try await store.overrides(of: nil).isEmpty)
      #expect(try await store.manifest() == before.manifest)
      #expect(try await store.offers() == before.parts[PartID("acme")]?.offers)
    },
    Rule("overrides are in the order of providers, ids and members") { store in
      for slug in ["b", "a"] {
        try await store.importOffers([.sample(provider: slug, id: "2"), .sample(provider: slug, id: "1")])
        for id in ["2", "1"] {
          try await store.override(#"{"status":"preview","hidden":true}"#, id: id, provider: slug)
        }
      }
      let all = try await store.overrides(of: nil).map { "\($0.provider) \($0.offer) \($0.member.rawValue)" }
      #expect(all.count == 8 && all == all.sorted())
      #expect(try await store.overrides(of: .sample("b")).count == 4)
    },
    Rule("what no offer can have is refused by name, and changes nothing") { store in
      try await store.importOffers([.sample()])
      try await store.override(#"{"max_output":5}"#)
      let before = try await store.load(changedSince: nil)
      for (json, field) in [
        (#"{"context_length":0}"#, "context_length"), (#"{"max_input":"5"}"#, "max_input"),
        (#"{"max_output":1000000000}"#, "max_output"), (#"{"max_output":1.5}"#, "max_output"),
        (#"{"status":"odd"}"#, "status"), (#"{"status":null}"#, "status"), (#"{"aliases":null}"#, "aliases"),
        (#"{"aliases":[""]}"#, "aliases"), (#"{"aliases":"a"}"#, "aliases"), (#"{"hidden":1}"#, "hidden"),
        (#"{"hidden":null}"#, "hidden"), (#"{"pricing":null}"#, "pricing"), (#"{"pricing":"free"}"#, "pricing"),
        (#"{"pricing":{"prompt":0.1}}"#, "pricing.prompt"), (#"{"pricing":{"prompt":"-1"}}"#, "pricing.prompt"),
        (#"{"pricing":{"colour":"1"}}"#, "pricing.colour"), (#"{"pricing":{"colour":null}}"#, "pricing.colour"),
        (#"{"pricing":{"state":"free","prompt":"1"}}"#, "pricing.state"), (#"{"pricing":{"raw":"x"}}"#, "pricing.raw"),
        (#"{"pricing":{"prompt":"0","completion":"0"}}"#, "pricing"),
        (#"{"max_input":5,"pricing":{"prompt":null,"completion":null}}"#, "pricing"),
      ] {
        let error = await #expect(throws: StoreError.self) { try await store.override(json) }
        guard case .invalidOffer(_, offer: "acme-1", let reason)? = error else {
          Issue.record("\(json): \(String(describing: error))")
          continue
        }
        #expect(reason.field == field, "\(json)")
      }
      for (note, by) in [("", "me"), ("a\nb", "me"), (String(repeating: "x", count: 1_025), "me"), ("why", "")] {
        let error = await #expect(throws: StoreError.self) {
          try await store.override(#"{"max_input":5}"#, note: note, by: by)
        }
        guard case .invalidText? = error else {
          Issue.record("\(String(describing: error))")
          continue
        }
      }
      await #expect(throws: StoreError.self) { try await store.override(#"{"max_input":5}"#, id: "none") }
      await #expect(throws: StoreError.self) { try await store.end([.hidden], id: "none") }
      await #expect(throws: StoreError.self) { try await store.override(#"{"max_input":5}"#, provider: "nobody") }
      #expect(try await store.manifest() == before.manifest)
      #expect(try await store.offers() == before.parts[PartID("acme")]?.offers)
      #expect(try await store.overrides(of: nil).map(\.member) == [.maxOutput])
    },
  ]
}

extension CatalogStore {
  /// Overrides members of an offer of acme with those of a JSON object.
  @discardableResult
  public func override(
    _ json: String, id: String = "acme-1", provider: String = "acme", note: String? = nil, by: String = "test",
    dryRun: Bool = false
  ) async throws -> OverrideReport {
    var values: [OfferOverride.Member: JSONValue?] = [:]
    for (name, value) in try JSONReader.parse(json).object?.members ?? [] {
      values[try #require(OfferOverride.Member(rawValue: name))] = .some(value)
    }
    let edit = OverrideEdit(provider: try .sample(provider), offer: id, values: values, note: note, by: by)
    return try await setOverrides(edit, dryRun: dryRun)
  }

  /// Ends overrides of an offer of acme.
  @discardableResult
  public func end(_ members: [OfferOverride.Member], id: String = "acme-1") async throws -> OverrideReport {
    let values = Dictionary(uniqueKeysWithValues: members.map { ($0, JSONValue?.none) })
    return try await setOverrides(
      OverrideEdit(provider: .sample(), offer: id, values: values, note: nil, by: "test"), dryRun: false)
  }
}
