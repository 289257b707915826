import Foundation
import Testing

/// What docs/metrics.md says of each metric.
struct MetricsPage {
  struct Row: Equatable {
    let type: String
    let labels: Set<String>
    let meaning: String
  }

  let rows: [String: Row]

  init() throws {
    let page = Places.repository.appending(path: "docs/metrics.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    var rows: [String: Row] = [:]
    for line in text.matches(of: #/(?m)^\| `([a-z_]+)` \| (counter|gauge|histogram) \| (.*?) ?\| (.*) \|$/#) {
      let labels = line.output.3.matches(of: #/[a-z]+/#).map { String($0.output) }
      try #require(rows[String(line.output.1)] == nil, "\(line.output.1) stands twice")
      rows[String(line.output.1)] = Row(
        type: String(line.output.2), labels: Set(labels), meaning: String(line.output.4))
    }
    self.rows = rows
  }
}

@Suite("The page about metrics")
struct MetricsPageTests {
  @Test("says of every metric what /metrics says of it, and of no other")
  func tables() async throws {
    let page = try MetricsPage()
    try await ObservedServer.run { observed in
      // Some are only known when a sync is done.
      let deadline = ContinuousClock.now + .seconds(90)
      var scrape = try await observed.server.scrape()
      while Set(scrape.metrics.keys) != Set(page.rows.keys), ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(500))
        scrape = try await observed.server.scrape()
      }
      let missing = Set(scrape.metrics.keys).symmetricDifference(page.rows.keys)
      #expect(missing.isEmpty)
      for (name, metric) in scrape.metrics {
        let shown = MetricsPage.Row(type: metric.type, labels: scrape.labels(of: name), meaning: metric.help)
        #expect(page.rows[name] == shown, "\(name)")
      }
    }
  }
}
