import Catalog
import Testing

@Suite("Queries for models across providers")
struct UniqueQueryTests {
  private func snapshot() throws -> CatalogSnapshot {
    QueryFixture.snapshot([
      try QueryFixture.offer("alpha", "acme/one") {
        $0.name = "beta"
        $0.contextLength = 1_000
        $0.pricing = try QueryFixture.pricing([.prompt: "0.000002", .completion: "0.000002"])
      },
      try QueryFixture.offer("gamma", "acme/one") {
        $0.contextLength = 9_000
        $0.capabilities = [.tools]
        $0.pricing = try QueryFixture.pricing([.prompt: "0.000001", .completion: "0.000002"])
      },
      try QueryFixture.offer("alpha", "acme/two") {
        $0.name = "Alpha"
        $0.contextLength = 5_000
        $0.pricing = try QueryFixture.pricing([.prompt: "0.0000001", .completion: "0.0000001"])
      },
      try QueryFixture.offer("alpha", "acme/three") { $0.name = "gamma" },
    ])
  }

  private func names(_ parameters: [(name: String, value: String)]) throws -> [String] {
    try UniqueQuery(parameters: parameters).run(on: snapshot()).compactMap {
      $0.key.text.split(separator: "/").last.map(String.init)
    }
  }

  @Test("By default the models with the most providers come first, then by canonical id")
  func defaultOrder() throws { #expect(try names([]) == ["one", "three", "two"]) }

  @Test(
    "Each sort has the direction that people expect, and models without a value last in both",
    arguments: [
      ("name", "", ["two", "one", "three"]), ("name", "desc", ["three", "one", "two"]),
      ("cheapest_price", "", ["two", "one", "three"]), ("cheapest_price", "desc", ["one", "two", "three"]),
      ("context", "", ["one", "two", "three"]), ("context", "asc", ["two", "one", "three"]),
      ("provider_count", "asc", ["three", "two", "one"]),
    ])
  func sorts(sort: String, order: String, expected: [String]) throws {
    #expect(try names([("sort", sort)] + (order.isEmpty ? [] : [("order", order)])) == expected)
  }

  @Test("A model is found when one of its offers passes all filters")
  func filters() throws {
    #expect(try names([("min_providers", "2")]) == ["one"])
    #expect(try names([("capability", "tools")]) == ["one"])
    #expect(try names([("capability", "tools"), ("max_context", "1000")]) == [])
    #expect(try names([("q", "ALPHA"), ("max_context", "5000")]) == ["one", "two"])
    #expect(try names([("gateway", "gamma")]) == ["one"])
    #expect(try names([("developer", "ACME"), ("min_providers", "3")]) == [])
  }

  @Test("Bad values are refused with the allowed ones")
  func errors() throws {
    let error = #expect(throws: QueryError.self) { try UniqueQuery(parameters: [("sort", "price")]) }
    #expect(error?.allowedValues == ["provider_count", "name", "cheapest_price", "context"])
    #expect(throws: QueryError.self) { try UniqueQuery(parameters: [("min_providers", "0")]) }
    #expect(throws: QueryError.self) { try UniqueQuery(parameters: [("include_inactive", "true")]) }
  }
}
