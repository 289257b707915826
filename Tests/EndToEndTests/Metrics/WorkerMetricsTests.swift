import Foundation
import Testing

@Suite("Metrics of several workers on one port", .serialized)
struct WorkerMetricsTests {
  /// Runs `body` with three workers, which have to end by themselves afterwards.
  private func withEndingWorkers(
    _ body: (Sandbox, ChildProcess, RunningServer) async throws -> Void
  ) async throws {
    try await withWorkers { sandbox, process, server in
      try await body(sandbox, process, server)
      process.terminate()
      #expect(try await process.result(within: .seconds(40)).exitCode == 0)
    }
  }

  private func up(_ scrape: Scrape) -> [String: Double] {
    Dictionary(scrape.all("modelcatalog_worker_up").map { ($0.labels["worker"] ?? "", $0.value) }) { first, _ in first }
  }

  private static let all = ["1": 1.0, "2": 1.0, "3": 1.0]

  /// Waits until every worker is up.
  private func waitForAll(_ server: RunningServer) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try await up(server.scrape()) != Self.all {
      try #require(ContinuousClock.now < deadline, "some worker does not answer")
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Waits until no worker has an answer any more that it gave before.
  private func outliveKeptAnswers() async throws { try await Task.sleep(for: .milliseconds(1_500)) }

  @Test("whichever worker is asked answers for all, and their requests add up to what was asked")
  func totals() async throws {
    try await withEndingWorkers { _, _, server in
      try await waitForAll(server)
      let requests = 90
      for _ in 0..<requests {
        let answer = try await RunningServer(port: server.port).get("/v1/stats")
        #expect(answer.status == 200)
      }
      try await outliveKeptAnswers()
      var counts: Set<Double> = []
      for _ in 0..<12 {
        let scrape = try await server.scrape()
        #expect(up(scrape) == Self.all)
        #expect(Set(scrape.all("process_start_time_seconds").compactMap { $0.labels["worker"] }) == Set(Self.all.keys))
        counts.insert(scrape.sum("http_requests_total", ["view": "stats", "status": "200"]))
        #expect(scrape.samples.allSatisfy { $0.labels["worker"] != nil })
      }
      #expect(counts == [Double(requests)])
      let timed = try await server.scrape().sum("http_request_duration_seconds_count", ["view": "stats"])
      #expect(timed == Double(requests))
    }
  }

  @Test("a worker that hangs is shown as not answering, and the others are still there")
  func hanging() async throws {
    try await withEndingWorkers { sandbox, process, server in
      try await waitForAll(server)
      let found = try await sandbox.run(tool: "pgrep", ["-P", "\(process.identifier)"], waitsForPlace: false)
      let victim = try #require(found.text.split(separator: "\n").compactMap { Int32($0) }.first)
      kill(victim, SIGSTOP)
      defer { kill(victim, SIGCONT) }
      try await outliveKeptAnswers()
      let seen = up(try await server.scrape())
      #expect(seen.count == 3 && seen.values.reduce(0, +) == 2, "\(seen)")
      kill(victim, SIGCONT)
      try await waitForAll(server)
    }
  }

  @Test("what workers ask each other is not to be had at the port")
  func privateRoute() async throws {
    try await withEndingWorkers { _, _, server in
      let answer = try await server.get("/metrics/worker")
      #expect(answer.status == 404)
    }
  }
}
