import Foundation
import TestSupport
import Testing

/// A server of two workers in which everything happens that is measured: reads, a sync on schedule, a webhook.
struct ObservedServer: Sendable {
  let sandbox: Sandbox
  let server: RunningServer
  /// The Redis of its workers.
  let redis: RedisServer

  private static let provider = """
    [{"slug": "acme", "name": "Acme", "url": "https://api.acme.example/v1/models", "format": "openrouter"}]
    """
  private static let list = """
    {"data":[{"id":"a","name":"A","context_length":8192,"pricing":{"prompt":"0.000001","completion":"0.000002"}}]}
    """

  /// Runs `body` with such a server.
  static func run(_ body: (ObservedServer) async throws -> Void) async throws {
    let replay = try await ReplayServer()
    do {
      replay.serve("/acme/v1/models", list)
      replay.serve("/hook/*", "{}")
      try await RedisServer.with { redis in
        try await withSandbox(.bundled) { sandbox in try await run(sandbox, replay, redis, body) }
      }
      try await replay.stop()
    } catch {
      try await replay.stop()
      throw error
    }
  }

  private static func run(
    _ sandbox: Sandbox, _ replay: ReplayServer, _ redis: RedisServer, _ body: (ObservedServer) async throws -> Void
  ) async throws {
    let environment = [
      "REDIS_URL": redis.url, "MODEL_SYNC_BASE_URL": replay.url, "MODEL_SYNC_PROVIDERS": "acme",
      "MODEL_SYNC_INTERVAL_MINUTES": "30", "MODEL_PROVIDERS_FILE": try sandbox.file("providers.json", provider),
      "MODEL_WEBHOOK_URLS": "\(replay.url)/hook/changes", "MODEL_WEBHOOK_SECRET": "plain-secret-of-enough-characters",
    ]
    let process = try sandbox.start(
      Places.program, ["serve", "--workers", "2", "--port", "0"], environment: environment)
    do {
      try await body(ObservedServer(sandbox: sandbox, server: try await RunningServer(process), redis: redis))
    } catch {
      await process.killed()
      throw error
    }
    process.terminate()
    #expect(try await process.result(within: .seconds(40)).exitCode == 0)
  }

  /// Reads a few things, as clients do, over connections of their own.
  func read(times: Int) async throws {
    for _ in 0..<times {
      let client = RunningServer(port: server.port)
      for target in ["/v1/models", "/v1/stats", "/v1/models/gpt-4o", "/v1/models?limit=\(Int.random(in: 1...1_000))"] {
        _ = try await client.get(target)
      }
    }
  }
}
