import Foundation
import Testing

extension FleetTests {
  /// The cache routes of running workers.
  @Suite struct FleetRouteTests {
    private static let routes = [
      ("GET", "/api/system/cache/status"), ("GET", "/api/system/cache/stats"), ("POST", "/api/system/cache/warm"),
      ("POST", "/api/system/cache/clear"), ("POST", "/api/system/cache/clear?gateway=\(Probe.http.gateway)"),
      ("GET", "/admin/cache/status"), ("GET", "/admin/cache/stats"), ("POST", "/admin/cache/warm"),
      ("POST", "/admin/cache/clear"), ("POST", "/admin/cache/refresh/\(Probe.http.gateway)"),
      ("GET", "/admin/cache-status"), ("GET", "/admin/cache/warmer/stats"), ("POST", "/admin/api/cache/invalidate"),
    ]

    @Test("every cache route asks for the key, and answers with it")
    func keys() async throws {
      // More wrong keys than one client may send in a minute.
      let setup = Fleet.Setup(workers: [.strict, .bounded], environment: ["WRONG_KEYS_PER_MINUTE": "0"])
      try await withFleet(setup) { fleet in
        let server = fleet.workers[0].server
        for (method, path) in Self.routes {
          #expect(try await server.send(method, path).status == 401, "\(method) \(path)")
          #expect(try await server.send(method, path, key: "\(Fleet.key)!").status == 401, "\(method) \(path)")
          let answer = try await server.send(method, path, key: Fleet.key)
          #expect(answer.status == 200, "\(method) \(path): \(String(decoding: answer.body, as: UTF8.self))")
          #expect(answer["content-type"].hasPrefix("application/json"), "\(method) \(path)")
        }
        #expect(try await server.send("GET", "/api/system/cache/clear", key: Fleet.key).status == 405)
        let unknown = try await server.send("POST", "/api/system/cache/clear?gateway=nobody", key: Fleet.key)
        #expect(unknown.status == 404, "\(String(decoding: unknown.body, as: UTF8.self))")
        #expect(try await server.send("POST", "/api/system/cache/clear?gatway=x", key: Fleet.key).status == 400)
      }
    }

    @Test("a clear on one worker reaches the others, and is logged in the words of the specification")
    func clear() async throws {
      try await withFleet { fleet in
        let worker = fleet.workers[0]
        for (query, name) in [
          ("", "all"), ("?gateway=\(Probe.http.gateway)", "Gateway catalog for \(Probe.http.gateway)"),
        ] {
          let answer = try await worker.server.send("POST", "/api/system/cache/clear\(query)", key: Fleet.key)
          let returned = ContinuousClock.now
          let report: ClearReport = try answer.json()
          #expect(report.isTold)
          let sum = try #require(CatalogVersion.sum(report.cleanFrom))
          for other in fleet.workers {
            let limit = other.coherence == .strict || other.index == 0 ? .zero : FleetHistory.bound
            try await other.isClean(from: sum, within: limit, since: returned, after: "clear\(query)")
          }
          #expect(try worker.logLines("Cache INVALIDATE: \(name)").count == 1)
        }
      }
    }

    @Test("status and stats of a worker know the views, their keys in Redis and the other workers")
    func reports() async throws {
      try await withFleet { fleet in
        for worker in fleet.workers { #expect(try await worker.server.get("/v1/models").status == 200) }
        let status: CacheStatusReport = try await fleet.workers[1].server.send(
          "GET", "/api/system/cache/status", key: Fleet.key
        ).json()
        #expect(status.version == status.databaseVersion)
        #expect(status.redisFailure == nil)
        #expect(status.views.filter { $0.redis?.key.hasPrefix("fleet:models:provider:") == true }.count == 3)
        try await Task.sleep(for: .milliseconds(1_500))
        let stats = try #require(try await fleet.cacheStatistics().first?.fleet)
        #expect(stats.workers.count == fleet.workers.count)
        #expect(Set(stats.workers.map(\.version)) == [status.version])
      }
    }
  }
}
