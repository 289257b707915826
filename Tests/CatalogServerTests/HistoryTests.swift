import Catalog
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HistoryTests {
  /// Since when what the test server's lists say is in effect.
  private static let observed = "2023-11-14T22:13:20.000Z"

  @Test("a history has every offer of the model with its prices to the last digit")
  func prices() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      _ = try await server.store.edit(
        .patchOffer(
          provider: .sample("openai"), id: "gpt-4o",
          OfferPatch(JSONReader.parse(#"{"pricing":{"prompt":"0.00000212345678901"},"context_length":5}"#))))
      let history = try await server.json("/v1/models/openai/gpt-4o/history")
      #expect(history["object"] == .string("model.history"))
      #expect(history["id"] == .string("openai/gpt-4o"))
      #expect(history["offers"]?.offerNames == ["discount openai/gpt-4o", "router openai/gpt-4o"])
      let own = try await server.json("/v1/models/gpt-4o/history?gateway=openai")
      let offer = try #require(own["offers"]?[0])
      #expect(offer["source_gateway"] == .string("openai"))
      // All tests' clocks stand still, so that what was there at first was in effect for no time.
      let prices = try JSONReader.parse(
        """
        [{"from":"\(Self.observed)","to":null,"state":"priced","prompt":"0.00000212345678901","completion":"0.00001"}]
        """)
      #expect(offer["prices"] == prices)
      #expect(offer["changes"]?.array?.compactMap { $0["field"]?.string } == ["context_length"])
    }
  }

  @Test("an offer that is gone still has its history, under its own id, also when its provider has none left")
  func gone() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      _ = try await server.store.edit(.deleteOffer(provider: .sample("discount"), id: "openai/gpt-4o"))
      _ = try await server.store.edit(.deleteOffer(provider: .sample("router"), id: "a/b c%d"))
      try await server.service.refresh()
      for target in ["a/b%20c%25d/history", "a%2Fb%20c%25d/history?gateway=router"] {
        let offers = try await server.json("/v1/models/\(target)")["offers"]
        #expect(offers?.offerNames == ["router a/b c%d"], "\(target)")
        #expect(offers?[0]?["changes"]?.array?.compactMap { $0["kind"]?.string } == ["added", "removed"], "\(target)")
      }
      let all = try await server.json("/v1/models/openai/gpt-4o/history")["offers"]
      #expect(all?.offerNames == ["discount openai/gpt-4o", "router openai/gpt-4o"])
      let one = try await server.json("/v1/models/openai/gpt-4o/history?gateway=discount")["offers"]
      #expect(one?.offerNames == ["discount openai/gpt-4o"])
    }
  }

  @Test("a name that nothing ever had is not found, with names that are near")
  func unknown() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      for target in ["gpt-4p/history", "gpt-4o/history?gateway=acme"] {
        let response = try await server.get("/v1/models/\(target)")
        #expect(response.status == 404, "\(target)")
        #expect(try response.json["type"] == .string("urn:modelcatalog:problem:model-not-found"))
      }
      #expect(try await server.get("/v1/models/gpt-4p/history").json["allowed"]?.strings.isEmpty == false)
    }
  }

  @Test("a database that does not answer is no empty history")
  func unavailable() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      server.store.fail(.changesOfOffers, with: StoreError.unavailable("gone"))
      let refused = try await server.get("/v1/models/gpt-4o/history")
      #expect(refused.status == 503)
      server.store.fail(.changesOfOffers, with: nil)
      let answered = try await server.get("/v1/models/gpt-4o/history")
      #expect(answered.status == 200)
    }
  }
}
