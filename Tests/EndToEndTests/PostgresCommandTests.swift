import Foundation
import TestSupport
import Testing

/// The commands of a person who moves to PostgreSQL.
@Suite("PostgreSQL from the command line", .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct PostgresCommandTests {
  private static let server = Result {
    let server = try PostgresServer()
    try server.start()
    return server
  }

  private struct Migration: Decodable {
    let from: Int
    let to: Int
  }

  private struct Copied: Decodable {
    let rows: [String: Int]
  }

  @Test("migrate makes the structure once, and says what it did")
  func migrate() async throws {
    let url = try Self.server.get().makeDatabase()
    try await withSandbox { sandbox in
      let environment = ["DATABASE_URL": url]
      let plan = try await sandbox.json(["migrate", "--dry-run"], as: Migration.self, environment: environment)
      #expect(plan.from == 0 && plan.to > 0)
      let first = try await sandbox.json(["migrate"], as: Migration.self, environment: environment)
      #expect(first.from == 0 && first.to == plan.to)
      let second = try await sandbox.run(["migrate"], environment: environment)
      #expect(second.text.contains("has the newest structure"))
    }
  }

  @Test("copy moves a catalog from SQLite to PostgreSQL and back, and nothing is lost")
  func copy() async throws {
    let server = try Self.server.get()
    let url = try server.makeDatabase()
    try await withSandbox(.bundled) { sandbox in
      // Something of everything: changes, a removed provider, floors of a purge.
      for arguments in [
        ["offers", "patch", "openai", "gpt-4o", "--set", "description=\u{1F680} tab\tquote\"backslash\\"],
        ["providers", "delete", "xai", "--force"], ["cache", "clear", "--purge"],
      ] {
        let result = try await sandbox.run(arguments)
        try #require(result.exitCode == 0, "\(arguments): \(result.errors)")
      }
      let kept = try await sandbox.run(tool: "sqlite3", [sandbox.database.path, Self.keptBesideOffers])
      try #require(kept.exitCode == 0, "\(kept.errors)")
      let source = "sqlite:\(sandbox.database.path)"
      let there = try await sandbox.run(["copy", source, url, "--json"])
      try #require(there.exitCode == 0, "\(there.errors)")
      let rows = try JSONDecoder().decode(Copied.self, from: there.output).rows
      #expect(rows["offers"] ?? 0 > 4_000 && rows["changes"] ?? 0 > 4_000 && rows["imports"] ?? 0 > 100)
      let back = sandbox.directory.appending(path: "back.sqlite")
      let again = try await sandbox.run(["copy", url, "sqlite:\(back.path)"])
      try #require(again.exitCode == 0, "\(again.errors)")
      let original = try await Self.dump(sandbox, sandbox.database.path)
      let returned = try await Self.dump(sandbox, back.path)
      #expect(original == returned)
      // The copy lives: revisions go on where they were, and the log goes on too.
      let before = try server.psql("SELECT revision FROM modelcatalog.revisions WHERE provider = 'openai'", in: url)
      try server.psql(
        "UPDATE modelcatalog.offers SET max_output = 1 WHERE id = 'gpt-4o' AND provider = 'openai'", in: url)
      let after = try server.psql("SELECT revision FROM modelcatalog.revisions WHERE provider = 'openai'", in: url)
      #expect(Int(after) == (Int(before) ?? 0) + 1)
      let refused = try await sandbox.run(["copy", source, url])
      #expect(refused.exitCode != 0 && refused.errors.contains("already holds a catalog"))
    }
  }

  /// Something of what is kept beside the offers.
  private static let keptBesideOffers = """
    INSERT INTO overrides (provider, offer, member, value) VALUES ('openai', 'gpt-4o', 'pricing', '{"prompt" : "0.1"}');
    INSERT INTO quarantine (provider, offer, field, reason, message, is_held, proposed_value, source, observed_at)
      VALUES ('openai', 'gpt-4o', 'max_output', 'jump', 'why', 1, '5', 'openai', 1);
    INSERT INTO sync_records (kind, name, value) VALUES ('provider', 'openai', '{"state":"good"}');
    UPDATE offers SET provenance = '{"name":{"source":"x","observed_at":1}}' WHERE provider = 'openai' AND id = 'gpt-4o';
    """

  /// All rows of a database in a file, but for its lifetime.
  private static func dump(_ sandbox: Sandbox, _ path: String) async throws -> Data {
    let tables = [
      "metadata WHERE name <> 'lifetime'", "providers", "offers", "revisions", "changes", "imports", "quarantine",
      "overrides", "sync_records",
    ]
    let sql = tables.map { "SELECT * FROM \($0) ORDER BY 1, 2;" }.joined(separator: " ")
    let result = try await sandbox.run(tool: "sqlite3", ["-quote", path, sql])
    try #require(result.exitCode == 0 && result.output.count > 1_000_000, "\(result.errors)")
    return result.output
  }

  @Test("a database that is not there, and a URL that is none, are refused with what to do and without the password")
  func badDatabase() async throws {
    try await withSandbox { sandbox in
      let closed = try Loopback.freePort()
      for (url, words) in [
        ("postgres://me:hidden-word@127.0.0.1:\(closed)/none", "refused"),
        ("postgres://me:hidden/word@127.0.0.1/none", "%2F"),
        ("postgres://me:hidden-word@127.0.0.1:port/none", "DATABASE_URL"),
        ("mysql://me:hidden-word@127.0.0.1/none", "sqlite:PATH or postgres:"),
      ] {
        for command in [["models", "list"], ["serve", "--port", "0"], ["migrate"], ["doctor"]] {
          let result = try await sandbox.run(command, environment: ["DATABASE_URL": url])
          let said = result.errors + result.text
          #expect(result.exitCode != 0, "\(command)")
          #expect(said.contains(words), "\(command): \(said)")
          #expect(!said.contains("hidden"), "\(command): \(said)")
        }
      }
    }
  }
}
