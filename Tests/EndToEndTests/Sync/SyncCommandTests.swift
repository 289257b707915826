import Foundation
import TestSupport
import Testing

@Suite("sync, quarantine and overrides from the command line")
struct SyncCommandTests {
  /// A provider of the operator's own, in a few lines.
  private static let configuration = """
    [{"slug": "acme", "name": "Acme", "url": "https://api.acme.example/v1/models", "format": "openrouter",
      "key_variable": "ACME_API_KEY"}]
    """

  private struct Offers: Decodable {
    struct Offer: Decodable {
      let id: String
      let context: Int?
      let pricing: Pricing?
      private enum CodingKeys: String, CodingKey {
        case id, pricing
        case context = "context_length"
      }
    }
    struct Pricing: Decodable { let prompt: String? }
    let data: [Offer]
  }

  private static func list(_ prices: [String: String], context: Int = 131_072) -> String {
    let rows = prices.sorted { $0.key < $1.key }.map { id, price in
      #"{"id":"\#(id)","name":"\#(id)","context_length":\#(context),"pricing":{"prompt":"\#(price)","completion":"\#(price)"}}"#
    }
    return #"{"data":[\#(rows.joined(separator: ","))]}"#
  }

  private func withAcme(
    _ body: (Sandbox, ReplayServer, [String: String]) async throws -> Void
  ) async throws {
    let server = try await ReplayServer()
    do {
      try await withSandbox { sandbox in
        let file = try sandbox.file("providers.json", Self.configuration)
        let environment = [
          "MODEL_SYNC_BASE_URL": server.url, "MODEL_PROVIDERS_FILE": file, "ACME_API_KEY": "secret-key-of-acme",
          "MODEL_SYNC_PROVIDERS": "acme",
        ]
        try await body(sandbox, server, environment)
      }
      try await server.stop()
    } catch {
      try await server.stop()
      throw error
    }
  }

  @Test("A provider that is configured in a few lines is synced; the table and the exit code say how it went")
  func configured() async throws {
    try await withAcme { sandbox, server, environment in
      server.serve("/acme/v1/models", Self.list(["a": "0.000001", "b": "0.000002"]))
      let dry = try await sandbox.run(["sync", "--dry-run"], environment: environment)
      #expect(dry.exitCode == 0, "\(dry.errors)")
      #expect(dry.text.contains("+ a") && dry.text.contains("Nothing was written"))
      let first = try await sandbox.run(["sync", "acme"], environment: environment)
      #expect(first.exitCode == 0, "\(first.errors)")
      #expect(first.errors.contains("[1/1] acme changed"))
      #expect(first.text.contains("1 providers: 1 changed"))
      #expect(server.requests("acme").allSatisfy { $0["authorization"] == "Bearer secret-key-of-acme" })
      server.fail("acme", .errorBody)
      let failed = try await sandbox.run(["sync"], environment: environment)
      #expect(failed.exitCode == 1)
      #expect(failed.errors.contains("acme failed: openrouter: the body is an error message"))
      let status = try await sandbox.run(["sync", "status"], environment: environment)
      #expect(
        status.text.contains("acme") && !(status.text + failed.errors + first.errors).contains("secret-key-of-acme"))
      let unknown = try await sandbox.run(["sync", "nobody"], environment: environment)
      #expect(unknown.exitCode != 0 && unknown.errors.contains("nobody"))
    }
  }

  @Test("A key that cannot be sent is a failure, a key that is not set is none")
  func badKey() async throws {
    try await withAcme { sandbox, _, environment in
      let bad = try await sandbox.run(["sync"], environment: environment.merging(["ACME_API_KEY": "two words"]) { $1 })
      #expect(bad.exitCode == 1)
      #expect(bad.errors.contains("acme failed: ACME_API_KEY: has characters that a key cannot have"))
      #expect(!(bad.text + bad.errors).contains("two words"))
      let missing = try await sandbox.run(["sync"], environment: environment.merging(["ACME_API_KEY": ""]) { $1 })
      #expect(missing.exitCode == 0 && missing.text.contains("1 skipped"), "\(missing.errors)")
    }
  }

  @Test(
    "What a provider failed with is cleared for all workers, or the command says why not",
    .enabled(if: RedisServer.isInstalled, "Redis is not installed"))
  func clear() async throws {
    try await RedisServer.with { redis in
      try await withAcme { sandbox, server, environment in
        server.serve("/acme/v1/models", Self.list(["a": "0.000001"]))
        server.fail("acme", .errorBody)
        let shared = environment.merging(["REDIS_URL": redis.url]) { $1 }
        #expect(try await sandbox.run(["sync"], environment: shared).exitCode == 1)
        let alone = try await sandbox.run(["sync", "clear", "acme"], environment: environment)
        #expect(alone.exitCode == 1 && alone.errors.contains("DELETE /admin/sync/errors/SLUG"))
        let lost = try await sandbox.run(
          ["sync", "clear", "acme"], environment: environment.merging(["REDIS_URL": "redis://127.0.0.1:1"]) { $1 })
        #expect(lost.exitCode == 1 && !lost.text.contains("Cleared"), "\(lost.errors)")
        let before = try await sandbox.run(["sync", "status", "--json"], environment: shared)
        #expect(before.text.contains(#""failures":1"#))
        let cleared = try await sandbox.run(["sync", "clear", "acme"], environment: shared)
        #expect(cleared.exitCode == 0 && cleared.text.contains("Cleared: acme"), "\(cleared.errors)")
        let after = try await sandbox.run(["sync", "status", "--json"], environment: shared)
        #expect(after.exitCode == 0 && !after.text.contains(#""failures":"#))
      }
    }
  }

  @Test("A price that jumps is held until it is accepted, and a rejected one is not taken again")
  func quarantine() async throws {
    try await withAcme { sandbox, server, environment in
      server.serve("/acme/v1/models", Self.list(["a": "0.000001", "b": "0.000002"]))
      _ = try await sandbox.json(["sync"], as: SyncJobAnswer.self, environment: environment)
      // What is sent by a provider that changed from dollars per token to dollars per million.
      server.serve("/acme/v1/models", Self.list(["a": "0.0001", "b": "2"], context: 4_096))
      let dry = try await sandbox.run(["sync", "--dry-run"], environment: environment)
      #expect(dry.text.contains("4 changes would be held back.") && !dry.text.contains("quarantine list"))
      let second = try await sandbox.json(["sync"], as: SyncJobAnswer.self, environment: environment)
      #expect(second.results.first?.held == 4)
      let waiting = try await sandbox.json(["quarantine"], as: QuarantineAnswer.self, environment: environment).entries
      #expect(
        waiting.map { "\($0.offer ?? "") \($0.field) \($0.reason)" }.sorted() == [
          "a context_length shrunk_limit", "a pricing jump", "b context_length shrunk_limit", "b pricing out_of_band",
        ])
      let served: Offers = try await sandbox.json(["models", "--gateway", "acme"], environment: environment)
      #expect(served.data.map(\.context) == [131_072, 131_072])
      let accepted = try #require(waiting.first { $0.offer == "a" && $0.field == "pricing" })
      let rejected = try #require(waiting.first { $0.offer == "b" && $0.field == "pricing" })
      let some = try await sandbox.run(
        ["quarantine", "accept", "9999", "\(accepted.id)", "--json"], environment: environment)
      #expect(some.exitCode == 1 && some.errors.contains("9999"))
      let decided = try JSONDecoder().decode(QuarantineAnswer.self, from: some.output).entries
      #expect(decided.map(\.id) == [accepted.id] && decided.map(\.state) == ["accepted"])
      #expect(
        try await sandbox.run(["quarantine", "reject", "\(rejected.id)"], environment: environment).exitCode == 0)
      #expect(
        try await sandbox.run(["quarantine", "accept", "\(accepted.id)"], environment: environment).exitCode != 0)
      _ = try await sandbox.json(["sync"], as: SyncJobAnswer.self, environment: environment)
      let left = try await sandbox.json(["quarantine"], as: QuarantineAnswer.self, environment: environment).entries
      #expect(left.map(\.field) == ["context_length", "context_length"])
      let now: Offers = try await sandbox.json(["models", "--gateway", "acme"], environment: environment)
      #expect(now.data.map { $0.pricing?.prompt } == ["0.0001", "0.000002"])
    }
  }

  @Test("An override survives syncs, shows both values, and ends when it is removed")
  func overrides() async throws {
    try await withAcme { sandbox, server, environment in
      server.serve("/acme/v1/models", Self.list(["a": "0.000001", "b": "0.000002"]))
      _ = try await sandbox.json(["sync"], as: SyncJobAnswer.self, environment: environment)
      let set = try await sandbox.run(
        [
          "overrides", "set", "acme", "a", "context_length=64000", #"pricing={"prompt":"0.000009"}"#, "--note",
          "contract",
        ],
        environment: environment)
      #expect(set.exitCode == 0, "\(set.errors)")
      let hide = try await sandbox.run(["overrides", "set", "acme", "b", "hidden=true"], environment: environment)
      #expect(hide.exitCode == 0, "\(hide.errors)")
      server.serve("/acme/v1/models", Self.list(["a": "0.0000011", "b": "0.000002"]))
      let sync = try await sandbox.json(["sync"], as: SyncJobAnswer.self, environment: environment)
      #expect(sync.results.first?.changed == 1)
      let served: Offers = try await sandbox.json(["models", "--gateway", "acme"], environment: environment)
      #expect(served.data.map(\.id) == ["a"])
      #expect(served.data.map(\.context) == [64_000])
      #expect(served.data.map { $0.pricing?.prompt } == ["0.000009"])
      let shown = try await sandbox.run(["overrides", "show", "acme", "a"], environment: environment)
      #expect(shown.text.contains("0.0000011") && shown.text.contains("0.000009") && shown.text.contains("contract"))
      #expect(try await sandbox.run(["overrides", "remove", "acme", "a"], environment: environment).exitCode == 0)
      let after: Offers = try await sandbox.json(["models", "--gateway", "acme"], environment: environment)
      #expect(after.data.map { $0.pricing?.prompt } == ["0.0000011"])
      let bad = try await sandbox.run(
        ["overrides", "set", "acme", "a", "context_length=many"], environment: environment)
      #expect(bad.exitCode != 0)
      let unknown = try await sandbox.run(["overrides", "set", "acme", "z", "hidden=true"], environment: environment)
      #expect(unknown.exitCode != 0 && unknown.errors.contains("no offer"))
    }
  }
}
