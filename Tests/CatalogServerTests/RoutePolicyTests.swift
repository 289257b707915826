import Foundation
import TestSupport
import Testing

@testable import CatalogServer

/// Who may call what.
struct RoutePolicyTests {
  @Test(
    "everything below the addresses of operators is theirs, whether there is a route or not",
    arguments: [
      "/admin", "/admin/", "/admin/nowhere", "/admin/offers/a/b", "/api/system", "/api/system/nowhere",
      "/api/system/cache/clear", "/admin/v1/models", "/admin/metrics", "/admin?x=1", "/admin/%zz",
    ])
  func operators(_ target: String) {
    #expect(RoutePolicy.isGuarded(target))
    let path = target.prefix { $0 != "?" }
    #expect(RoutePolicy.rule(for: path.split(separator: "/").map(String.init)).access == .operators)
  }

  @Test("every route that changes something or looks inside is for operators, and no other one")
  func everyRoute() throws {
    for operation in try InterfaceDocument.operations() {
      let found = try #require(EveryRoute.find(operation.segments))
      let rule = RoutePolicy.rule(for: operation.segments)
      switch found.route {
      case .admin: #expect(rule.access == .operators && rule.cost == .keyed, "\(operation.path)")
      case .live, .read: #expect(rule.access == .everybody && rule.cost != .keyed, "\(operation.path)")
      }
    }
  }

  @Test("of the console, what operators see and do asks for a session, and the rest for nothing")
  func console() throws {
    let operations = OperationsTargets.pages + OperationsTargets.actions.map { "/console/ops/\($0)" }
    for target in operations + ["/console/ops/", "/console/ops/nowhere"] {
      #expect(RoutePolicy.rule(forUndecoded: target).access == .session, "\(target)")
      #expect(!RoutePolicy.isGuarded(target))
    }
    for target in [
      "/console", "/console/", "/console/model?id=a", "/console/login", "/console/opsx", "/console/logout",
    ] {
      let rule = RoutePolicy.rule(forUndecoded: target)
      #expect(rule.access == .everybody && rule.cost == .costly, "\(target)")
    }
    #expect(RoutePolicy.rule(forUndecoded: "/console/assets/console.css?v=1").cost == .read)
    #expect(RoutePolicy.rule(forUndecoded: "/metrics/worker").access == .workers)
  }

  @Test("an address of operators that is written another way asks for the key too")
  func otherWriting() async throws {
    try await Admin.run { server in
      for target in ["//admin/offers/openai/gpt-4o", "/%61dmin/offers/openai/gpt-4o", "/api//system/cache/clear"] {
        let response = try await server.send("DELETE", target)
        #expect(response.status == 401, "\(target)")
      }
    }
  }

  @Test("reads count when they have to be made, what asks the database always")
  func costs() {
    let cost = { (path: String) in
      RoutePolicy.rule(for: path.split(separator: "/").map(String.init)).cost
    }
    #expect(cost("/") == .free)
    #expect(cost("/health/ready") == .free)
    #expect(cost("/v1/models") == .read)
    #expect(cost("/v1/models/a/b") == .read)
    #expect(cost("/v1/models/a/b/history") == .costly)
    #expect(cost("/v1/models/history") == .read)
    #expect(cost("/v1/cost/estimate") == .costly)
    #expect(cost("/nowhere") == .read)
  }

  @Test("the page about security says what the policy says")
  func page() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/security.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `/") }.map(String.init)
    let expected = RoutePolicy.rules.map { rule in
      let paths = rule.paths.map { "`\($0)`" }.joined(separator: ", ")
      return "| \(paths) | \(rule.access.rawValue) | \(rule.cost.rawValue) |"
    }
    #expect(rows == expected)
  }
}
