import Foundation
import TestSupport
import Testing

/// What receivers of notifications get of a server, and what an operator sees of them.
@Suite(.timeLimit(.minutes(3))) struct WebhookTests {
  private static let path = "/hook/hidden-token"

  private static func environment(_ server: ReplayServer, secret: String) -> [String: String] {
    ["MODEL_WEBHOOK_URLS": "\(server.url)\(path)", "MODEL_WEBHOOK_SECRET": secret]
  }

  private struct Body: Decodable {
    struct Content: Decodable {
      let changes: [ChangesAnswer.Change]?
    }

    let type: String
    let data: Content
  }

  private struct Status: Decodable {
    struct Receiver: Decodable {
      struct Record: Decodable {
        let cursor: Int
      }

      let name: String
      let state: String
      let end: Int
      let record: Record?
    }

    let receivers: [Receiver]
  }

  /// Runs a test with a receiver on loopback.
  private func withReceiver(_ body: (ReplayServer, Sandbox) async throws -> Void) async throws {
    let server = try await ReplayServer()
    server.serve("/hook/*", "{}")
    do {
      try await withSandbox(.bundled) { try await body(server, $0) }
      try await server.stop()
    } catch {
      try await server.stop()
      throw error
    }
  }

  private func wait(for description: Comment, until isDone: () async throws -> Bool) async throws {
    let start = ContinuousClock.now
    while try await !isDone() {
      try #require(ContinuousClock.now - start < .seconds(30), description)
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// What all commands and servers have written.
  private static func allOutput(in sandbox: Sandbox) throws -> String {
    let logs = sandbox.directory.appending(path: "logs")
    let files = try FileManager.default.contentsOfDirectory(at: logs, includingPropertiesForKeys: nil)
    return try files.filter { $0.pathExtension != "in" }.map {
      String(decoding: try Data(contentsOf: $0), as: UTF8.self)
    }.joined()
  }

  private func checkSignature(of request: ReplayServer.Received, secret: String, _ sandbox: Sandbox) async throws {
    let message = [
      "secret": secret, "id": request["webhook-id"] ?? "", "timestamp": request["webhook-timestamp"] ?? "",
      "signature": request["webhook-signature"] ?? "", "body": Data(request.body).base64EncodedString(),
    ]
    let process = try sandbox.start(
      URL(filePath: "/usr/bin/env"), ["python3", Places.script("webhook_signature.py")],
      input: try JSONEncoder().encode(message))
    let result = try await process.result(within: .seconds(30))
    #expect(result.exitCode == 0, "\(result.errors)")
    #expect(result.text == "catalog.changes\n")
  }

  @Test(
    "a change by hand reaches the receiver, signed so that Python agrees, after a failure too; a new start repeats nothing",
    arguments: ["plain-secret-of-enough-characters", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
  func delivery(secret: String) async throws {
    try await withReceiver { hook, sandbox in
      let environment = Self.environment(hook, secret: secret)
      let receivers = {
        let status: Status = try await sandbox.json(["webhooks", "status"], environment: environment)
        return status.receivers
      }
      #expect(try await receivers().map(\.state) == ["new"])
      let run = { (work: () async throws -> Void) in
        try await sandbox.withServer(environment: environment.merging(["LOG_LEVEL": "trace"]) { $1 }) { _ in
          try await wait(for: "a known receiver") { try await receivers().first?.state != "new" }
          try await work()
        }
      }
      try await run {
        hook.fail("hook", .status(500, retryAfter: nil), times: 1)
        try await sandbox.sql("UPDATE offers SET name = 'Renamed' WHERE provider = 'openai' AND id = 'gpt-4o'")
        try await wait(for: "the second attempt") { hook.requests("hook").count == 2 }
        try await wait(for: "the cursor") { try await receivers().first?.state == "current" }
      }
      let requests = hook.requests("hook")
      #expect(Set(requests.compactMap { $0["webhook-id"] }).count == 1)
      #expect(requests.allSatisfy { $0.target == Self.path && $0.body == requests[0].body })
      for request in requests { try await checkSignature(of: request, secret: secret, sandbox) }
      let body = try JSONDecoder().decode(Body.self, from: Data(requests[0].body))
      let changes = try #require(body.data.changes)
      #expect(changes.map(\.id) == ["gpt-4o"])
      #expect(changes.map(\.field) == ["name"])
      try await run {
        try await sandbox.sql("UPDATE offers SET name = 'Again' WHERE provider = 'openai' AND id = 'gpt-4o'")
        try await wait(for: "the next change") { hook.requests("hook").count > 2 }
      }
      let last = try JSONDecoder().decode(Body.self, from: Data(try #require(hook.requests("hook").last).body))
      #expect(last.data.changes?.map(\.new) == ["Again"])
      let status = try #require(try await receivers().first)
      #expect(status.name.hasPrefix("127.0.0.1:"))
      #expect(status.record?.cursor == status.end)
      let written = try Self.allOutput(in: sandbox)
      #expect(written.contains("A webhook was not taken"))
      #expect(!written.contains("hidden-token"), "addresses are not shown")
      #expect(!written.contains(secret), "secrets are not shown")
    }
  }

  @Test("a test message says what came back, and ends with code 1 when it was not taken")
  func testMessage() async throws {
    try await withReceiver { hook, sandbox in
      let environment = Self.environment(hook, secret: "plain-secret-of-enough-characters")
      let taken = try await sandbox.run(["webhooks", "test"], environment: environment)
      #expect(taken.exitCode == 0, "\(taken.errors)")
      #expect(taken.text.contains(#/yes +200 /#), "\(taken.text)")
      hook.fail("hook", .message(404, "nothing at \(Self.path)"))
      let refused = try await sandbox.run(["webhooks", "test", "--json"], environment: environment)
      #expect(refused.exitCode == 1)
      #expect(refused.text.contains(#""status":404"#))
      #expect(!(refused.text + refused.errors).contains("hidden-token"))
      let nobody = try await sandbox.run(["webhooks", "test"])
      #expect(nobody.exitCode == 1)
      #expect(nobody.errors.contains("MODEL_WEBHOOK_URLS"))
    }
  }

  @Test(
    "what is configured wrongly ends every command that needs it, and is never printed",
    arguments: [
      ("https://hooks.example.com/hunter2", ""), ("https://hooks.example.com/hunter2", "hunter2"),
      ("http://hooks.example.com/hunter2", "plain-secret-of-enough-characters"),
      ("https://hooks.example.com/hunter2", "whsec_hunter2"),
    ], ["doctor", "doctor --json", "serve --port 0", "serve --port 0 --workers 2", "webhooks", "webhooks test"])
  func wrong(_ variables: (urls: String, secret: String), command: String) async throws {
    try await withSandbox { sandbox in
      let result = try await sandbox.run(
        command.split(separator: " ").map(String.init),
        environment: [
          "MODEL_WEBHOOK_URLS": variables.urls, "MODEL_WEBHOOK_SECRET": variables.secret, "LOG_LEVEL": "trace",
        ])
      #expect(result.exitCode == 1)
      #expect(result.errors.contains("MODEL_WEBHOOK_"), "\(result.errors)")
      #expect(!(result.text + result.errors).contains("hunter2"))
    }
  }

  @Test("doctor shows hosts and that there is a secret", arguments: ["doctor", "doctor --json"])
  func doctor(command: String) async throws {
    try await withSandbox(.bundled) { sandbox in
      let result = try await sandbox.run(
        command.split(separator: " ").map(String.init),
        environment: [
          "MODEL_WEBHOOK_URLS": "https://hooks.example.com/hunter2",
          "MODEL_WEBHOOK_SECRET": "hunter2-hunter2-hunter2-hunter2",
        ])
      #expect(result.exitCode == 0)
      #expect(result.text.contains("hooks.example.com"))
      #expect(result.text.contains("set, not shown"))
      #expect(!(result.text + result.errors).contains("hunter2"))
    }
  }
}
