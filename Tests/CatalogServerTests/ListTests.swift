import Catalog
import CatalogServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ListTests {
  @Test("the list without a limit is complete")
  func fullList() async throws {
    let offers = try Catalogs.small() + Catalogs.random()
    try await TestServer.run(offers) { server in
      let list = try await server.json("/v1/models")
      #expect(list["object"] == .string("list"))
      #expect(list["data"]?.array?.count == offers.count)
      #expect(list["total"]?.int == offers.count)
      #expect(list["returned"]?.int == offers.count)
      #expect(list["limit"] == .null)
      #expect(list["offset"]?.int == 0)
      #expect(list["has_more"] == .bool(false))
      #expect(list["next_offset"] == .null)
      #expect(list["next_cursor"] == .null)
      #expect(list["gateway"] == .string("all"))
      #expect(try await server.json("/models") == list)
    }
  }

  @Test("the envelope of a page says where the next one starts")
  func envelope() async throws {
    try await TestServer.run(Catalogs.random()) { server in
      let page = try await server.json("/v1/models?limit=20&offset=50")
      #expect(page["total"]?.int == 90)
      #expect(page["returned"]?.int == 20)
      #expect(page["limit"]?.int == 20)
      #expect(page["offset"]?.int == 50)
      #expect(page["has_more"] == .bool(true))
      #expect(page["next_offset"]?.int == 70)
      let last = try await server.json("/v1/models?limit=1000&offset=89")
      #expect(last["returned"]?.int == 1)
      #expect(last["has_more"] == .bool(false))
      let beyond = try await server.json("/v1/models?limit=5&offset=5000")
      #expect(beyond["data"]?.array?.isEmpty == true)
      #expect(beyond["total"]?.int == 90)
      #expect(beyond["has_more"] == .bool(false))
    }
  }

  @Test(
    "pages put together are the full list, by offset and by cursor, for every limit",
    arguments: [
      "/v1/models?", "/v1/models?gateway=provider-1&", "/v1/models?sort=price&order=desc&",
      "/v1/models/search?q=model&",
      "/v1/providers?", "/v1/models/unique?sort=name&", "/v1/models?unique_models=true&",
    ])
  func pagesAreTheList(_ base: String) async throws {
    try await TestServer.run(Catalogs.random(seed: 7, offersEach: 4)) { server in
      let full = Self.elements(try await server.json("\(base)limit=1000"))
      try #require(full.count >= 3)
      for limit in 1...full.count + 1 {
        var walk = Walk(base: base, limit: limit)
        #expect(try await walk.byOffset(server) == full, "\(base) limit \(limit) by offset")
        #expect(try await walk.byCursor(server) == full, "\(base) limit \(limit) by cursor")
      }
    }
  }

  private struct Walk {
    let base: String
    let limit: Int

    mutating func byOffset(_ server: TestServer) async throws -> [JSONValue] {
      try await walk(server) { $0["next_offset"]?.int.map { "offset=\($0)" } }
    }

    mutating func byCursor(_ server: TestServer) async throws -> [JSONValue] {
      try await walk(server) { $0["next_cursor"]?.string.map { "cursor=\($0)" } }
    }

    private func walk(_ server: TestServer, _ next: (JSONValue) -> String?) async throws -> [JSONValue] {
      try await server.connect { client in
        var all: [JSONValue] = []
        var place: String? = "offset=0"
        while let current = place {
          client.send(TestServer.request("GET", "\(base)limit=\(limit)&\(current)"))
          let body = try await client.response().json
          let page = body["meta"] ?? body
          let elements = ListTests.elements(body)
          #expect(page["returned"]?.int == elements.count)
          #expect(elements.count == limit || page["has_more"] == .bool(false))
          all += elements
          place = next(page)
          #expect((place != nil) == (page["has_more"] == .bool(true)))
        }
        return all
      }
    }
  }

  /// The elements of any of the lists.
  fileprivate static func elements(_ body: JSONValue) -> [JSONValue] {
    (body["data"] ?? body["models"])?.array ?? []
  }

  @Test("a cursor of an older version is refused with 410 instead of mixing versions")
  func cursorExpires() async throws {
    let offers = try Catalogs.random()
    try await TestServer.run(offers) { server in
      let cursor = try #require(try await server.json("/v1/models?limit=10")["next_cursor"]?.string)
      #expect(try await server.get("/v1/models?limit=10&cursor=\(cursor)").status == 200)
      try await server.store.replace(with: [try .sample(provider: "newcomer")])
      try await server.service.refresh()
      let response = try await server.get("/v1/models?limit=10&cursor=\(cursor)")
      #expect(response.status == 410)
      #expect(try response.json["type"] == .string("urn:modelcatalog:problem:cursor-expired"))
    }
  }

  @Test(
    "a cursor that the server did not give is refused",
    arguments: ["x", "-", "1-2", "%20", "0-0-zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "--1", "10-"])
  func foreignCursor(_ cursor: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let status = try await server.get("/v1/models?cursor=\(cursor)").status
      #expect(status == 400 || status == 410)
    }
  }

  @Test("an offset and a cursor together are refused")
  func offsetAndCursor() async throws {
    try await TestServer.run(Catalogs.random()) { server in
      let cursor = try #require(try await server.json("/v1/models?limit=1")["next_cursor"]?.string)
      #expect(try await server.get("/v1/models?limit=1&offset=1&cursor=\(cursor)").status == 400)
    }
  }

  @Test("one gateway's list is its part of the full list, under either name and in any case")
  func gateway() async throws {
    try await TestServer.run(Catalogs.small() + Catalogs.random()) { server in
      let all = try #require(try await server.json("/v1/models")["data"]?.array)
      let part = all.filter { $0["source_gateway"] == .string("router") }
      #expect(part.count == 4)
      for query in ["gateway=router", "provider=router", "gateway=ROUTER", "gateway=router&limit=1000"] {
        #expect(try await server.json("/v1/models?\(query)")["data"]?.array == part, "\(query)")
      }
      #expect(try await server.json("/v1/models?gateway=all")["data"]?.array == all)
      let two = try await server.json("/v1/models?gateway=router,openai")
      #expect(two["total"]?.int == 5)
      #expect(try await server.json("/v1/models?gateway=router&gateway=openai")["data"] == two["data"])
    }
  }

  @Test(
    "filters keep what they ask for",
    arguments: [
      ("is_free=true", ["router meta/llama-3-8b:free"]),
      ("price_state=dynamic", ["router router/auto"]),
      ("price_state=unknown", ["router a/b c%d"]),
      ("capability=vision", ["openai gpt-4o"]),
      ("min_context=200000", ["router openai/gpt-4o"]),
      ("max_context=64000", ["discount openai/gpt-4o"]),
      ("max_price=0.000002", ["discount openai/gpt-4o", "router meta/llama-3-8b:free"]),
      ("min_price=0.000003", ["router openai/gpt-4o"]),
      ("modality=audio", ["acme acme-1:fp8"]),
      ("status=preview", ["acme acme-1:fp8"]),
      ("q=llama", ["router meta/llama-3-8b:free"]),
      ("developer=openai&gateway=router,discount", ["discount openai/gpt-4o", "router openai/gpt-4o"]),
    ])
  func filters(_ query: String, _ names: [String]) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let list = try await server.json("/v1/models?\(query)")
      #expect(list["data"]?.offerNames == names)
      #expect(list["total"]?.int == names.count)
    }
  }

  @Test("sorts order by what they say, and what has no value comes last")
  func sorts() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let byPrice = try await server.json("/v1/models?sort=price")["data"]?.offerNames ?? []
      #expect(byPrice.first == "router meta/llama-3-8b:free")
      let prices = byPrice.filter { $0.contains("gpt-4o") }
      #expect(prices == ["discount openai/gpt-4o", "openai gpt-4o", "router openai/gpt-4o"])
      let byContext = try await server.json("/v1/models?sort_by=context&order=desc")["data"]?.offerNames ?? []
      #expect(byContext.first == "router openai/gpt-4o")
      #expect(byContext.last == "router meta/llama-3-8b:free")
    }
  }

  @Test("unique models have all their offers, cheapest first, each with its own id")
  func uniqueModels() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let unique = try await server.json("/v1/models/unique")
      let first = try #require(unique["models"]?[0])
      #expect(first["canonical_id"] == .string("openai/gpt-4o"))
      #expect(first["provider_count"]?.int == 3)
      #expect(first["cheapest_provider"] == .string("discount"))
      #expect(first["cheapest_prompt_price"] == .string("0.000002"))
      let sellers = first["providers"]?.array?.map { "\($0["slug"]?.string ?? "") \($0["id"]?.string ?? "")" }
      #expect(sellers == ["discount openai/gpt-4o", "openai gpt-4o", "router openai/gpt-4o"])
      let envelope = try await server.json("/v1/models?unique_models=true")
      #expect(envelope["data"] == unique["models"])
      #expect(envelope["object"] == .string("list"))
      #expect(try await server.json("/v1/models/unique?min_providers=2")["total"]?.int == 1)
    }
  }

  @Test("a search finds every word in id, name or provider, the best match first")
  func search() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let found = try await server.json("/v1/models/search?q=GPT-4o")
      #expect(found["success"] == .bool(true))
      #expect(found["data"]?.offerNames.first == "openai gpt-4o")
      #expect(found["meta"]?["total"]?.int == 3)
      #expect(found["meta"]?["filters_applied"]?["q"] == .string("GPT-4o"))
      #expect(
        try await server.json("/v1/models/search?q=gpt+discount")["data"]?.offerNames == ["discount openai/gpt-4o"])
      #expect(try await server.json("/v1/models/search?q=nothing")["data"]?.array?.isEmpty == true)
      #expect(try await server.json("/v1/models/search?sort=name")["meta"]?["limit"]?.int == 20)
    }
  }

  @Test("every category gives the offers that belong to it, and nothing else is a category")
  func categories() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      for category in ModelCategory.allCases.map(\.rawValue) {
        let list = try await server.json("/v1/models/by-category/\(category)")
        #expect(list["category"] == .string(category))
        #expect(list["total"]?.int == list["data"]?.array?.count)
      }
      #expect(
        try await server.json("/v1/models/by-category/free")["data"]?.offerNames == ["router meta/llama-3-8b:free"])
      #expect(try await server.json("/v1/models/by-category/vision")["total"]?.int == 2)
      let unknown = try await server.get("/v1/models/by-category/best")
      #expect(unknown.status == 400)
      #expect(try unknown.json["allowed"]?.strings.contains("cheapest") == true)
    }
  }
}
