import Foundation
import Testing

/// Imports and exports as a person does them.
@Suite struct ImportCommandTests {
  private static let five = OpenRouterBody.list([
    "acme/a": "0.000001", "acme/b": "0.000002", "acme/c": "0.000003", "acme/d": "0.000004", "acme/e": "0.000005",
  ])
  private static let two = OpenRouterBody.list(["acme/a": "0.000001", "acme/b": "0.000009"])

  @Test("a body can come from standard input", arguments: [["-"], []])
  func standardInput(file: [String]) async throws {
    try await withSandbox { sandbox in
      let result = try await sandbox.run(["import", "openrouter"] + file, input: Data(Self.five.utf8))
      #expect(result.exitCode == 0)
      #expect(result.text.contains("Done: 5 rows, 5 added, 0 removed, 0 changed, 0 unchanged, 0 duplicates."))
      let list: OfferList = try await sandbox.json(["models", "list"])
      #expect(list.data.map(\.id) == ["acme/a", "acme/b", "acme/c", "acme/d", "acme/e"])
    }
  }

  @Test("an import into a new database is not mixed with the bundled snapshot")
  func newDatabase() async throws {
    try await withSandbox { sandbox in
      _ = try await sandbox.run(["import", "openrouter", sandbox.file("five.json", Self.five)])
      let stats: StatsAnswer = try await sandbox.json(["stats"])
      #expect(stats.totalModels == 5)
      #expect(stats.totalProviders == 1)
    }
  }

  @Test("--dry-run says what would change and changes nothing")
  func dryRun() async throws {
    try await withSandbox { sandbox in
      _ = try await sandbox.run(["import", "openrouter", sandbox.file("five.json", Self.five)])
      let before = try await State(of: sandbox)
      let changed = try sandbox.file(
        "changed.json",
        OpenRouterBody.list(["acme/a": "0.7", "acme/b": "0.000002", "acme/c": "0.000003", "acme/new": "0.1"]))
      let answer: ImportAnswer = try await sandbox.json(["import", "openrouter", changed, "--dry-run"])
      #expect(answer.counts == [1, 2, 1, 2])
      #expect(try await State(of: sandbox) == before)
    }
  }

  @Test("--dry-run on a new database leaves it empty")
  func dryRunWithoutData() async throws {
    try await withSandbox { sandbox in
      let answer: ImportAnswer = try await sandbox.json(
        ["import", "openrouter", sandbox.file("five.json", Self.five), "--dry-run"])
      #expect(answer.counts == [5, 0, 0, 0])
      let doctor = try await sandbox.run(["doctor"])
      #expect(doctor.text.contains("✓ catalog: empty"))
    }
  }

  @Test("a body that removes most offers is refused whole, with or without --json")
  func massRemoval() async throws {
    try await withSandbox { sandbox in
      _ = try await sandbox.run(["import", "openrouter", sandbox.file("five.json", Self.five)])
      let before = try await State(of: sandbox)
      let two = try sandbox.file("two.json", Self.two)
      for arguments in [[], ["--json"]] {
        let refused = try await sandbox.run(["import", "openrouter", two] + arguments)
        #expect(refused.exitCode == 1)
        #expect(refused.text == "")
        #expect(refused.errors.contains("would remove 3 of 5 offers of openrouter"))
        #expect(refused.errors.contains("--force"))
      }
      #expect(try await State(of: sandbox) == before)
      let partial: ImportAnswer = try await sandbox.json(["import", "openrouter", two, "--partial"])
      #expect(partial.counts == [0, 0, 1, 4])
      let forced: ImportAnswer = try await sandbox.json(["import", "openrouter", two, "--force"])
      #expect(forced.counts == [0, 3, 0, 2])
    }
  }

  @Test("an export of the bundled catalog can be imported elsewhere, and exports the same there")
  func roundTrip() async throws {
    try await withSandbox(.bundled) { sandbox in
      let first = try await sandbox.run(["export"])
      #expect(first.output.count > 1_000_000)
      let imported = try await sandbox.run(["import", "modelcatalog", "-", "--data-dir", "other"], input: first.output)
      #expect(imported.text.contains("4803 added, 0 removed, 0 changed, 0 unchanged"))
      let second = try await sandbox.run(["export", "--data-dir", "other"])
      #expect(Self.withoutTime(first.text) == Self.withoutTime(second.text))
    }
  }

  @Test("an export to a file is one that import takes, also compressed", arguments: ["export.json", "export.json.gz"])
  func exportToFile(name: String) async throws {
    try await withSandbox { sandbox in
      _ = try await sandbox.run(["import", "openrouter", sandbox.file("five.json", Self.five)])
      let exported = try await sandbox.run(["export", name])
      #expect(exported.exitCode == 0)
      #expect(exported.text == "")
      let answer: ImportAnswer = try await sandbox.json(["import", "modelcatalog", name])
      #expect(answer.counts == [0, 0, 0, 5])
    }
  }

  private static func withoutTime(_ export: String) -> String {
    export.replacing(#/"exported_at":"[^"]*"/#, with: "", maxReplacements: 1)
  }

  /// Everything that an import can change.
  private struct State: Equatable {
    let export: String
    let version: String
    let log: Int

    init(of sandbox: Sandbox) async throws {
      export = ImportCommandTests.withoutTime(try await sandbox.run(["export"]).text)
      version = try await sandbox.json(["stats"], as: StatsAnswer.self).catalogVersion
      log = try await sandbox.json(["changes", "--limit", "100000"], as: ChangesAnswer.self).nextSince
    }
  }
}
