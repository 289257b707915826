import Foundation
import TestSupport
import Testing

/// A real Prometheus server (Debian package `prometheus`) that scrapes a server every second.
struct Prometheus: Sendable {
  static let program = URL(filePath: "/usr/bin/prometheus")
  static let isHere = FileManager.default.isExecutableFile(atPath: program.path)
  /// The alerts of the repository.
  static let alerts = Places.repository.appending(path: "deploy/prometheus/alerts.yml")

  /// What a query answers.
  struct Answer: Decodable, Sendable {
    struct Result: Decodable, Sendable {
      struct Series: Decodable, Sendable {
        struct Value: Decodable, Sendable {
          let number: Double

          init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            _ = try pair.decode(Double.self)
            number = Double(try pair.decode(String.self)) ?? .nan
          }
        }
        let metric: [String: String]
        let value: Value
      }
      let result: [Series]
    }
    let status: String
    let error: String?
    let data: Result?

    /// The values of all series.
    var values: [Double] { (data?.result ?? []).map(\.value.number) }
  }

  /// What Prometheus says about the rules.
  struct Rules: Decodable, Sendable {
    struct Groups: Decodable, Sendable {
      struct Group: Decodable, Sendable {
        struct Rule: Decodable, Sendable {
          let name: String
          let query: String
          let health: String
          let lastError: String?
        }
        let rules: [Rule]
      }
      let groups: [Group]
    }
    let data: Groups
  }

  private let api: RunningServer

  /// Runs `body` with a Prometheus that scrapes a port of this machine.
  static func run(
    scraping port: Int, in sandbox: Sandbox, _ body: (Prometheus) async throws -> Void
  ) async throws {
    let configuration = try sandbox.file(
      "prometheus.yml",
      """
      global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
      rule_files: ["\(alerts.path)"]
      scrape_configs:
        - job_name: modelcatalog
          static_configs: [{targets: ["127.0.0.1:\(port)"]}]
      """)
    let own = try Loopback.freePort()
    let process = try sandbox.start(
      program,
      [
        "--config.file=\(configuration)", "--storage.tsdb.path=\(sandbox.directory.appending(path: "tsdb").path)",
        "--web.listen-address=127.0.0.1:\(own)", "--log.level=warn",
      ])
    do {
      let prometheus = Prometheus(api: RunningServer(port: own))
      try await prometheus.waitUntilReady(process)
      try await body(prometheus)
    } catch {
      await process.killed()
      throw error
    }
    await process.killed()
  }

  private func waitUntilReady(_ process: ChildProcess) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      do {
        if try await api.get("/-/ready").status == 200 { return }
      } catch is URLError {
        // It does not listen yet.
      }
      guard process.isRunning, ContinuousClock.now < deadline else {
        throw ProcessFailure(description: "Prometheus does not start: \(try process.errorsSoFar())")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Evaluates a query now.
  func query(_ query: String) async throws -> Answer {
    let text = try #require(query.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    return try await api.get("/api/v1/query?query=\(text)").json()
  }

  /// The rules, and whether they can be evaluated.
  func rules() async throws -> Rules { try await api.get("/api/v1/rules?type=alert").json() }

  /// Waits until a query has a value that is wanted.
  func wait(for what: Comment, _ query: String, until isWanted: (Double) -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      let answer = try await self.query(query)
      if answer.values.contains(where: isWanted) { return }
      try #require(ContinuousClock.now < deadline, what)
      try await Task.sleep(for: .milliseconds(200))
    }
  }
}
