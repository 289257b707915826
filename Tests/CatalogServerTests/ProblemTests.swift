import Catalog
import CatalogServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ProblemTests {
  /// Checks that a response is a problem document (RFC 9457).
  private func expectProblem(_ response: TestResponse, _ status: Int, _ comment: Comment) throws {
    #expect(response.status == status, comment)
    #expect(response["content-type"] == "application/problem+json", comment)
    #expect(response["cache-control"] == "no-store", comment)
    let json = try response.json
    #expect(json["status"]?.int == status, comment)
    #expect(json["type"]?.string?.hasPrefix("urn:modelcatalog:problem:") == true, comment)
    #expect(json["title"]?.string?.isEmpty == false, comment)
    #expect(json["detail"]?.string?.isEmpty == false, comment)
  }

  @Test(
    "unknown parameters are refused with those that are known",
    arguments: [
      "/v1/models", "/v1/models/unique", "/v1/models/search", "/v1/models/by-category/free", "/v1/models/gpt-4o",
      "/v1/models/openai", "/v1/models/gpt-4o/compare", "/v1/pricing/gpt-4o", "/v1/providers",
      "/api/models/detail", "/health/catalog/unpriced", "/v1/changes",
      "/v1/models/gpt-4o/history", "/v1/changes.atom", "/v1/deprecations",
    ])
  func unknownParameter(_ path: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let response = try await server.get("\(path)?colour=red")
      try expectProblem(response, 400, "\(path)")
      #expect(try response.json["detail"]?.string?.contains("colour") == true)
      #expect(try response.json["allowed"]?.strings.isEmpty == false)
    }
  }

  @Test(
    "routes without parameters take none",
    arguments: ["/v1/gateways", "/v1/gateways/status", "/v1/routers", "/v1/stats", "/v1/models/gpt-4o/offers"])
  func noParameters(_ path: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      try expectProblem(try await server.get("\(path)?limit=1"), 400, "\(path)")
    }
  }

  @Test(
    "values that a parameter does not take are refused",
    arguments: [
      "/v1/models?limit=0", "/v1/models?limit=1001", "/v1/models?limit=-1", "/v1/models?limit=ten", "/v1/models?limit=",
      "/v1/models?limit=1.5", "/v1/models?limit=%2B5", "/v1/models?limit=99999999999999999999",
      "/v1/models?limit=1&limit=2", "/v1/models?offset=-1", "/v1/models?offset=x", "/v1/models?unique_models=yes",
      "/v1/models?gateway=nobody", "/v1/models?gateway=No%20Slug", "/v1/models?gateway=", "/v1/models?is_free=1",
      "/v1/models?sort=colour", "/v1/models?order=up", "/v1/models?min_context=-5", "/v1/models?max_price=cheap",
      "/v1/models?min_context=10&max_context=5", "/v1/models?capability=flying", "/v1/models?modality=smell",
      "/v1/models?status=unknown", "/v1/models/unique?min_providers=0", "/v1/models/unique?sort=colour",
      "/v1/models/unique?gateway=nobody", "/v1/models?unique_models=true&gateway=nobody",
      "/v1/models/search?limit=5000", "/v1/models/gpt-4o?gateway=nobody", "/v1/models/gpt-4o?gateway=a&provider=b",
      "/v1/pricing/gpt-4o?gateway=nobody", "/v1/changes?since=x", "/v1/changes?since=-1", "/v1/changes?limit=0",
      "/v1/changes?gateway=No%20Slug", "/v1/changes?gateway=openai&provider=router",
      "/health/catalog/unpriced?gateway=nobody", "/v1/models/gpt-4o/history?limit=0",
      "/v1/models/gpt-4o/history?gateway=No%20Slug", "/v1/changes?kind=odd", "/v1/changes.atom?gateway=No%20Slug",
      "/v1/deprecations?within_days=-1", "/v1/deprecations?gateway=nobody", "/v1/deprecations?limit=0",
    ])
  func wrongValue(_ target: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      try expectProblem(try await server.get(target), 400, "\(target)")
    }
  }

  @Test("an unknown name of a closed set is answered with the set")
  func allowedValues() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let sort = try await server.get("/v1/models?sort=colour").json
      #expect(sort["allowed"]?.strings == OfferSort.allCases.map(\.rawValue))
      let gateway = try await server.get("/v1/models?gateway=nobody").json
      #expect(gateway["allowed"]?.strings == ["all", "acme", "discount", "openai", "router"])
    }
  }

  @Test(
    "there is nothing at other addresses",
    arguments: [
      "/nowhere", "/v1", "/v2/models", "/v1/stats/x", "/models/gpt-4o", "/health/other", "/health/catalog",
      "/health/catalog/x", "/v1/gateways/openai", "/v1/pricing", "/api/models", "/favicon.ico",
    ])
  func notFound(_ path: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      try expectProblem(try await server.get(path), 404, "\(path)")
    }
  }

  @Test(
    "a method that a route does not take is refused with those that it takes",
    arguments: [
      ("POST", "/v1/models", "GET, HEAD"), ("DELETE", "/v1/models/gpt-4o", "GET, HEAD"),
      ("PUT", "/v1/stats", "GET, HEAD"), ("OPTIONS", "/v1/models", "GET, HEAD"),
      ("POST", "/health/live", "GET, HEAD"), ("GET", "/v1/models/compare", "POST"),
      ("GET", "/v1/cost/estimate", "POST"), ("PUT", "/v1/models/batch-compare", "POST"),
    ])
  func methodNotAllowed(_ method: String, _ path: String, _ allow: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let response = try await server.send(method, path)
      try expectProblem(response, 405, "\(method) \(path)")
      #expect(response["allow"] == allow)
    }
  }

  @Test("an address that is too long is refused with 414")
  func tooLong() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let long = String(repeating: "x", count: 4_200)
      try expectProblem(try await server.get("/v1/models/\(long)"), 414, "path")
      try expectProblem(try await server.get("/v1/models?q=\(long)"), 414, "query")
      let short = try await server.get("/v1/models/gpt-4o")
      #expect(short.status == 200)
    }
  }

  @Test(
    "an address that is malformed is refused",
    arguments: [
      "/v1/models/%", "/v1/models/%4", "/v1/models/%zz", "/v1/models/%ff", "/v1/models/%00", "/v1/models/a%0Ab",
      "/v1/models?q=%C3", "/v1/models?q=%0D", "/v1/models?%q=1",
    ])
  func malformed(_ target: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      try expectProblem(try await server.get(target), 400, "\(target)")
    }
  }

  @Test("header fields that are too large or too many end the connection with an error, and others are served")
  func largeHead() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let large = ["X-Large: " + String(repeating: "x", count: 9_000)]
      let many = (0..<200).map { "X-\($0): 1" }
      for fields in [large, many] {
        let response = try await server.send("GET", "/v1/models", fields: fields)
        #expect((400..<500).contains(response.status))
      }
      #expect(try await server.get("/health/live").status == 200)
    }
  }
}
