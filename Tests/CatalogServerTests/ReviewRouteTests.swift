import Catalog
import CatalogServer
import Foundation
import TestSupport
import Testing

@Suite("The routes of what operators decide")
struct ReviewRouteTests {
  /// Holds every changed price.
  private struct HoldsPrices: ImportReviewer {
    func findings(in diff: ListingDiff) -> [PlausibilityFinding] {
      diff.changed.map {
        PlausibilityFinding(
          offer: $0.new.id, field: .pricing, reason: .jump, message: "the price <jumps>", isHeld: true)
      }
    }
  }

  private struct Entries: Decodable {
    struct Entry: Decodable {
      let id: Int
      let offer: String?
      let served: String?
      let proposed: String?
      let state: String
    }
    let data: [Entry]
  }

  /// Runs a test with a server of which two offers have prices that wait for a decision.
  private func run(_ body: (TestServer, [Entries.Entry]) async throws -> Void) async throws {
    try await Admin.run { server in
      let router = try ProviderSlug("router")
      let dearer = try ["openai/gpt-4o", "router/auto"].map { id in
        try Offer.sample(
          provider: "router", id: id, pricing: .sample(prompt: "0.123", completion: "0.456"))
      }
      let listing = ProviderListing(provider: Provider(slug: router), offers: dearer, stated: .pricing)
      let report = try await server.store.importListings(
        [listing], options: ImportOptions(format: "test", isPartial: true, review: HoldsPrices()))
      #expect(report.total(\.held) == 2)
      try await body(server, try await Self.entries(server, "gateway=router"))
    }
  }

  private static func entries(_ server: TestServer, _ query: String) async throws -> [Entries.Entry] {
    let response = try await server.admin("GET", "/admin/quarantine?\(query)")
    return try JSONDecoder().decode(Entries.self, from: Data(response.body)).data
  }

  @Test("list what is held back, with both values")
  func list() async throws {
    try await run { server, entries in
      #expect(!entries.isEmpty)
      #expect(entries.allSatisfy { $0.proposed?.contains("0.123") == true && $0.served?.contains("0.123") == false })
      let accepted = try await Self.entries(server, "state=accepted")
      #expect(accepted.isEmpty)
    }
  }

  @Test("take a value that is accepted, at once, and keep the served one when it is rejected")
  func decide() async throws {
    try await run { server, entries in
      let first = try #require(entries.first)
      let id = try #require(first.offer)
      let accepted = try await server.admin("POST", "/admin/quarantine/\(first.id)/accept?by=alice")
      #expect(accepted.status == 200)
      #expect(accepted.text.contains(#""decided_by":"alice""#) && accepted.text.contains(#""served_now":true"#))
      let model = try await server.get("/v1/models/\(id)?gateway=router")
      #expect(model.text.contains(#""prompt":"0.123""#))
      for other in entries.dropFirst() {
        let rejected = try await server.admin("POST", "/admin/quarantine/\(other.id)/reject")
        #expect(rejected.status == 200)
        let model = try await server.get("/v1/models/\(try #require(other.offer))?gateway=router")
        #expect(!model.text.contains("0.123"))
      }
      let left = try await Self.entries(server, "state=pending")
      #expect(left.isEmpty)
    }
  }

  @Test("override members of an offer, show both values, and end that")
  func overrides() async throws {
    try await Admin.run { server in
      let path = "/admin/overrides/openai/gpt-4o"
      let set = try await server.admin("PATCH", path, #"{"context_length":4711,"note":"contract <1>"}"#)
      #expect(set.status == 200, "\(set.text)")
      let model = try await server.get("/v1/models/gpt-4o?gateway=openai")
      #expect(model.text.contains(#""context_length":4711"#))
      let detail = try await server.admin("GET", path)
      #expect(detail.text.contains(#""field":"context_length","stated":"128000","served":"4711""#), "\(detail.text)")
      let all = try await server.admin("GET", "/admin/overrides")
      #expect(all.text.contains("contract <1>"))
      let ended = try await server.admin("DELETE", "\(path)?member=context_length")
      #expect(ended.status == 200)
      let after = try await server.get("/v1/models/gpt-4o?gateway=openai")
      #expect(after.text.contains(#""context_length":128000"#))
    }
  }

  @Test(
    "refuse what they do not understand, and change nothing",
    arguments: [
      ("POST", "/admin/quarantine/1/shrug", nil, 400), ("POST", "/admin/quarantine/x/accept", nil, 400),
      ("POST", "/admin/quarantine/999/accept", nil, 404), ("GET", "/admin/quarantine?state=odd", nil, 400),
      ("GET", "/admin/overrides/openai/nothing", nil, 404), ("PATCH", "/admin/overrides/openai/gpt-4o", "{}", 400),
      ("PATCH", "/admin/overrides/openai/gpt-4o", #"{"color":"red"}"#, 400),
      ("PATCH", "/admin/overrides/openai/gpt-4o", #"{"context_length":"many"}"#, 422),
      ("PATCH", "/admin/overrides/openai/nothing", #"{"hidden":true}"#, 404),
      ("DELETE", "/admin/overrides/openai/gpt-4o?member=color", nil, 400),
      ("PUT", "/admin/overrides/openai/gpt-4o", "{}", 405), ("GET", "/admin/quarantine/1", nil, 404),
    ] as [(String, String, String?, Int)])
  func refused(_ method: String, _ target: String, _ body: String?, _ status: Int) async throws {
    try await Admin.run { server in
      let before = try await server.store.manifest()
      let response = try await server.admin(method, target, body)
      #expect(response.status == status, "\(response.text)")
      #expect(try await server.store.manifest() == before)
    }
  }
}
