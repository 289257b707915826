import Catalog
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ModelTests {
  @Test(
    "a model is found by its id, a canonical id or an alias",
    arguments: [
      ("gpt-4o", "openai gpt-4o"), ("openai/gpt-4o", "discount openai/gpt-4o"),
      ("openai%2Fgpt-4o", "discount openai/gpt-4o"), ("openai%2fgpt-4o", "discount openai/gpt-4o"),
      ("openai/gpt-4o?gateway=router", "router openai/gpt-4o"),
      ("openai/gpt-4o?gateway=openai", "openai gpt-4o"), ("gpt-4o?provider=discount", "discount openai/gpt-4o"),
      ("gpt-4o-also-known-as", "openai gpt-4o"), ("acme-latest", "acme acme-1:fp8"),
      ("meta/llama-3-8b:free", "router meta/llama-3-8b:free"), ("a/b%20c%25d", "router a/b c%d"),
      ("a%2Fb%20c%25d", "router a/b c%d"),
    ])
  func model(_ path: String, _ name: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let record = try await server.json("/v1/models/\(path)")
      #expect(JSONValue.array([record]).offerNames == [name])
    }
  }

  @Test("the record of one model is the same as in the list")
  func sameRecord() async throws {
    try await TestServer.run(Catalogs.random(providers: 1)) { server in
      for record in try #require(try await server.json("/v1/models")["data"]?.array) {
        let id = try #require(record["id"]?.string)
        #expect(try await server.json("/v1/models/\(id)") == record)
      }
    }
  }

  @Test("a model that does not exist is a problem with suggestions", arguments: ["gpt-4p", "openai/gpt-4p"])
  func unknownModel(_ id: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      for path in ["/v1/models/\(id)", "/v1/models/\(id)/offers", "/v1/models/\(id)/compare", "/v1/pricing/\(id)"] {
        let response = try await server.get(path)
        #expect(response.status == 404, "\(path)")
        #expect(try response.json["type"] == .string("urn:modelcatalog:problem:model-not-found"))
        #expect(try response.json["allowed"]?.strings.contains("openai/gpt-4o") == true, "\(path)")
      }
    }
  }

  @Test("a developer's name gives the developer's offers in pages")
  func developer() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let page = try await server.json("/v1/models/openai?limit=2")
      #expect(page["developer"] == .string("openai"))
      #expect(page["total"]?.int == 3)
      #expect(page["models"]?.array?.count == 2)
      #expect(page["next_offset"]?.int == 2)
    }
  }

  @Test("all offers of a model, cheapest first", arguments: ["gpt-4o", "openai/gpt-4o", "openai%2Fgpt-4o"])
  func offers(_ id: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let list = try await server.json("/v1/models/\(id)/offers")
      #expect(list["canonical_id"] == .string("openai/gpt-4o"))
      #expect(list["data"]?.offerNames == ["discount openai/gpt-4o", "openai gpt-4o", "router openai/gpt-4o"])
      #expect(list["cheapest_provider"] == .string("discount"))
      #expect(list["total"]?.int == 3)
    }
  }

  @Test("a comparison recommends the cheapest offer among the gateways named")
  func comparison() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let all = try await server.json("/v1/models/gpt-4o/compare")["models"]?[0]
      #expect(all?["recommendation"]?["provider"] == .string("discount"))
      #expect(all?["recommendation"]?["saving_percent"] == .string("33.3"))
      #expect(all?["largest_context"]?["provider"] == .string("router"))
      #expect(all?["offers"]?.array?.count == 3)
      let two = try await server.json("/v1/models/gpt-4o/compare?gateways=openai,router")["models"]?[0]
      #expect(two?["offers"]?.array?.count == 2)
      #expect(two?["cheapest"]?["provider"] == .string("openai"))
      #expect(try await server.get("/v1/models/gpt-4o/compare?gateways=nobody").status == 400)
    }
  }

  @Test("pricing names the prices, where they come from, and what the provider itself says")
  func pricing() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let pricing = try await server.json("/v1/pricing/acme-1:fp8")
      #expect(pricing["currency"] == .string("USD"))
      let offer = try #require(pricing["offers"]?[0])
      #expect(offer["pricing"]?["prompt"] == .string("0.0000025"))
      #expect(offer["raw"] == .string(#"{"prompt":"2.5e-6"}"#))
      #expect(offer["source"] == .string("test"))
      #expect(offer["observed_at"]?.int == 1_700_000_000)
      let atOne = try await server.json("/v1/pricing/openai/gpt-4o?gateway=router")
      #expect(atOne["offers"]?.offerNames == ["router openai/gpt-4o"])
    }
  }

  @Test("the detail of a model has the record and all others of the same model")
  func detail() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      for query in ["modelId=gpt-4o", "developer=openai&modelName=gpt-4o&gateway=openai"] {
        let detail = try await server.json("/api/models/detail?\(query)")
        #expect(detail["data"]?["id"] == .string("gpt-4o"))
        #expect(detail["gateway"] == .string("openai"))
        #expect(detail["providers"]?.array?.count == 3)
      }
      #expect(try await server.get("/api/models/detail").status == 400)
      #expect(try await server.get("/api/models/detail?modelId=nothing").status == 404)
    }
  }

  @Test("a model called like a fixed route does not hide it")
  func fixedRoutesWin() async throws {
    let names = ["unique", "search", "compare", "batch-compare", "by-category/free", "x/offers", "x/compare"]
    let offers = try names.map { try Offer.sample(id: $0) } + [.sample(id: "x")]
    try await TestServer.run(offers) { server in
      let expected = [
        ("/v1/models/unique", 200, "models"), ("/v1/models/search", 200, "success"),
        ("/v1/models/by-category/free", 200, "category"), ("/v1/models/x/offers", 200, "canonical_id"),
        ("/v1/models/x/compare", 200, "models"), ("/v1/models/compare", 405, "detail"),
        ("/v1/models/batch-compare", 405, "detail"),
      ]
      for (path, status, member) in expected {
        let response = try await server.get(path)
        #expect(response.status == status, "\(path)")
        #expect(try response.json[member] != nil, "\(path)")
      }
    }
  }
}
