import Foundation
import TestSupport
import Testing

/// Every recorded provider, as in production: PostgreSQL, Redis, two workers, the sync in one of them.
@Suite(
  "All recorded providers, synced into PostgreSQL with Redis and two workers",
  .enabled(if: Places.hasData, "../shared/data is absent"),
  .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"),
  .enabled(if: RedisServer.isInstalled, "Redis is not installed"), .serialized)
struct RecordedSyncFleetTests {
  private static let key = "an-admin-key-of-enough-length"

  private struct Stats: Decodable {
    let models: Int
    let providers: Int
    private enum CodingKeys: String, CodingKey {
      case models = "total_models"
      case providers = "total_providers"
    }
  }

  @Test("are in the catalog, each with its prices; a second sync changes nothing; a provider that fails harms nobody")
  func everything() async throws {
    let replay = try await ReplayServer()
    let slugs = try replay.serveRecorded(in: URL(filePath: Places.recorded("x")).deletingLastPathComponent())
    let postgres = try PostgresServer()
    try postgres.start()
    let redis = try RedisServer()
    try await redis.start()
    try await withSandbox { sandbox in
      var environment = [
        "DATABASE_URL": try postgres.makeDatabase(), "REDIS_URL": redis.url, "MODEL_SYNC_BASE_URL": replay.url,
        "ADMIN_API_KEY": Self.key, "LOG_LEVEL": "notice",
      ]
      // No recorded server looks at keys, but a sync asks nobody whose key is missing.
      for variable in try await Self.keyVariables(sandbox) { environment[variable] = "a-key" }
      let synced = slugs.filter { !Self.curated.contains($0) }
      environment["MODEL_SYNC_PROVIDERS"] = synced.joined(separator: ",")
      // A database that was never synced would be filled with the bundled catalog first.
      let first = try await sandbox.run(["sync", "zai"], environment: environment)
      try #require(first.exitCode == 0, "\(first.errors)")
      let process = try sandbox.start(
        Places.program, ["serve", "--workers", "2", "--port", "0"], environment: environment)
      do {
        let server = try await RunningServer(process)
        let job = try await Self.sync(server)
        #expect(job.results.count == synced.count)
        for result in job.results {
          #expect(["changed", "unchanged"].contains(result.outcome), "\(result.provider): \(result.reason ?? "")")
          #expect(result.prices.values.reduce(0, +) == result.offers)
        }
        let total = job.offers
        try await Self.expect(total, of: synced.count, on: server)

        #expect(try await Self.comparedWithHuggingFace(server) == 18)

        let again = try await Self.sync(server)
        #expect(
          again.results.allSatisfy { $0.outcome == "unchanged" },
          "\(again.results.filter { $0.outcome != "unchanged" })")

        replay.fail("openrouter", .truncated)
        let broken = try await Self.sync(server)
        #expect(broken.byProvider["openrouter"]?.outcome == "failed")
        #expect(broken.results.count { $0.outcome == "failed" } == 1)
        try await Self.expect(total, of: synced.count, on: server)
        #expect(try await redis.cli("EXISTS", "models:errors:openrouter") == "1")
        process.terminate()
        _ = try await process.result(within: .seconds(30))
      } catch {
        await process.killed()
        throw error
      }
    }
    try await replay.stop()
  }

  /// Lists of many providers that others keep; they are not a gateway's own word.
  private static let curated: Set = ["litellm", "models-dev", "genai-prices"]

  /// The variables of all keys that any provider needs.
  private static func keyVariables(_ sandbox: Sandbox) async throws -> [String] {
    struct Status: Decodable {
      struct Provider: Decodable { let obstacle: String? }
      let providers: [Provider]
    }
    let status = try await sandbox.json(["sync", "status", "--all"], as: Status.self)
    return status.providers.compactMap { $0.obstacle?.split(separator: " ").first.map(String.init) }
  }

  /// Syncs all, and waits for the end of the job.
  private static func sync(_ server: RunningServer) async throws -> SyncJobAnswer {
    let started = try await server.send("POST", "/admin/sync", key: key)
    try #require(started.status == 202, "\(String(decoding: started.body, as: UTF8.self))")
    let url = try started.json(SyncStartAnswer.self).url
    let deadline = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < deadline {
      // Any worker may be asked.
      let answer = try await RunningServer(port: server.port).send("GET", url, key: key)
      let job = try JSONDecoder.snakeCase.decode(SyncJobAnswer.self, from: answer.body)
      if job.state == "done" { return job }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw ProcessFailure(description: "the sync does not end")
  }

  private struct Offers: Decodable {
    struct Offer: Decodable {
      struct Pricing: Decodable, Equatable {
        let prompt: String?
        let completion: String?
      }
      let id: String
      let pricing: Pricing?
    }
    let data: [Offer]
  }

  /// Compares what providers ask with what the Hugging Face router, which was recorded in the same hour, says that they ask.
  ///
  /// - Returns: how many prices both have.
  private static func comparedWithHuggingFace(_ server: RunningServer) async throws -> Int {
    let router: Offers = try await server.get("/v1/models?gateway=huggingface").json()
    var compared = 0
    for provider in ["novita", "together", "sambanova"] {
      let offers: Offers = try await server.get("/v1/models?gateway=\(provider)").json()
      let direct = Dictionary(offers.data.map { (leaf($0.id), $0.pricing) }) { $1 }
      for shown in router.data where shown.id.hasSuffix(":\(provider)") && shown.pricing?.prompt != nil {
        guard let pricing = direct[leaf(String(shown.id.dropLast(provider.count + 1)))], pricing?.prompt != nil else {
          continue
        }
        compared += 1
        #expect(pricing == shown.pricing, "\(shown.id)")
      }
    }
    return compared
  }

  /// The last part of an id in lower case, the only part that providers write alike.
  private static func leaf(_ id: String) -> String {
    id.split(separator: "/").last.map { $0.lowercased().replacing(".", with: "-") } ?? id
  }

  /// Every worker serves all offers of all providers.
  private static func expect(_ offers: Int, of providers: Int, on server: RunningServer) async throws {
    for _ in 0..<6 {
      let stats: Stats = try await RunningServer(port: server.port).get("/v1/stats").json()
      #expect(stats.models == offers)
      #expect(stats.providers == providers)
    }
  }
}

extension JSONDecoder {
  static var snakeCase: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }
}
