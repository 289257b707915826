import Foundation
import Testing

/// What a model cost since when, as a person and a program see it.
@Suite struct HistoryCommandTests {
  private struct Answer: Decodable {
    struct Offer: Decodable {
      struct Price: Decodable {
        let from: String?
        let to: String?
        let state: String?
        let prompt: String?
      }

      struct Change: Decodable {
        let kind: String
        let field: String?
      }

      let prices: [Price]
      let changes: [Change]
    }

    let offers: [Offer]
  }

  @Test("a price that changed by hand, in SQL and with a command is in the history with its exact text")
  func history() async throws {
    try await withSandbox(.bundled) { sandbox in
      try await sandbox.sql(
        """
        UPDATE offers SET pricing = json_set(pricing, '$.prompt', '0.0000021234567890123')
        WHERE provider = 'openai' AND id = 'gpt-4o'
        """)
      let patch = try await sandbox.run(["offers", "patch", "openai", "gpt-4o", "--set", "pricing.state=free"])
      #expect(patch.exitCode == 0, "\(patch.errors)")
      let deletion = try await sandbox.run(["offers", "delete", "openai", "gpt-4o"])
      #expect(deletion.exitCode == 0, "\(deletion.errors)")
      let answer: Answer = try await sandbox.json(["history", "gpt-4o", "--gateway", "openai"])
      let offer = try #require(answer.offers.first)
      #expect(offer.prices.map(\.prompt) == ["0.0000025", "0.0000021234567890123", "0"])
      #expect(offer.prices.map(\.state) == ["priced", "priced", "free"])
      #expect(offer.prices.dropFirst().map(\.from) == offer.prices.dropLast().map(\.to))
      #expect(offer.changes.map(\.kind) == ["added", "removed"])
      let table = try await sandbox.run(["history", "gpt-4o", "--gateway", "openai"])
      #expect(table.text.contains("$2.1234567890123"), "\(table.text)")
      #expect(table.text.contains("2 other changes"))
    }
  }

  @Test("an override is in the history for as long as it stands, and what the provider asks is there again after it")
  func override() async throws {
    try await withSandbox(.bundled) { sandbox in
      let set = try await sandbox.run(["overrides", "set", "openai", "gpt-4o", #"pricing={"prompt":"0.000001"}"#])
      #expect(set.exitCode == 0, "\(set.errors)")
      let during: Answer = try await sandbox.json(["history", "gpt-4o", "--gateway", "openai"])
      #expect(during.offers.first?.prices.map(\.prompt) == ["0.0000025", "0.000001"])
      let end = try await sandbox.run(["overrides", "remove", "openai", "gpt-4o"])
      #expect(end.exitCode == 0, "\(end.errors)")
      let after: Answer = try await sandbox.json(["history", "gpt-4o", "--gateway", "openai"])
      let offer = try #require(after.offers.first)
      #expect(offer.prices.map(\.prompt) == ["0.0000025", "0.000001", "0.0000025"])
      #expect(offer.changes.compactMap(\.field) == ["override.pricing", "override.pricing"])
    }
  }

  @Test("an unknown model is an error that names what is near")
  func unknown() async throws {
    try await withSandbox(.bundled) { sandbox in
      let result = try await sandbox.run(["history", "gpt-4oo"])
      #expect(result.exitCode == 1)
      #expect(result.errors.contains("no model is called \"gpt-4oo\"; did you mean"), "\(result.errors)")
    }
  }
}
