import Foundation
import Testing

/// A server that runs while others write to its database.
@Suite struct LiveChangeTests {
  private struct Health: Decodable {
    let status: String
    let failure: String?

    private enum CodingKeys: String, CodingKey {
      case status
      case failure = "last_failure"
    }
  }

  /// After this time a server has to serve a change, or to mark what it serves as stale.
  private static let bound = Duration.seconds(1)

  private static let model = "/v1/models?gateway=openai&q=gpt-4o&limit=1"

  private static func price(_ answer: RunningServer.Answer) throws -> String? {
    try answer.json(OfferList.self).data.first { $0.id == "gpt-4o" }?.promptPrice
  }

  @Test("a change made in SQL and one made by an import in another process are served at once")
  func propagation() async throws {
    try await withSandbox(.bundled) { sandbox in
      try await sandbox.withServer { server in
        _ = try await server.wait(within: .seconds(30), for: "the catalog is loaded", Self.model) { answer, _ in
          answer.status == 200
        }
        #expect(try Self.price(try await server.get(Self.model)) == "0.0000025")

        var delays: [Duration] = []
        for price in ["0.123", "0.124", "0.125"] {
          try await sandbox.sql(Self.setPrice(price))
          delays.append(
            try await server.wait(within: .seconds(3), for: "a change in SQL is served", Self.model) { answer, asked in
              if try Self.price(answer) == price { return true }
              #expect(
                asked < Self.bound || answer["x-cache"].contains("state=stale"), "old and unmarked, after \(asked)")
              return false
            })
        }
        let body = OpenRouterBody.list(["acme/alpha": "0.000001"])
        let imported = try await sandbox.run(
          ["import", "openrouter", "-", "--provider", "acme"], input: Data(body.utf8))
        #expect(imported.exitCode == 0)
        delays.append(
          try await server.wait(within: .seconds(3), for: "an import is served", "/v1/models/acme/alpha") { answer, _ in
            answer.status == 200
          })
        print("served after a change in SQL (three times) and after an import: \(delays)")
      }
    }
  }

  @Test("a row that is no offer leaves the last good catalog, marked stale, until it is corrected")
  func corruption() async throws {
    try await withSandbox(.bundled) { sandbox in
      try await sandbox.withServer { server in
        let good = try await server.get("/v1/models")
        #expect(good["x-cache"].contains("state=fresh"))

        try await sandbox.sql("UPDATE offers SET status = 'odd' WHERE provider = 'openai' AND id = 'gpt-4o'")
        _ = try await server.wait(within: .seconds(5), for: "the catalog is marked stale", "/v1/models") { answer, _ in
          answer["x-cache"].contains("state=stale")
        }
        let stale = try await server.get("/v1/models")
        #expect(stale.status == 200)
        #expect(stale.body == good.body)
        #expect(stale["x-catalog-version"] == good["x-catalog-version"])
        let health: Health = try await server.get("/health/ready").json()
        #expect(health.status == "stale")
        #expect(health.failure == "database")

        try await sandbox.sql("UPDATE offers SET status = 'preview' WHERE provider = 'openai' AND id = 'gpt-4o'")
        _ = try await server.wait(within: .seconds(5), for: "the correction is served", "/v1/models") { answer, _ in
          answer["x-cache"].contains("state=fresh") && answer["x-catalog-version"] != good["x-catalog-version"]
        }
        let healed: Health = try await server.get("/health/ready").json()
        #expect(healed.status == "ready")
        #expect(healed.failure == nil)
      }
    }
  }

  @Test("a row that is deleted by hand is a removal for everybody")
  func deletion() async throws {
    try await withSandbox(.bundled) { sandbox in
      try await sandbox.withServer { server in
        let before: OfferList = try await server.get("/v1/models?gateway=openai").json()
        let position = try await sandbox.json(["changes", "--limit", "100000"], as: ChangesAnswer.self).nextSince

        try await sandbox.sql("DELETE FROM offers WHERE provider = 'openai' AND id = 'gpt-4o'")
        _ = try await server.wait(within: .seconds(3), for: "the row is gone", "/v1/models?gateway=openai") {
          answer, _ in
          try answer.json(OfferList.self).total == before.total - 1
        }
        let log: ChangesAnswer = try await server.get("/v1/changes?since=\(position)").json()
        let removal = ChangesAnswer.Change(id: "gpt-4o", kind: "removed", field: nil, old: nil, new: nil)
        #expect(log.data.map(\.withoutAllPrices) == [removal])
        #expect(log.data.first?.old?.contains(#""prompt":"0.0000025""#) == true, "what it cost last")
      }
    }
  }

  private static func setPrice(_ price: String) -> String {
    """
    UPDATE offers SET pricing = json_set(pricing, '$.prompt', '\(price)') WHERE provider = 'openai' AND id = 'gpt-4o'
    """
  }
}
