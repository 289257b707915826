import TestSupport
import Testing

@testable import CatalogServer

struct ReadRouteTests {
  @Test(
    "a path is one route",
    arguments: [
      (["models"], ReadRoute.models), (["v1", "models"], .models), (["v1", "models", "unique"], .uniqueModels),
      (["v1", "models", "search"], .search), (["v1", "models", "by-category", "free"], .category("free")),
      (["v1", "models", "a"], .model(id: "a")), (["v1", "models", "a", "b", "c"], .model(id: "a/b/c")),
      (["v1", "models", "a/b"], .model(id: "a/b")), (["v1", "models", "a", "b", "offers"], .offers(id: "a/b")),
      (["v1", "models", "a", "compare"], .comparison(id: "a")), (["v1", "models", "offers"], .model(id: "offers")),
      (["v1", "pricing", "a", "b"], .pricing(id: "a/b")), (["v1", "gateways"], .gateways),
      (["v1", "gateways", "status"], .gatewayStatus), (["v1", "routers"], .routers),
      (["v1", "providers"], .providers), (["v1", "provider"], .providers), (["v1", "stats"], .statistics),
      (["health", "catalog", "models"], .catalogHealth), (["health", "catalog", "providers"], .providerHealth),
      (["health", "catalog", "unpriced"], .unpriced), (["api", "models", "detail"], .detail),
    ])
  func route(_ segments: [String], _ route: ReadRoute) {
    #expect(ReadRoute(segments) == route)
    #expect(LiveRoute(segments) == nil)
  }

  @Test(
    "a path that ends with history is that of the model before it",
    arguments: [
      (["v1", "models", "a", "history"], "a"), (["v1", "models", "a", "b", "c", "history"], "a/b/c"),
      (["v1", "models", "history", "history"], "history"), (["v1", "models", "a/b", "history"], "a/b"),
      (["v1", "models", "history"], nil), (["v1", "models", "by-category", "history"], nil),
      (["v1", "pricing", "a", "history"], nil), (["v1", "history"], nil),
    ])
  func history(_ segments: [String], _ id: String?) {
    guard case .history(let found)? = LiveRoute(segments) else {
      #expect(id == nil)
      return
    }
    #expect(found == id)
  }

  @Test(
    "other paths are none",
    arguments: [[], ["v1"], ["v2", "models"], ["models", "a"], ["v1", "stats", "x"], ["v1", "pricing"], ["health"]])
  func none(_ segments: [String]) {
    #expect(ReadRoute(segments) == nil)
  }

  @Test("the short way to a model's id agrees with the routes for every path")
  func plainModelID() {
    var generator = SplitMix64(seed: 5)
    let words = [
      "v1", "models", "unique", "search", "compare", "batch-compare", "by-category", "offers", "free", "a", "b-1", "",
      "x:y", "offers2", "uncompare", "history", "prehistory",
    ]
    var found = 0
    for _ in 0..<20_000 {
      let rest = (0..<Int.random(in: 1...4, using: &generator)).map { _ in words.randomElement(using: &generator) ?? ""
      }
      let target = (["", "v1", "models"] + rest).joined(separator: "/")
      let segments = target.split(separator: "/").map(String.init)
      let route = LiveRoute(segments) == nil ? ReadRoute(segments) : nil
      if let id = ReadRoute.plainModelID(in: target) {
        found += 1
        #expect(route == .model(id: String(id)), "\(target)")
      } else if case .model = route {
        #expect(target.contains("//") || target.hasSuffix("/") || target.contains("by-category/"), "\(target)")
      }
    }
    #expect(found > 1_000)
  }

  @Test("an id with a query or an escape is left to the routes", arguments: ["a?gateway=b", "a%2Fb", "?", "%"])
  func notPlain(_ rest: String) {
    #expect(ReadRoute.plainModelID(in: "/v1/models/\(rest)") == nil)
  }
}
