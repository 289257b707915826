import Catalog
import Foundation
import TestSupport
import Testing
import TieredCaching

@Suite(.timeLimit(.minutes(1)))
struct DeprecationTests {
  /// A model that two providers sell, one that only one sells, and one of a developer who has another that stays.
  private static func catalog() throws -> [Offer] {
    var offers = [
      try Offer.sample(provider: "openai", id: "gpt-4o"), try .sample(provider: "router", id: "openai/gpt-4o"),
      try .sample(provider: "acme", id: "acme-1"), try .sample(provider: "router", id: "meta/llama-3-8b"),
    ]
    offers[0].deprecationDate = CalendarDate("2026-01-01")
    offers[0].expiryDate = CalendarDate("2026-06-30")
    offers[1].deprecationDate = CalendarDate("2026-03-01")
    offers[2].expiryDate = CalendarDate("2025-12-31")
    return offers
  }

  private static let january = "@1767225600"
  private static let march = "@1772323200"
  private static let june = "Tue, 30 Jun 2026 00:00:00 GMT"

  @Test(
    "an answer for one model says since when all that it shows is deprecated, and when all of it ends",
    arguments: [
      ("/v1/models/gpt-4o", january, june), ("/v1/models/gpt-4o?gateway=openai", january, june),
      ("/v1/models/openai%2Fgpt-4o?gateway=router", march, nil), ("/v1/models/gpt-4o/offers", march, nil),
      ("/v1/models/gpt-4o/compare", march, nil), ("/v1/models/gpt-4o/compare?gateways=openai", january, june),
      ("/v1/pricing/gpt-4o", january, june), ("/v1/pricing/openai/gpt-4o?gateway=router", march, nil),
      ("/api/models/detail?modelId=gpt-4o", march, nil), ("/v1/models/acme-1", nil, "Wed, 31 Dec 2025 00:00:00 GMT"),
      ("/v1/models/meta/llama-3-8b", nil, nil), ("/v1/models", nil, nil), ("/v1/models?gateway=openai", nil, nil),
      ("/v1/models/openai", nil, nil),
    ])
  func fields(_ target: String, deprecation: String?, sunset: String?) async throws {
    try await TestServer.run(Self.catalog()) { server in
      // As it is built, from the fast path, through the HTTP parser, compressed, and to who has it already.
      let first = try await server.get(target)
      let tag = "If-None-Match: \(first["etag"] ?? "")"
      let requests = [[], [TestServer.slowField], ["Accept-Encoding: gzip"], [tag], [tag, TestServer.slowField]]
      for fields in requests {
        let response = try await server.send("GET", target, fields: fields)
        #expect(response.status == (fields.contains(tag) ? 304 : 200))
        #expect(response["deprecation"] == deprecation, "\(target) \(fields)")
        #expect(response["sunset"] == sunset, "\(target) \(fields)")
      }
      #expect(first["deprecation"] == deprecation)
    }
  }

  @Test("offers that will go are listed, those that go first first, with the days that they have left")
  func list() async throws {
    var offers = try Self.catalog()
    let soon = try #require(CalendarDate(unixSeconds: Int(Date().timeIntervalSince1970) + 10 * 86_400))
    offers[3].expiryDate = soon
    try await TestServer.run(offers) { server in
      let list = try await server.json("/v1/deprecations")
      #expect(
        list["data"]?.offerNames == ["acme acme-1", "router openai/gpt-4o", "openai gpt-4o", "router meta/llama-3-8b"])
      #expect(list["total"]?.int == 4)
      let last = list["data"]?[3]
      #expect(last?["expiration_date"] == .string(soon.description))
      #expect(last?["deprecation_date"] == .null)
      #expect([9, 10].contains(last?["days_left"]?.int))
      #expect(list["data"]?[0]?["days_left"]?.int ?? 0 < 0)
      #expect(try await server.json("/v1/deprecations?within_days=5")["total"]?.int == 3)
      #expect(try await server.json("/v1/deprecations?within_days=11&gateway=router")["total"]?.int == 2)
      let page = try await server.json("/v1/deprecations?limit=1&offset=1")
      #expect(page["data"]?.offerNames == ["router openai/gpt-4o"])
      #expect(page["has_more"] == .bool(true))
      let response = try await server.get("/v1/deprecations")
      #expect(response["x-catalog-version"] == server.service.coherence.manifest?.version)
      let again = try await server.get("/v1/deprecations", "If-None-Match: \(response["etag"] ?? "")")
      #expect(again.status == 304)
    }
  }
}
