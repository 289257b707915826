import Foundation
import TestSupport
import Testing

extension FleetTests {
  /// `modelcatalog cache` beside running workers.
  @Suite struct FleetCommandTests {
    private struct Inspection: Decodable {
      struct Record: Decodable { let id: String }
      let kind: String
      let name: String
      let content: [Record]
    }

    private struct Explanation: Decodable {
      let tier: String
      let state: String
      let doAgree: Bool
      let database: String
      let redis: String?
      let isRedisCurrent: Bool?

      private enum CodingKeys: String, CodingKey {
        case state, database, redis
        case isRedisCurrent = "redis_is_current"
        case tier = "answered_by"
        case doAgree = "agree"
      }
    }

    private struct Audited: Decodable {
      struct Worker: Decodable {
        let id: String
        let verdict: String
      }
      let workers: [Worker]
      let consistent: Bool
    }

    @Test("audit asks every worker, and all of them serve what the database has")
    func audit() async throws {
      try await withFleet { fleet in
        let audited = try await fleet.json(["cache", "audit"], as: Audited.self)
        #expect(audited.consistent && audited.workers.map(\.verdict) == ["agrees", "agrees", "agrees"])
        for worker in fleet.workers {
          #expect(audited.workers.contains { $0.id.contains("-\(worker.process.identifier)-") })
        }
        let metrics = String(decoding: try await fleet.workers[0].server.get("/metrics").body, as: UTF8.self)
        #expect(metrics.contains("model_cache_audit_past_bound_total{worker=\"1\"} 0"))
        #expect(metrics.contains(#"model_cache_audit_views{worker="1",finding="different"} 0"#))
        await fleet.kill(fleet.workers[1])
        let without = try await fleet.sandbox.run(
          ["cache", "audit"], environment: fleet.environment, waitsForPlace: false)
        #expect(without.exitCode == 1 && without.text.contains("no answer"), "\(without.text)")
      }
    }

    private struct Warmed: Decodable { let warmed: [String: Int] }

    private struct Tried: Decodable {
      struct Call: Decodable {
        let models: Int
        let tier: String
        let state: String
      }
      let calls: [Call]
    }

    private static let models = Probe.offers * Probe.allCases.count

    @Test("status, stats, inspect, explain, warm and try say what Redis and the workers have")
    func looking() async throws {
      try await withFleet { fleet in
        for worker in fleet.workers { #expect(try await worker.server.get("/v1/models").status == 200) }
        let status: CacheStatusReport = try await fleet.json(["cache", "status"])
        #expect(status.redisFailure == nil)
        #expect(status.version == status.databaseVersion)
        #expect(status.views.allSatisfy { $0.isCurrent })
        for probe in Probe.allCases {
          let view = try #require(status.views.first { $0.gateway == probe.gateway })
          #expect(view.redis?.key == "fleet:models:provider:\(probe.gateway)")
        }
        // Workers report every second.
        try await Task.sleep(for: .milliseconds(1_500))
        let stats: CacheStatsReport = try await fleet.json(["cache", "stats"])
        let served = try #require(stats.fleet).workers.filter { $0.version == status.version && $0.isFresh }
        #expect(served.count >= fleet.workers.count, "\(stats)")
        #expect(stats.fleet?.databaseLoads == 1)
        #expect(stats.fleet?.requests ?? 0 >= fleet.workers.count)

        let key = "fleet:models:provider:\(Probe.http.gateway)"
        let inspection: Inspection = try await fleet.json(["cache", "inspect", key])
        #expect(inspection.kind == "part" && inspection.name == Probe.http.gateway)
        #expect(inspection.content.count == Probe.offers)
        #expect(try await fleet.run(["cache", "inspect", key]).text.contains(Probe.http.gateway))

        for view in ["full", "unique", "stats", "gateway:\(Probe.sql.gateway)", "model:\(Probe.sql.id)"] {
          let explanation: Explanation = try await fleet.json(["cache", "explain", view])
          #expect(explanation.tier == "redis" && explanation.state == "fresh", "\(view)")
          #expect(explanation.doAgree, "\(view)")
          #expect(explanation.isRedisCurrent == explanation.redis.map { $0 == explanation.database }, "\(view)")
        }
        let warmed: Warmed = try await fleet.json(["cache", "warm"])
        #expect(warmed.warmed["catalog:full"] == Self.models)
        let tried: Tried = try await fleet.json(["cache", "try"])
        #expect(tried.calls.map(\.models) == [Self.models, Self.models])
        #expect(tried.calls.map(\.tier) == ["redis", "local"])
        #expect(tried.calls.allSatisfy { $0.state == "fresh" })
        for command in ["status", "stats", "warm", "try"] {
          let text = try await fleet.run(["cache", command]).text
          #expect(!text.isEmpty, "cache \(command)")
        }
      }
    }

    @Test("clear and invalidate reach every worker within the bound")
    func clearing() async throws {
      try await withFleet { fleet in
        for arguments in [
          ["clear"], ["invalidate", "full"], ["invalidate", "unique"], ["invalidate", "stats"],
          ["invalidate", "gateway:\(Probe.http.gateway)"], ["invalidate", "model:\(Probe.http.id)"],
          ["clear", "--purge"],
        ] {
          let before = try #require(
            CatalogVersion.sum(try await fleet.workers[0].server.get("/v1/stats")["x-catalog-version"]))
          let report: ClearReport = try await fleet.json(["cache"] + arguments)
          let returned = ContinuousClock.now
          let sum = try #require(CatalogVersion.sum(report.cleanFrom))
          #expect(sum > before, "\(arguments)")
          #expect(report.isTold, "\(arguments)")
          for worker in fleet.workers {
            let limit = worker.coherence == .strict ? .zero : FleetHistory.bound
            try await worker.isClean(from: sum, within: limit, since: returned, after: arguments.joined(separator: " "))
          }
        }
      }
    }

    @Test("without Redis the commands say so, and what they do reaches the workers through the database")
    func withoutRedis() async throws {
      try await withFleet { fleet in
        try await fleet.redis.kill()
        let report: ClearReport = try await fleet.json(["cache", "clear"])
        #expect(!report.isTold)
        let sum = try #require(CatalogVersion.sum(report.cleanFrom))
        for worker in fleet.workers {
          try await worker.isClean(from: sum, within: FleetHistory.bound, since: .now, after: "clear without Redis")
        }
        async let looking = fleet.json(["cache", "status"], as: CacheStatusReport.self)
        async let inspecting = fleet.sandbox.run(
          ["cache", "inspect", "fleet:models:provider:\(Probe.http.gateway)"], environment: fleet.environment)
        let status = try await looking
        #expect(status.redisFailure != nil)
        #expect(status.version == status.databaseVersion)
        let inspection = try await inspecting
        #expect(inspection.exitCode != 0)
        #expect(inspection.errors.contains("Redis"), "\(inspection.errors)")
      }
    }
  }
}

extension Fleet.Worker {
  /// Checks that every fresh answer that is asked for later than so long after `returned` is of this version or a later one,
  /// and that there is one in time.
  func isClean(
    from sum: Int, within limit: Duration, since returned: ContinuousClock.Instant, after what: String
  ) async throws {
    let due = returned + limit
    let end = due + FleetHistory.slack
    while true {
      let sight = try await FleetTraffic.read(self, "/v1/stats", nil)
      let isClean = sight.sum ?? 0 >= sum
      if isClean, sight.isFresh { return }
      #expect(
        isClean || !sight.isFresh || sight.asked < due, "worker \(index) serves an old version after \(what): \(sight)")
      guard ContinuousClock.now < end else {
        Issue.record("worker \(index) does not serve the version \(sum) after \(what): \(sight)")
        return
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}
