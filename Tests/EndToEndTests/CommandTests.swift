import Foundation
import Testing

/// What a person and a program get from each command.
@Suite struct CommandTests {
  /// A command, the first words of its table and something that stands in it.
  struct Table: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let header: String
    let row: String

    init(_ command: String, header: String, row: String) {
      arguments = command.split(separator: " ").map(String.init)
      self.header = header
      self.row = row
    }

    var testDescription: String { arguments.joined(separator: " ") }
  }

  private static let tables = [
    Table("models list --limit 3", header: "provider", row: "4,803 offers, 4800 more with --limit 0"),
    Table("models --gateway anthropic --sort price --descending --limit 0", header: "provider", row: "anthropic"),
    Table("models search claude opus --limit 5", header: "provider", row: "anthropic/claude-opus"),
    Table("models show gpt-4o", header: "GPT-4o", row: "canonical id    openai/gpt-4o"),
    Table("models unique gpt-5 --limit 2", header: "canonical id", row: "openai/gpt-5"),
    Table("models compare gpt-4o gpt-4o-mini", header: "GPT-4o (openai/gpt-4o)", row: "Cheapest: "),
    Table("models cost gpt-4o --input 1000 --output 1000", header: "provider", row: "0.0125"),
    Table("providers", header: "provider", row: "openrouter"),
    Table("providers list", header: "provider", row: "openrouter"),
    Table("stats", header: "offers            4,803 of 132 providers", row: "unique models"),
    Table("changes --limit 2", header: "number", row: "2 changes; go on with --since 2"),
    Table("changes --field pricing", header: "number", row: "0 changes; go on with --since 4803"),
    Table("history openai/gpt-4o --gateway openai", header: "provider", row: "priced  input_cache_read $1.25/M"),
    Table("deprecations --gateway openai", header: "provider", row: "offers will go"),
    Table("webhooks status", header: "receiver", row: "Nobody is told of changes: MODEL_WEBHOOK_URLS is not set."),
    Table("identity", header: "provider", row: "collisions"),
    Table("identity gpt-4o-2024-08-06", header: "part", row: "openai/gpt-4o-2024-08-06"),
    Table("doctor", header: "variable", row: "✓ catalog: 4803 offers of 132 providers"),
  ]

  @Test("tables have a header, no control characters and no trailing blanks", arguments: tables)
  func printsTable(table: Table) async throws {
    try await withSandbox(.bundled) { sandbox in
      let result = try await sandbox.run(table.arguments)
      #expect(result.exitCode == 0)
      #expect(result.errors == "")
      #expect(result.text.hasPrefix(table.header), "\(result.text.prefix(200))")
      #expect(result.text.contains(table.row))
      #expect(!result.text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
      #expect(!result.text.contains(" \n"))
    }
  }

  @Test("with --json standard output is one JSON object and nothing else", arguments: tables)
  func printsJSON(table: Table) async throws {
    try await withSandbox(.bundled) { sandbox in
      let result = try await sandbox.run(table.arguments + ["--json"])
      #expect(result.exitCode == 0)
      #expect(result.errors == "")
      #expect(try JSONSerialization.jsonObject(with: result.output) is [String: Any])
    }
  }

  @Test("a new user sees the bundled snapshot at once, and is told so beside the JSON")
  func firstCommand() async throws {
    try await withSandbox { sandbox in
      let result = try await sandbox.run(["stats", "--json"])
      let stats = try JSONDecoder().decode(StatsAnswer.self, from: result.output)
      #expect(stats.totalModels == 4803)
      #expect(stats.totalProviders == 132)
      #expect(result.errors.contains("loading the bundled snapshot of models.dev"))
    }
  }

  @Test("serve fills an empty database with the bundled snapshot and ends at SIGTERM with code 0")
  func serveBundledSnapshot() async throws {
    try await withSandbox { sandbox in
      let list: OfferList = try await sandbox.withServer { try await $0.get("/v1/models").json() }
      #expect(list.total == 4803)
      #expect(list.data.count == 4803)
    }
  }

  @Test(
    "every command explains itself",
    arguments: [
      "", "serve", "import", "export", "models", "models list", "models search", "models show", "models unique",
      "models compare", "models cost", "offers", "offers put", "offers patch", "offers delete", "providers",
      "providers list", "providers put", "providers patch", "providers delete", "stats", "changes", "history",
      "identity",
      "doctor",
    ])
  func help(command: String) async throws {
    try await withSandbox { sandbox in
      let result = try await sandbox.run(command.split(separator: " ").map(String.init) + ["--help"])
      #expect(result.exitCode == 0)
      #expect(result.text.hasPrefix("OVERVIEW: "))
      // An option whose text and whose parser both name the default says it twice.
      #expect(!result.text.contains(#/\(default:[^()]*\)[^()\n]*\(default:/#))
    }
  }

  @Test("--data-dir counts more than DATA_DIR and DATABASE_URL")
  func dataDirectory() async throws {
    try await withSandbox { sandbox in
      let body = try sandbox.file("body.json", OpenRouterBody.list(["acme/alpha": "0.000001"]))
      let environment = ["DATA_DIR": "from-variable", "DATABASE_URL": "sqlite:from-url.sqlite"]
      let result = try await sandbox.run(
        ["import", "openrouter", body, "--data-dir", "from-option"], environment: environment)
      #expect(result.exitCode == 0)
      let files = try FileManager.default.contentsOfDirectory(atPath: sandbox.directory.path)
      #expect(Set(files) == ["body.json", "data", "logs", "from-option"])
    }
  }
}
