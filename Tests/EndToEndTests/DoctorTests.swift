import Foundation
import Testing

/// The command for when something is wrong.
@Suite struct DoctorTests {
  private struct Answer: Decodable {
    struct Finding: Decodable {
      let name: String
      let ok: Bool
      let text: String
    }

    let findings: [Finding]
  }

  private static func findings(_ result: ProcessResult) throws -> [Answer.Finding] {
    try JSONDecoder().decode(Answer.self, from: result.output).findings
  }

  @Test("a good database, also an empty one, ends with code 0", arguments: [Sandbox.Contents.empty, .bundled])
  func good(contents: Sandbox.Contents) async throws {
    try await withSandbox(contents) { sandbox in
      let result = try await sandbox.run(["doctor", "--json"])
      #expect(result.exitCode == 0)
      #expect(try Self.findings(result).allSatisfy(\.ok))
    }
  }

  @Test("a row that is no offer ends with code 1, and is named")
  func corruptRow() async throws {
    try await withSandbox(.bundled) { sandbox in
      try await sandbox.sql("UPDATE offers SET status = 'odd' WHERE provider = 'openai' AND id = 'gpt-4o'")
      let result = try await sandbox.run(["doctor", "--json"])
      #expect(result.exitCode == 1)
      let bad = try #require(try Self.findings(result).first { !$0.ok })
      #expect(bad.text.contains("(openai, gpt-4o)"))
      #expect(bad.text.contains("\"odd\""))
    }
  }

  @Test("settings that somebody could make use of are named, and are no failure")
  func advice() async throws {
    try await withSandbox(.bundled) { sandbox in
      let good = ["ADMIN_API_KEY": "0f9d2c47a1b86e53d4c7f0a9b2e8561d0f9d2c47a1b86e53"]
      let data = sandbox.database.deletingLastPathComponent().path
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: data)
      let nothing = try await sandbox.run(["doctor", "--json"], environment: good)
      #expect(try Self.findings(nothing).filter { $0.name == "security" }.isEmpty)
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: data)
      let weak = [
        "ADMIN_API_KEY": "short-but-random-9f3,my-admin-password-is-long-enough-really", "HOST": "0.0.0.0",
        "MODEL_CACHE_ENABLED": "false", "REDIS_URL": "redis://127.cache.example",
      ]
      let result = try await sandbox.run(["doctor", "--json"], environment: weak)
      #expect(result.exitCode == 0)
      let advice = try Self.findings(result).filter { $0.name == "security" }.map(\.text)
      for start in [
        "ADMIN_API_KEY: key 1 is short", "ADMIN_API_KEY: key 2 can be guessed", "HOST: ", "REDIS_URL: no password",
        "REDIS_URL: not encrypted", "DATA_DIR: everybody on this machine may change it",
      ] {
        #expect(advice.contains { $0.hasPrefix(start) }, "\(start): \(advice)")
      }
      #expect(advice.count == 6)
      #expect(!result.text.contains("my-admin-password"))
    }
  }

  @Test(
    "limits that are off are named where others reach the server, and only there", arguments: ["0.0.0.0", "127.0.0.1"])
  func limits(host: String) async throws {
    try await withSandbox { sandbox in
      let off = ["HOST": host, "RATE_LIMIT_PER_SECOND": "0", "WRONG_KEYS_PER_MINUTE": "0"]
      let findings = try Self.findings(try await sandbox.run(["doctor", "--json"], environment: off))
      for name in ["RATE_LIMIT_PER_SECOND", "WRONG_KEYS_PER_MINUTE"] {
        #expect(findings.contains { $0.text.hasPrefix("\(name): ") } == (host == "0.0.0.0"), "\(name)")
      }
    }
  }

  @Test("a database outside of DATA_DIR that others may read or replace is named")
  func databaseElsewhere() async throws {
    try await withSandbox { sandbox in
      let directory = sandbox.directory.appending(path: "elsewhere")
      let file = directory.appending(path: "other.sqlite")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      let environment = ["DATABASE_URL": "sqlite:\(file.path)"]
      let made = try await sandbox.run(["stats"], environment: environment)
      #expect(made.exitCode == 0)
      let advice = { (directoryRights: Int, fileRights: Int) in
        for (path, rights) in [(directory.path, directoryRights), (file.path, fileRights)] {
          try FileManager.default.setAttributes([.posixPermissions: rights], ofItemAtPath: path)
        }
        let findings = try Self.findings(try await sandbox.run(["doctor", "--json"], environment: environment))
        return findings.map(\.text).filter { $0.hasPrefix("DATABASE_URL") }
      }
      #expect(try await advice(0o755, 0o600).isEmpty)
      #expect(try await advice(0o755, 0o644) == ["DATABASE_URL: everybody on this machine may read it: chmod o-rwx"])
      let replaceable = try await advice(0o777, 0o646)
      #expect(
        replaceable == [
          "DATABASE_URL: everybody on this machine may change it: chmod o-w",
          "DATABASE_URL, the directory of the file: everybody on this machine may change it: chmod o-w",
        ])
    }
  }

  @Test("a Redis that does not answer is named also while there is no database yet")
  func freshMachine() async throws {
    try await withSandbox { sandbox in
      let result = try await sandbox.run(["doctor"], environment: ["REDIS_URL": "redis://127.0.0.1:1"])
      #expect(result.exitCode == 1)
      #expect(result.text.contains("✓ database: there is none yet") && result.text.contains("✗ redis: "))
    }
  }

  @Test("a file that is no database ends with code 1")
  func noDatabase() async throws {
    try await withSandbox { sandbox in
      try Data(repeating: 0x55, count: 8_192).write(to: sandbox.database)
      let result = try await sandbox.run(["doctor"])
      #expect(result.exitCode == 1)
      #expect(result.text.contains("✗ database"))
      #expect(result.text.contains("is not a SQLite database"))
    }
  }

  @Test(
    "a password in DATABASE_URL is never printed",
    arguments: [
      "postgres://me:hunter2@127.0.0.1:1/catalog", "postgresql:hunter2", "hunter2", "sqlite://me:hunter2@example.org/c",
    ], ["doctor", "doctor --json", "stats", "serve", "models list --json"])
  func secret(url: String, command: String) async throws {
    try await withSandbox { sandbox in
      let result = try await sandbox.run(
        command.split(separator: " ").map(String.init), environment: ["DATABASE_URL": url, "LOG_LEVEL": "trace"])
      #expect(result.exitCode == 1)
      let says = ["DATABASE_URL", "the catalog database cannot be used"].contains {
        (result.text + result.errors).contains($0)
      }
      #expect(says, "\(result.errors)")
      #expect(!(result.text + result.errors).contains("hunter2"))
    }
  }

  @Test(
    "admin keys are never printed, neither good nor bad ones",
    arguments: ["hunter2hunter2hunter2", "hunter2", "first-key-is-long-enough,hunter2"],
    ["doctor", "doctor --json", "stats"])
  func adminKeys(keys: String, command: String) async throws {
    try await withSandbox(.bundled) { sandbox in
      let result = try await sandbox.run(
        command.split(separator: " ").map(String.init), environment: ["ADMIN_API_KEY": keys, "LOG_LEVEL": "trace"])
      #expect(result.exitCode == (keys.hasSuffix("hunter2hunter2hunter2") ? 0 : 1))
      #expect(!(result.text + result.errors).contains("hunter2"))
      if result.exitCode == 0, command != "stats" { #expect(result.text.contains("1 set, not shown")) }
    }
  }

  @Test(
    "A setting of the sync that cannot be used is named, and an address with a password is not repeated",
    arguments: [
      ("MODEL_SYNC_PROVIDERS", "none", "expected all, or providers"),
      ("MODEL_SYNC_SKIP_PROVIDERS", "all", "expected none, or providers"),
      ("MODEL_SYNC_SKIP_PROVIDERS", "openrouter,", "expected none, or providers"),
      ("LITELLM_SYNC_INTERVAL_MINUTES", "often", "whole number"),
      ("MODEL_SYNC_BASE_URL", "https://me:hunter2@proxy.example.com", "has a user name"),
      ("MODEL_SYNC_BASE_URL", "http://proxy.example.com/hunter2", "expected https://"),
      ("MODEL_SYNC_BASE_URL", "https://proxy.example.com/?key=hunter2", "must not have a query"),
    ])
  func badSyncSetting(name: String, value: String, reason: String) async throws {
    try await withSandbox { sandbox in
      let result = try await sandbox.run(["doctor"], environment: [name: value])
      #expect(result.exitCode == 1)
      #expect(result.errors.contains("\(name): ") && result.errors.contains(reason), "\(result.errors)")
      #expect(!(result.text + result.errors).contains("hunter2"))
    }
  }

  @Test(
    "What is synced by itself is told, of single providers and of curated lists, too",
    arguments: [
      ([:], "nothing is synced by itself"), (["OPENROUTER_SYNC_INTERVAL_MINUTES": "0"], "nothing is synced by itself"),
      (["MODEL_SYNC_INTERVAL_MINUTES": "30", "MODEL_PROVIDERS_FILE": ""], "synced every 30 minutes by a server"),
      (["LITELLM_SYNC_INTERVAL_MINUTES": "5"], "litellm every 5 minutes"),
      (
        ["MODEL_SYNC_INTERVAL_MINUTES": "30", "OPENROUTER_SYNC_INTERVAL_MINUTES": "0"],
        "synced every 30 minutes by a server, openrouter not by itself"
      ),
    ] as [([String: String], String)])
  func schedule(environment: [String: String], text: String) async throws {
    try await withSandbox { sandbox in
      let result = try await sandbox.run(["doctor", "--json"], environment: environment)
      #expect(result.exitCode == 0, "\(result.errors)")
      let finding = try #require(try Self.findings(result).first { $0.name == "sync" })
      #expect(finding.text.hasSuffix(text) || finding.text.contains(text + ":"), "\(finding.text)")
    }
  }

  @Test("DATABASE_URL names a file", arguments: ["sqlite:named.sqlite", "sqlite:///DIRECTORY/named.sqlite"])
  func databaseURL(template: String) async throws {
    try await withSandbox { sandbox in
      let url = template.replacing("/DIRECTORY", with: sandbox.directory.path)
      let result = try await sandbox.run(["stats"], environment: ["DATABASE_URL": url])
      #expect(result.exitCode == 0)
      #expect(FileManager.default.fileExists(atPath: sandbox.directory.appending(path: "named.sqlite").path))
    }
  }
}
