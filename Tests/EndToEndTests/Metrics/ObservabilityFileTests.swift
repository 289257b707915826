import Foundation
import Testing

/// The files in `deploy/prometheus` and `deploy/grafana`, and the runbooks.
@Suite("Dashboards, alerts and runbooks")
struct ObservabilityFileTests {
  private static let prometheus = Prometheus.alerts.deletingLastPathComponent()
  private static let runbooks = Places.repository.appending(path: "docs/runbooks")

  @Test("every panel says what it shows, in which unit, from the data source that is chosen")
  func dashboards() throws {
    let dashboards = try Dashboard.all()
    #expect(Set(dashboards.map(\.uid)).count == 4)
    for dashboard in dashboards {
      #expect(dashboard.schemaVersion >= 36 && !dashboard.title.isEmpty && !dashboard.description.isEmpty)
      #expect(dashboard.templating.list.contains { $0.name == "datasource" && $0.type == "datasource" })
      #expect(Set(dashboard.panels.map(\.id)).count == dashboard.panels.count)
      for panel in dashboard.panels {
        #expect(panel.description.hasSuffix(".") && !panel.fieldConfig.defaults.unit.isEmpty, "\(panel.title)")
        let sources = [panel.datasource] + panel.targets.map(\.datasource)
        #expect(sources.allSatisfy { $0.type == "prometheus" && $0.uid == "${datasource}" }, "\(panel.title)")
        #expect(panel.gridPos.x + panel.gridPos.w <= 24, "\(panel.title)")
      }
    }
  }

  @Test("the overview begins with the four charts of the specification")
  func specification() throws {
    let overview = try #require(try Dashboard.all().first { $0.uid == "modelcatalog-overview" })
    #expect(
      overview.panels.prefix(4).map(\.title) == [
        "Cache hit rate", "Cache size", "Cache operations per second", "Response time, cached against uncached",
      ])
    #expect(overview.panels.prefix(4).map(\.fieldConfig.defaults.unit) == ["percent", "decmbytes", "ops", "s"])
  }

  @Test("dashboards and alerts name no metric that is not on the page about metrics")
  func names() throws {
    let known = Set(try MetricsPage().rows.keys)
    let alerts = try String(contentsOf: Prometheus.alerts, encoding: .utf8)
    let text = try Dashboard.all().flatMap(\.queries).joined(separator: "\n") + alerts
    let named = text.matches(of: #/\b(?:model_|modelcatalog_|http_|process_)[a-z_]+/#).map { String($0.output) }
    #expect(named.count > 80)
    for name in Set(named) {
      let base = name.replacing(#/_(bucket|count|sum)$/#, with: "")
      #expect(known.contains(name) || known.contains(base), "\(name)")
    }
  }

  @Test("each alert has a runbook, and each runbook an alert")
  func runbookNames() throws {
    let alerts = try Alerts.names()
    #expect(alerts.count > 15 && Set(alerts).count == alerts.count)
    let pages = try FileManager.default.contentsOfDirectory(atPath: Self.runbooks.path)
    #expect(Set(pages) == Set(alerts.map { "\($0).md" }))
    let text = try String(contentsOf: Prometheus.alerts, encoding: .utf8)
    let links = text.matches(of: #/(?m)^ +runbook_url: docs/runbooks/(\w+)\.md$/#).map { String($0.output.1) }
    #expect(links == alerts)
    #expect(text.matches(of: #/(?m)^ +labels: \{severity: (critical|warning|info)\}$/#).count == alerts.count)
    #expect(text.matches(of: #/(?m)^ +summary: '.+'$/#).count == alerts.count)
  }

  @Test("the commands of the runbooks are there")
  func runbookCommands() async throws {
    var commands: Set<[String]> = []
    for page in try FileManager.default.contentsOfDirectory(at: Self.runbooks, includingPropertiesForKeys: nil) {
      let text = try String(contentsOf: page, encoding: .utf8)
      for part in ["## What it means", "## How to see it", "## What to do"] { #expect(text.contains(part), "\(page)") }
      for line in text.matches(of: #/(?m)^modelcatalog ([a-z]+)(?: ([a-z]+)\b(?! *:))?/#) {
        commands.insert([line.output.1, line.output.2].compactMap { $0.map(String.init) })
      }
    }
    #expect(commands.count > 8)
    try await withSandbox { sandbox in
      for command in commands.sorted(by: { $0.joined() < $1.joined() }) {
        let help = try await sandbox.run(command + ["--help"])
        // Help for a command that is not there is that of the one above it.
        #expect(help.text.contains("USAGE: modelcatalog \(command.joined(separator: " "))"), "\(command)")
      }
    }
  }

  @Test(
    "promtool accepts configuration and rules, and every alert fires when it should and not before",
    .enabled(if: Promtool.isHere, "promtool is not installed"),
    arguments: [
      ["check", "config", "prometheus.yml"], ["check", "config", "prometheus-compose.yml"],
      ["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"],
    ])
  func promtool(arguments: [String]) async throws {
    try await withSandbox { sandbox in
      // It runs in a directory of its own, and the files name each other.
      for name in try FileManager.default.contentsOfDirectory(atPath: Self.prometheus.path) {
        let file = Self.prometheus.appending(path: name)
        try FileManager.default.copyItem(at: file, to: sandbox.directory.appending(path: name))
      }
      let result = try await sandbox.run(tool: Promtool.program.path, arguments)
      #expect(result.exitCode == 0, "\(result.text)\(result.errors)")
    }
  }

  @Test("every scrape configuration has the job that the alerts ask for")
  func jobs() throws {
    for name in ["prometheus.yml", "prometheus-compose.yml", "prometheus-kubernetes.yml"] {
      let text = try String(contentsOf: Self.prometheus.appending(path: name), encoding: .utf8)
      let jobs = text.matches(of: #/(?m)^ +- job_name: (\w+)$/#).map { String($0.output.1) }
      #expect(jobs == ["modelcatalog"], "\(name)")
    }
  }

  @Test("each alert is tested with a time at which it fires, and one at which it does not")
  func alertTests() throws {
    let text = try String(contentsOf: Self.prometheus.appending(path: "alerts_test.yml"), encoding: .utf8)
    let quiet = text.matches(of: #/\{alertname: (\w+), eval_time: \w+, exp_alerts: \[\]\}/#).map { String($0.output.1) }
    let firing = text.matches(of: #/(?m)alertname: (\w+)\n +eval_time: \w+\n +exp_alerts:\n +- exp_labels/#)
      .map { String($0.output.1) }
    let alerts = Set(try Alerts.names())
    #expect(Set(quiet) == alerts)
    #expect(Set(firing) == alerts)
  }
}
