import Foundation
import Testing

/// Offers and providers that a person updates by hand.
@Suite struct EditCommandTests {
  /// What an update prints with `--json`, and answers over HTTP.
  private struct Report: Decodable {
    struct Change: Decodable, Equatable {
      let field: String
      let old: String?
      let new: String?
    }

    let kind: String
    let provider: String
    let id: String?
    let changes: [Change]
    let revision: Int
    let version: String

    private enum CodingKeys: String, CodingKey {
      case kind, id, changes, revision
      case provider = "source_gateway"
      case version = "catalog_version"
    }
  }

  private static func version(_ sandbox: Sandbox) async throws -> String {
    try await sandbox.json(["stats"], as: StatsAnswer.self).catalogVersion
  }

  @Test("members of an offer are changed one by one or as JSON, and logged", arguments: ["set", "json", "stdin"])
  func patch(way: String) async throws {
    try await withSandbox(.bundled) { sandbox in
      let json =
        #"{"context_length":64000,"description":"By hand","aliases":["x","y"],"pricing":{"prompt":"0.000003"}}"#
      let address = ["offers", "patch", "openai", "gpt-4o"]
      let assignments = [
        "context_length=64000", "description=By hand", "aliases=x,y", "pricing.prompt=0.000003",
      ]
      let arguments =
        switch way {
        case "set": address + ["--set"] + assignments
        case "json": address + [json]
        default: address + ["-"]
        }
      let position = try await sandbox.json(["changes", "--limit", "100000"], as: ChangesAnswer.self).nextSince
      let result = try await sandbox.run(arguments, input: way == "stdin" ? Data(json.utf8) : nil)
      #expect(result.exitCode == 0)
      #expect(result.errors == "")
      #expect(result.text.contains("pricing.prompt  0.0000025  0.000003"))
      #expect(result.text.contains("Changed: offer gpt-4o of openai; revision "))
      let log: ChangesAnswer = try await sandbox.json(["changes", "--since", "\(position)"])
      let newest: ChangesAnswer = try await sandbox.json(["changes", "--newest", "--limit", "2"])
      #expect(newest.data == log.data.suffix(2).reversed())
      let fields = log.data.map { "\($0.id) \($0.field ?? "-") \($0.old ?? "nil") \($0.new ?? "nil")" }
      #expect(
        fields.sorted() == [
          #"gpt-4o aliases [] ["x","y"]"#, "gpt-4o context_length 128000 64000", "gpt-4o description nil By hand",
          "gpt-4o pricing.prompt 0.0000025 0.000003",
        ])
      let list: OfferList = try await sandbox.json([
        "models", "search", "gpt-4o", "--gateway", "openai", "--limit", "0",
      ])
      #expect(list.data.first { $0.id == "gpt-4o" }?.pricing == .init(prompt: "0.000003", completion: "0.00001"))
    }
  }

  @Test("a member without a value is cleared")
  func clear() async throws {
    try await withSandbox(.bundled) { sandbox in
      let report: Report = try await sandbox.json(
        ["offers", "patch", "openai", "gpt-4o", "--set", "context_length=", "pricing.completion="])
      #expect(
        report.changes == [
          .init(field: "context_length", old: "128000", new: nil),
          .init(field: "pricing.completion", old: "0.00001", new: nil),
        ])
    }
  }

  @Test("a first offer of one's own is not mixed with the bundled snapshot, and can be put, changed and deleted")
  func ownCatalog() async throws {
    try await withSandbox { sandbox in
      let created: Report = try await sandbox.json(
        ["offers", "put", "acme", "maker/one:fp8", #"{"variant":"fp8","pricing":{"prompt":"0.1","completion":"0.2"}}"#])
      #expect(created.kind == "created")
      #expect(created.id == "maker/one:fp8")
      let list: OfferList = try await sandbox.json(["models", "list"])
      #expect(list.data.map(\.id) == ["maker/one:fp8"])
      let free: Report = try await sandbox.json(
        ["offers", "put", "acme", "maker/one:fp8", "--set", "variant=fp8", "pricing.state=free"])
      #expect(free.changes.contains(.init(field: "pricing.state", old: "priced", new: "free")))
      let same = try await sandbox.run(
        ["offers", "put", "acme", "maker/one:fp8", "--set", "variant=fp8", "pricing.state=free"])
      #expect(same.text == "Unchanged: offer maker/one:fp8 of acme.\n")
      let named: Report = try await sandbox.json(["providers", "put", "acme", "--set", "name=Acme, Inc."])
      #expect(named.changes == [.init(field: "name", old: "acme", new: "Acme, Inc.")])
      let removed = try await sandbox.run(["offers", "delete", "acme", "maker/one:fp8"])
      #expect(removed.text.hasPrefix("Removed: offer maker/one:fp8 of acme; revision "))
      #expect(try await sandbox.run(["providers", "delete", "acme"]).exitCode == 0)
    }
  }

  @Test(
    "--dry-run says what would change and changes nothing",
    arguments: [
      ("offers put openai gpt-4o {}", "Would be changed: offer gpt-4o of openai."),
      ("offers put new a {}", "Would be created: offer a of new, with its provider."),
      ("offers patch openai gpt-4o --set name=x", "Would be changed: offer gpt-4o of openai."),
      ("offers delete openai gpt-4o", "Would be removed: offer gpt-4o of openai."),
      ("providers patch openai --set name=x", "Would be changed: provider openai."),
      ("providers delete openai --force", "Would be removed: provider openai, with 52 offers."),
    ])
  func dryRun(command: String, says: String) async throws {
    try await withSandbox(.bundled) { sandbox in
      let before = try await Self.version(sandbox)
      let result = try await sandbox.run(command.split(separator: " ").map(String.init) + ["--dry-run"])
      #expect(result.exitCode == 0)
      #expect(result.text.contains(says), "\(result.text)")
      #expect(try await Self.version(sandbox) == before)
    }
  }

  @Test("a provider is removed with its offers only by --force")
  func force() async throws {
    try await withSandbox(.bundled) { sandbox in
      let result = try await sandbox.run(["providers", "delete", "openai", "--force"])
      #expect(result.text.hasPrefix("Removed: provider openai, with 52 offers; revision "))
      let stats: StatsAnswer = try await sandbox.json(["stats"])
      #expect(stats.totalModels == 4_751)
      #expect(stats.totalProviders == 131)
    }
  }

  @Test("a server takes updates over HTTP with a key, and serves those of the command line as well; no key is logged")
  func served() async throws {
    let key = "a-key-that-nobody-guesses"
    try await withSandbox(.bundled) { sandbox in
      let environment = ["ADMIN_API_KEY": "an-older-key-of-theirs, \(key)", "LOG_LEVEL": "trace"]
      try await sandbox.withServer(environment: environment) { server in
        let path = "/admin/offers/openai/gpt-4o"
        let body = #"{"pricing":{"prompt":"0.000004"}}"#
        #expect(try await server.send("PATCH", path, body: body).status == 401)
        #expect(try await server.send("PATCH", path, key: "\(key)s", body: body).status == 401)
        let answer = try await server.send("PATCH", path, key: key, body: body)
        #expect(answer.status == 200)
        let report: Report = try answer.json()
        #expect(report.changes == [.init(field: "pricing.prompt", old: "0.0000025", new: "0.000004")])
        let read = try await server.get("/v1/models/gpt-4o")
        #expect(read["x-catalog-version"] == report.version)
        #expect(try read.json(OfferRecord.self).promptPrice == "0.000004")
        #expect(try await Self.version(sandbox) == report.version)

        _ = try await sandbox.run(["offers", "delete", "openai", "gpt-4o"])
        _ = try await server.wait(within: .seconds(3), for: "the removal is served", "/v1/models/gpt-4o?gateway=openai")
        {
          answer, _ in answer.status == 400 || answer.status == 404
        }
      }
      for file in try FileManager.default.contentsOfDirectory(
        at: sandbox.directory.appending(path: "logs"), includingPropertiesForKeys: nil)
      {
        let log = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(!log.contains(key) && !log.contains("an-older-key"))
        #expect(!log.contains(key.utf8.map(String.init).joined(separator: ", ")))
      }
    }
  }

  @Test("without a key the server refuses updates and says how to allow them")
  func disabled() async throws {
    try await withSandbox(.bundled) { sandbox in
      try await sandbox.withServer { server in
        let answer = try await server.send("DELETE", "/admin/offers/openai/gpt-4o", key: "anything")
        #expect(answer.status == 403)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("ADMIN_API_KEY"))
      }
    }
  }
}
