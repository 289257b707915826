import Foundation
import Testing

/// What a person is told who asks for something that cannot be.
@Suite struct BadInputTests {
  /// A command that has to fail, and what its message has to name.
  struct Case: Sendable, CustomTestStringConvertible {
    let command: String
    let input: String?
    let environment: [String: String]
    let says: [String]

    init(_ command: String, input: String? = nil, environment: [String: String] = [:], says: String...) {
      self.command = command
      self.input = input
      self.environment = environment
      self.says = says
    }

    var testDescription: String {
      (environment.map { "\($0.key)=\($0.value)" } + [command]).joined(separator: " ")
        + (input.map { " <<< \($0)" } ?? "")
    }
  }

  private static let withoutData = [
    Case("import nope body.json", says: "\"nope\" is not an import format", "openrouter", "vercel-ai-gateway"),
    Case("import openrouter missing.json", says: "missing.json", "No such file"),
    Case("import openrouter data", says: "\"data\"", "directory"),
    Case("import openrouter -", input: "", says: "openrouter: not JSON"),
    Case("import openrouter -", input: "hello", says: "openrouter: not JSON", "byte 0"),
    Case("import openrouter", input: #"{"data":[{"#, says: "openrouter: not JSON"),
    Case("import openrouter -", input: "[]", says: "expected an object with \"data\", found an array"),
    Case("import openrouter -", input: "42", says: "expected an object with \"data\", found a number"),
    Case("import openrouter -", input: #"{"data":[]}"#, says: "the list is empty"),
    Case("import openrouter -", input: #"{"data":[7]}"#, says: "row 0", "expected an object"),
    Case("import openrouter -", input: #"{"data":[{"name":"x"}]}"#, says: "row 0", "id", "missing"),
    Case(
      "import openrouter -", input: #"{"data":[{"id":"acme/alpha","pricing":{"prompt":"1x","completion":"1"}}]}"#,
      says: "row 0 (acme/alpha)", "pricing.prompt", "1x"),
    Case("import openrouter -", input: #"{"error":{"message":"no key"}}"#, says: "error message", "no key"),
    Case("import openrouter body.json --observed 2025-13-40", says: "--observed", "2025-13-40", "2026-01-31"),
    Case("import openrouter body.json --observed yesterday", says: "--observed", "yesterday", "2026-01-31"),
    Case("import openai - --provider Acme!", input: #"{"data":[]}"#, says: "Acme!", "lower-case"),
    Case("export no/such/directory.json", says: "cannot write", "no/such/directory.json", "No such file"),
    Case("export --metadata license", says: "--metadata", "name=value"),
    Case("changes --kind gone", says: "--kind", "added, removed, changed"),
    Case("changes --since=-1", says: "--since"),
    Case("changes --limit 0", says: "--limit"),
    Case("models list --limit=-1", says: "--limit"),
    Case("models list --sort beauty", says: "beauty", "completion_price"),
    Case("models list --price-state cheap", says: "cheap", "not_token_priced"),
    Case("models list --min-context many", says: "many", "whole number"),
    Case("models list --max-price=-1", says: "-1"),
    Case("serve --port 70000", says: "--port", "65535"),
    Case("serve", environment: ["PORT": "http"], says: "PORT", "http", "65535"),
    Case("stats", environment: ["PORT": "99999"], says: "PORT", "99999"),
    Case("stats", environment: ["LOG_LEVEL": "loud"], says: "LOG_LEVEL", "loud", "debug"),
    Case("stats", environment: ["MODEL_CACHE_TTL": "soon"], says: "MODEL_CACHE_TTL", "soon"),
    Case("stats", environment: ["DATABASE_URL": "redis://h"], says: "DATABASE_URL", "sqlite:PATH"),
    Case("stats --data-dir body.json", says: "body.json", "--data-dir"),
    Case("stats", environment: ["ADMIN_API_KEY": "hunter2"], says: "ADMIN_API_KEY", "key 1", "16 to 256"),
    Case("serve", environment: ["ADMIN_API_KEY": "long-enough-for-a-key, a"], says: "ADMIN_API_KEY", "key 2"),
    Case("offers put acme", says: "<id>"),
    Case("offers put Acme! a", says: "\"Acme!\"", "lower-case"),
    Case("offers put acme a {", says: "not JSON", "byte 1"),
    Case("offers put acme a -", input: "", says: "not JSON"),
    Case("offers put acme a {\"colour\":1}", says: "colour", "context_length", "variant"),
    Case("offers put acme a {} --set name=b", says: "not both"),
    Case("offers put acme a --set name", says: "--set takes name=value, not \"name\""),
    Case("offers put acme a --set name=b name=c", says: "\"name\" more than once"),
    Case("offers put acme a --set context_length=many", says: "context_length", "whole number"),
    Case("offers put acme a --set context_length=0", says: "offer a of acme", "context_length"),
    Case("offers put acme a --set pricing.prompt=cheap", says: "pricing.prompt", "cheap"),
    Case("offers put acme a --set pricing.colour=1", says: "pricing.colour"),
    Case("offers put acme a --set pricing=free", says: "pricing", "not JSON"),
    Case("offers put acme a:b --set variant=c", says: "variant", "the id must end with"),
    Case("providers put acme --set name=", says: "name", "must be a string"),
    Case("providers put acme --set slug=a", says: "slug", "site_url"),
    Case("teleport", says: "teleport"),
  ]

  private static let withBundledData = [
    Case("models show gpt-4oo", says: "\"gpt-4oo\"", "did you mean", "openai/gpt-4o"),
    Case("models show gpt-4o --gateway nowhere", says: "gpt-4o", "nowhere"),
    Case("models cost claude-sonet-4.5", says: "did you mean", "anthropic/claude-sonnet-4.5"),
    Case("models cost gpt-4o --input 10 --cached 20", says: "cached"),
    Case("models list --gateway nowhere", says: "there is no provider \"nowhere\"", "openrouter"),
    Case("models list --provider openrouter,nowhere", says: "there is no provider \"nowhere\""),
    Case("identity gpt-4o --gateway Acme!", says: "Acme!"),
    Case("offers patch openai gpt-4oo --set name=x", says: "openai has no offer", "gpt-4oo"),
    Case("offers patch nowhere gpt-4o --set name=x", says: "there is no provider \"nowhere\""),
    Case("offers patch openai gpt-4o", says: "Say what to change"),
    Case("offers patch openai gpt-4o --set status=", says: "status", "must be a string"),
    Case("offers delete openai gpt-4oo", says: "openai has no offer", "gpt-4oo"),
    Case("providers patch nowhere --set name=x", says: "there is no provider \"nowhere\""),
    Case("providers delete openai", says: "openai still has offers (52)", "force"),
  ]

  @Test("a message says what is wrong, and nothing is printed as a result", arguments: withoutData)
  func failsWithoutData(bad: Case) async throws {
    try await withSandbox { try await Self.expectFailure(of: bad, in: $0) }
  }

  @Test("a name that is not in the catalog gets a helpful message", arguments: withBundledData)
  func failsWithBundledData(bad: Case) async throws {
    try await withSandbox(.bundled) { try await Self.expectFailure(of: bad, in: $0) }
  }

  private static func expectFailure(of bad: Case, in sandbox: Sandbox) async throws {
    _ = try sandbox.file("body.json", OpenRouterBody.list(["acme/alpha": "0.000001"]))
    let result = try await sandbox.run(
      bad.command.split(separator: " ").map(String.init), input: bad.input.map { Data($0.utf8) },
      environment: bad.environment)
    #expect(result.exitCode != 0)
    #expect(result.text == "")
    #expect(result.errors.hasPrefix("Error: ") || result.errors.contains("\nError: "))
    for text in bad.says { #expect(result.errors.contains(text), "\(result.errors)") }
    #expect(!result.errors.contains("Domain="), "this is not for people: \(result.errors)")
    #expect(!result.errors.contains("Usage: modelcatalog <subcommand>") || bad.command == "teleport")
  }

  @Test("compare shows what it found, suggests for the rest, and ends with code 1")
  func compareUnknown() async throws {
    try await withSandbox(.bundled) { sandbox in
      let result = try await sandbox.run(["models", "compare", "gpt-4o", "gpt-4oo"])
      #expect(result.exitCode == 1)
      #expect(result.text.contains("GPT-4o (openai/gpt-4o)"))
      #expect(result.text.contains("gpt-4oo: not found; did you mean openai/gpt-4o"))
    }
  }
}
