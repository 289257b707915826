import Catalog
import TestSupport
import Testing
import TieredCaching

@Suite(.timeLimit(.minutes(1)))
struct OverviewTests {
  @Test("views of one version agree with each other")
  func viewsAgree() async throws {
    try await TestServer.run(Catalogs.small() + Catalogs.random()) { server in
      let data = try await server.json("/v1/models")["data"]?.array ?? []
      let stats = try await server.json("/v1/stats")
      #expect(stats["total_models"]?.int == data.count)
      #expect(stats["catalog_version"]?.string == server.service.coherence.manifest?.version)

      let counts = Dictionary(grouping: data) { $0["source_gateway"]?.string ?? "" }.mapValues(\.count)
      #expect(stats["total_providers"]?.int == counts.count)
      for path in ["/v1/gateways", "/v1/providers", "/v1/provider", "/v1/gateways/status"] {
        let list = try await server.json(path)["data"]?.array ?? []
        let pairs = list.map { ($0["id"]?.string ?? "", $0["model_count"]?.int ?? -1) }
        #expect(Dictionary(uniqueKeysWithValues: pairs) == counts, "\(path)")
      }
      for (gateway, count) in counts {
        #expect(try await server.json("/v1/models?gateway=\(gateway)")["total"]?.int == count)
        #expect(stats["models_by_provider"]?[gateway]?.int == count)
      }

      let unique = try await server.json("/v1/models?unique_models=true")["data"]?.array ?? []
      #expect(stats["unique_models"]?.int == unique.count)
      #expect(Set(unique.map { $0["id"] }) == Set(data.map { $0["canonical_id"] }))
      #expect(unique.reduce(0) { $0 + ($1["providers"]?.array?.count ?? 0) } == data.count)

      let states = Dictionary(grouping: data) { $0["pricing_state"]?.string ?? "" }.mapValues(\.count)
      for state in PriceState.allCases.map(\.rawValue) {
        #expect(stats["models_by_price_state"]?[state]?.int == states[state, default: 0])
      }
      let unpriced = try await server.json("/health/catalog/unpriced?limit=1000")
      #expect(unpriced["count"]?.int == states["unknown", default: 0])
      #expect(try await server.json("/health/catalog/models")["total_models"]?.int == data.count)
    }
  }

  @Test("a provider has its name and how many offers it has")
  func providers() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let gateways = try await server.json("/v1/gateways")
      #expect(gateways["total"]?.int == 4)
      #expect(gateways["data"]?[3]?["slug"] == .string("router"))
      #expect(gateways["data"]?[3]?["name"] == .string("ROUTER"))
      #expect(gateways["data"]?[3]?["model_count"]?.int == 4)
      let page = try await server.json("/v1/providers?limit=2&offset=1")
      #expect(page["data"]?.array?.map { $0["slug"]?.string } == ["discount", "openai"])
      #expect(page["has_more"] == .bool(true))
      #expect(try await server.json("/v1/routers")["data"]?.array?.isEmpty == true)
      #expect(try await server.json("/health/catalog/providers")["summary"]?["total_gateways"]?.int == 4)
    }
  }

  @Test("offers without a known price are listed with the reason")
  func unpriced() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let list = try await server.json("/health/catalog/unpriced?gateway=router")
      #expect(list["models"]?.offerNames == ["router a/b c%d"])
      #expect(list["models"]?[0]?["reason"] == .string("nobody says"))
    }
  }

  @Test("the change log is read in pages from a number on")
  func changes() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let first = try await server.json("/v1/changes?limit=3")
      #expect(first["returned"]?.int == 3)
      #expect(first["has_more"] == .bool(true))
      let next = try #require(first["next_since"]?.int)
      let rest = try await server.json("/v1/changes?since=\(next)")
      #expect(rest["returned"]?.int == 4)
      #expect(rest["has_more"] == .bool(false))
      #expect(rest["data"]?.array?.allSatisfy { $0["kind"] == .string("added") } == true)

      let last = try #require(rest["next_since"]?.int)
      let nothing = try await server.json("/v1/changes?since=\(last)")
      #expect(nothing["data"]?.array?.isEmpty == true)
      #expect(nothing["next_since"]?.int == last)
      try await server.store.replace(with: [try .sample(provider: "openai", id: "gpt-4o", contextLength: 1)])
      let change = try await server.json("/v1/changes?since=\(last)&gateway=openai")["data"]
      let context = change?.array?.first { $0["field"] == .string("context_length") }
      #expect(context?["old"] == .string("128000"))
      #expect(context?["new"] == .string("1"))
    }
  }

  @Test("the change log can be narrowed to a kind and to a field or a group of fields")
  func changeFilters() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let change = try Offer.sample(
        provider: "openai", id: "gpt-4o", contextLength: 1, pricing: .sample(prompt: "0.5", completion: "0.25"))
      try await server.store.replace(with: [change])
      let fields = { (query: String) in
        try await server.json("/v1/changes?\(query)")["data"]?.array?.map { $0["field"]?.string ?? "-" }
      }
      #expect(try await fields("kind=added")?.count == 7)
      #expect(try await fields("field=pricing") == ["pricing.prompt", "pricing.completion"])
      #expect(try await fields("field=pricing.prompt&kind=changed&gateway=openai") == ["pricing.prompt"])
      #expect(try await fields("field=pricing&kind=removed") == [])
      #expect(try await fields("field=pricing&limit=1") == ["pricing.prompt"])
      let next = try await server.json("/v1/changes?field=pricing&limit=1")["next_since"]?.int ?? 0
      #expect(try await fields("field=pricing&since=\(next)") == ["pricing.completion"])
      let effective = try await server.json("/v1/changes?since=7")["data"]?[0]?["effective_at"]
      #expect(effective == .string("2023-11-14T22:13:20.000Z"))
    }
  }

  @Test("the root says where to go, and every address it names works")
  func home() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let places = try await server.json("/")["see"]?.strings ?? []
      #expect(places.count > 3)
      for place in places { #expect(try await server.get(place).status == 200, "\(place)") }
    }
  }
}
