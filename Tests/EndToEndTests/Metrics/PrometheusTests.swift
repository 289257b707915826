import Foundation
import TestSupport
import Testing

@Suite(
  "Prometheus itself", .serialized,
  .enabled(if: Prometheus.isHere && RedisServer.isInstalled, "prometheus or redis-server is not installed"))
struct PrometheusTests {
  @Test("every query of every dashboard has data, every alert can be evaluated, and an outage of Redis shows")
  func queries() async throws {
    let dashboards = try Dashboard.all()
    try await ObservedServer.run { observed in
      try await Prometheus.run(scraping: observed.server.port, in: observed.sandbox) { prometheus in
        try await prometheus.wait(for: "both workers", "sum(modelcatalog_worker_up)") { $0 == 2 }
        try await observed.read(times: 10)
        try await observed.redis.kill()
        try await prometheus.wait(for: "an open breaker", "max(model_cache_breaker_state)") { $0 == 2 }
        try await observed.read(times: 5)
        try await observed.redis.start()
        try await prometheus.wait(for: "a closed breaker", "max(model_cache_breaker_state)") { $0 == 0 }
        try await observed.read(times: 10)

        let outage = try await prometheus.query(#"sum(increase(model_cache_errors_total{source="redis"}[5m]))"#)
        let hasFailed = outage.values.contains { $0 > 0 }
        #expect(hasFailed, "\(outage.values)")
        let recoveries = try await prometheus.query("sum(max_over_time(model_cache_redis_recoveries_total[5m]))")
        let hasRecovered = recoveries.values.contains { $0 >= 1 }
        #expect(hasRecovered, "\(recoveries.values)")
        let past = try await prometheus.query("sum(model_cache_served_past_bound_total)")
        #expect(past.values == [0])

        try await checkDashboards(dashboards, prometheus)
        try await checkRules(prometheus)
      }
    }
  }

  /// Each query has to be understood, and to have data soon: some metrics are looked after every 15 s.
  private func checkDashboards(_ dashboards: [Dashboard], _ prometheus: Prometheus) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    var waiting = dashboards.flatMap(\.queries)
    #expect(waiting.count > 50)
    while true {
      var empty: [String] = []
      for query in waiting {
        let answer = try await prometheus.query(query)
        #expect(answer.status == "success", "\(query): \(answer.error ?? "")")
        if answer.values.isEmpty { empty.append(query) }
      }
      waiting = empty
      if waiting.isEmpty || ContinuousClock.now > deadline { break }
      try await Task.sleep(for: .seconds(1))
    }
    #expect(waiting.isEmpty, "queries without data")
  }

  private func checkRules(_ prometheus: Prometheus) async throws {
    let rules = try await prometheus.rules().data.groups.flatMap(\.rules)
    let alerts = try Alerts.names()
    #expect(Set(rules.map(\.name)) == Set(alerts))
    for rule in rules {
      #expect(rule.health == "ok", "\(rule.name): \(rule.lastError ?? "")")
      let answer = try await prometheus.query(rule.query)
      #expect(answer.status == "success", "\(rule.name): \(answer.error ?? "")")
    }
  }

  @Test("promtool finds nothing to complain about in what a server with everything answers")
  func promtool() async throws {
    try await ObservedServer.run { observed in
      try await observed.read(times: 2)
      let metrics = try await observed.server.get("/metrics").body
      let process = try observed.sandbox.start(Promtool.program, ["check", "metrics"], input: metrics)
      let result = try await process.result(within: .seconds(30))
      #expect(result.exitCode == 0 && result.errors.isEmpty && result.text.isEmpty, "\(result.text)\(result.errors)")
    }
  }
}
