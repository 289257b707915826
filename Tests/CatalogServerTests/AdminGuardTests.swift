import HTTPTypes
import Testing

@testable import CatalogServer

struct AdminGuardTests {
  private static let keys = ["0123456789abcdef", "fedcba9876543210-and-more"]

  @Test("any of the keys passes, the scheme in any case", arguments: keys, ["Bearer ", "bearer ", "BEARER   "])
  func passes(key: String, scheme: String) throws {
    try AdminGuard(keys: Self.keys).check(authorization: scheme + key)
  }

  @Test(
    "anything else is refused with a challenge",
    arguments: [
      nil, "", "Bearer", "Bearer ", "Bearer    ", "0123456789abcdef", "Basic 0123456789abcdef",
      "Bearer 0123456789abcde", "Bearer 0123456789abcdeF", "Bearer 0123456789abcdef0", "Bearer 0123456789abcdef ",
      "Bearer\t0123456789abcdef", "Bearer 0123456789abcdef, Bearer 0123456789abcdef",
      "Bearer 0123456789abcdeffedcba9876543210-and-more", "Bearer 0123456789abcdef\0", "Bearer \0",
      "Bearer é123456789abcdef",
    ])
  func refuses(authorization: String?) {
    let problem = #expect(throws: Problem.self) {
      try AdminGuard(keys: Self.keys).check(authorization: authorization)
    }
    #expect(problem?.status == .unauthorized)
    #expect(problem?.headers.contains { $0.0 == .wwwAuthenticate && $0.1.hasPrefix("Bearer ") } == true)
  }

  @Test(
    "keys of any length are told apart from tokens that only start or end like them", arguments: [1, 255, 256, 300])
  func lengths(length: Int) throws {
    let key = String(repeating: "k", count: length)
    let access = AdminGuard(keys: [key, "short"])
    try access.check(authorization: "Bearer \(key)")
    for token in ["\(key)k", "\(key)\0", String(key.dropLast()) + "l", String(repeating: "k", count: 5_000)] {
      #expect(throws: Problem.self) { try access.check(authorization: "Bearer \(token)") }
    }
  }

  @Test("without a key nothing passes, and the answer says what to set", arguments: [[], [""]])
  func disabled(keys: [String]) {
    for authorization in [nil, "Bearer ", "Bearer x"] {
      let problem = #expect(throws: Problem.self) { try AdminGuard(keys: keys).check(authorization: authorization) }
      #expect(problem?.status == .forbidden)
      #expect(problem?.kind == "admin-disabled")
      #expect(problem?.detail.contains("ADMIN_API_KEY") == true)
    }
  }
}

struct AdminRouteTests {
  @Test(
    "ids may have any number of segments",
    arguments: [
      (["admin", "offers", "acme", "a"], AdminRoute.offer(gateway: "acme", id: "a")),
      (["admin", "offers", "acme", "a", "b:c"], .offer(gateway: "acme", id: "a/b:c")),
      (["admin", "offers", "acme", "a/b"], .offer(gateway: "acme", id: "a/b")),
      (["admin", "offers", "offers", "admin"], .offer(gateway: "offers", id: "admin")),
      (["admin", "providers", "acme"], .provider(slug: "acme")),
    ])
  func route(segments: [String], route: AdminRoute) { #expect(AdminRoute(segments) == route) }

  @Test(
    "there is no other route",
    arguments: [
      ["admin"], ["admin", "offers"], ["admin", "offers", "acme"], ["admin", "providers"],
      ["admin", "providers", "acme", "x"], ["admin", "other", "acme"], ["v1", "offers", "acme", "a"],
    ])
  func noRoute(segments: [String]) { #expect(AdminRoute(segments) == nil) }

  @Test(
    "what is below /admin is known by the target itself",
    arguments: [
      ("/api/system/cache/warm", true), ("/api/models/detail", false), ("/admin", true), ("/admin/", true),
      ("/admin?x", true), ("/admin/offers/a/b?x=/v1", true),
      ("/administer", false),
      ("/v1/models?q=/admin/", false), ("//admin/x", false), ("/ADMIN/x", false), ("/", false),
    ])
  func isGuarded(target: String, isGuarded: Bool) { #expect(RoutePolicy.isGuarded(target) == isGuarded) }
}
