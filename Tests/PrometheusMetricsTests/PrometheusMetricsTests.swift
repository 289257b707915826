import Metrics
import NIOConcurrencyHelpers
import PrometheusMetrics
import Testing

@Suite("Metrics for Prometheus")
struct PrometheusMetricsTests {
  private let registry = PrometheusRegistry()
  private var metrics: PrometheusMetrics { PrometheusMetrics(registry: registry) }

  private static let ownLines = [
    "# HELP prometheus_series_dropped_total Metrics that were made and are not shown, as there are too many series.",
    "# TYPE prometheus_series_dropped_total counter", "prometheus_series_dropped_total 0",
  ]

  private func lines() -> [String] {
    String(decoding: registry.render(), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test("Counters, gauges, meters, timers and recorders are shown as Prometheus names them, sorted")
  func golden() {
    registry.describe("cache.reads", help: "Reads of the cache.\nWith a \\ and \"quotes\".")
    Counter(label: "cache.reads", dimensions: [("tier", "local"), ("result", "hit")], factory: metrics).increment(by: 3)
    Counter(label: "cache.reads", dimensions: [("result", "miss"), ("tier", "local")], factory: metrics).increment()
    FloatingPointCounter(label: "cost", factory: metrics).increment(by: 0.25)
    Gauge(label: "providers", factory: metrics).record(12)
    Meter(label: "temperature", factory: metrics).set(-1.5)
    Recorder(label: "rows", factory: metrics).record(70)
    #expect(
      lines()
        == [
          "# HELP cache_reads_total Reads of the cache.\\nWith a \\\\ and \"quotes\".",
          "# TYPE cache_reads_total counter", "cache_reads_total{result=\"hit\",tier=\"local\"} 3",
          "cache_reads_total{result=\"miss\",tier=\"local\"} 1", "# HELP cost_total Recorded as cost.",
          "# TYPE cost_total counter", "cost_total 0.25",
        ] + Self.ownLines + ["# HELP providers Recorded as providers.", "# TYPE providers gauge", "providers 12"]
        + ["# HELP rows Recorded as rows.", "# TYPE rows histogram", "rows_bucket{le=\"1\"} 0"]
        + ["rows_bucket{le=\"10\"} 0", "rows_bucket{le=\"100\"} 1", "rows_bucket{le=\"1000\"} 1"]
        + ["rows_bucket{le=\"10000\"} 1", "rows_bucket{le=\"100000\"} 1", "rows_bucket{le=\"1000000\"} 1"]
        + ["rows_bucket{le=\"10000000\"} 1", "rows_bucket{le=\"100000000\"} 1", "rows_bucket{le=\"1000000000\"} 1"]
        + ["rows_bucket{le=\"+Inf\"} 1", "rows_sum 70", "rows_count 1"]
        + ["# HELP temperature Recorded as temperature.", "# TYPE temperature gauge", "temperature -1.5"])
  }

  @Test("Timers count seconds; a value on a bound belongs to its bucket")
  func timers() {
    let timer = Timer(label: "load", dimensions: [("tier", "redis")], factory: metrics)
    for milliseconds in [1, 2, 3, 20_000] { timer.recordMilliseconds(milliseconds) }
    let lines = lines()
    #expect(lines.contains("load_seconds_bucket{tier=\"redis\",le=\"0.0005\"} 0"))
    #expect(lines.contains("load_seconds_bucket{tier=\"redis\",le=\"0.001\"} 1"))
    #expect(lines.contains("load_seconds_bucket{tier=\"redis\",le=\"0.005\"} 3"))
    #expect(lines.contains("load_seconds_bucket{tier=\"redis\",le=\"10\"} 3"))
    #expect(lines.contains("load_seconds_bucket{tier=\"redis\",le=\"+Inf\"} 4"))
    #expect(lines.contains("load_seconds_sum{tier=\"redis\"} 20.006"))
    #expect(lines.contains("load_seconds_count{tier=\"redis\"} 4"))
  }

  @Test("A histogram takes the buckets that were set for it")
  func buckets() {
    registry.setBuckets([0.5, 60], of: "load_seconds")
    Timer(label: "load", factory: metrics).recordSeconds(1)
    #expect(
      lines().filter { $0.hasPrefix("load_seconds_bucket") } == [
        "load_seconds_bucket{le=\"0.5\"} 0", "load_seconds_bucket{le=\"60\"} 1", "load_seconds_bucket{le=\"+Inf\"} 1",
      ])
  }

  @Test("The same label and dimensions are one series, whatever their order; a destroyed one is gone")
  func sameSeries() {
    let first = Counter(label: "a", dimensions: [("x", "1"), ("y", "2")], factory: metrics)
    let second = Counter(label: "a.total", dimensions: [("y", "2"), ("x", "1")], factory: metrics)
    first.increment()
    second.increment(by: 2)
    #expect(lines().contains("a_total{x=\"1\",y=\"2\"} 3"))
    first.reset()
    #expect(lines().contains("a_total{x=\"1\",y=\"2\"} 0"))
    first.destroy()
    #expect(lines() == Self.ownLines)
    Gauge(label: "a.total", factory: metrics).record(1)
    #expect(lines().contains("# TYPE a_total gauge"))
  }

  @Test(
    "Names that Prometheus does not allow are changed, endings are not doubled",
    arguments: [
      ("http.requests", "http_requests_total"), ("requests_total", "requests_total"), ("9 lives", "_9_lives_total"),
      ("größe", "gr__e_total"), ("", "__total"), ("a:b", "a:b_total"), ("a\nb\"", "a_b__total"),
    ])
  func names(label: String, name: String) {
    Counter(label: label, factory: metrics).increment()
    #expect(lines().contains("\(name) 1"))
  }

  @Test("Label values cannot break out of their quotes; label names are unique and not those of Prometheus")
  func hostileLabels() {
    let hostile = "\\ \"} 1\nevil_total 7\n# \r\0 🚀"
    let dimensions = [("a.b", "1"), ("a-b", "2"), ("le", "3"), ("__name__", "4"), ("", "5"), ("v", hostile)]
    Counter(label: "x", dimensions: dimensions, factory: metrics).increment()
    let shown = lines().filter { !Self.ownLines.contains($0) }
    #expect(shown.count == 3)
    #expect(
      shown.last == "x_total{_=\"5\",a_b=\"1\",a_b_=\"2\",label__name__=\"4\",le_=\"3\","
        + "v=\"\\\\ \\\"} 1\\nevil_total 7\\n# \r\0 🚀\"} 1")
  }

  @Test("Long label values are cut, between characters")
  func longLabels() {
    Counter(label: "x", dimensions: [("v", String(repeating: "ö", count: 10_000))], factory: metrics).increment()
    #expect(lines().contains("x_total{v=\"\(String(repeating: "ö", count: 256))\"} 1"))
  }

  @Test("Numbers that mean nothing change nothing, and infinite gauges are written as Prometheus does")
  func oddNumbers() {
    let counter = FloatingPointCounter(label: "c", factory: metrics)
    for amount in [Double.nan, .infinity, -1] { counter.increment(by: amount) }
    Counter(label: "d", factory: metrics).increment(by: -5)
    Recorder(label: "h", factory: metrics).record(Double.nan)
    Gauge(label: "up", factory: metrics).record(Double.infinity)
    Gauge(label: "down", factory: metrics).record(-Double.infinity)
    Gauge(label: "not", factory: metrics).record(Double.nan)
    for line in ["c_total 0", "d_total 0", "h_count 0", "up +Inf", "down -Inf", "not NaN"] {
      #expect(lines().contains(line))
    }
  }

  @Test("A name that stands for another type is reported once and does not spoil the output")
  func conflicts() {
    let problems = NIOLockedValueBox<[PrometheusProblem]>([])
    let registry = PrometheusRegistry(onProblem: { problem in problems.withLockedValue { $0.append(problem) } })
    let metrics = PrometheusMetrics(registry: registry)
    Counter(label: "x", factory: metrics).increment()
    for _ in 0..<3 { Gauge(label: "x_total", factory: metrics).record(9) }
    Timer(label: "load", factory: metrics).recordSeconds(1)
    Gauge(label: "load_seconds_count", factory: metrics).record(9)
    Recorder(label: "x_total", dimensions: [("a", "b")], factory: metrics).record(9)
    #expect(
      problems.withLockedValue { $0 } == [
        .nameConflict(name: "x_total", type: "gauge", registeredAs: "counter"),
        .nameConflict(name: "load_seconds_count", type: "gauge", registeredAs: "histogram"),
      ])
    let text = String(decoding: registry.render(), as: UTF8.self)
    #expect(text.contains("\nx_total 1\n") && !text.contains(" 9\n"))
  }

  @Test("Beyond the limit new series are dropped and counted, and those that are there go on")
  func tooManySeries() {
    let problems = NIOLockedValueBox<[PrometheusProblem]>([])
    let registry = PrometheusRegistry(
      maximumSeries: 10, onProblem: { problem in problems.withLockedValue { $0.append(problem) } })
    let metrics = PrometheusMetrics(registry: registry)
    for _ in 0..<2 {
      for index in 0..<30 { Counter(label: "x", dimensions: [("i", "\(index)")], factory: metrics).increment() }
    }
    let text = String(decoding: registry.render(), as: UTF8.self)
    #expect(text.split(separator: "\n").count { $0.hasPrefix("x_total{") } == 9)
    #expect(text.contains("x_total{i=\"8\"} 2\n") && !text.contains("i=\"9\""))
    #expect(text.contains("prometheus_series_dropped_total 42\n"))
    #expect(problems.withLockedValue { $0 } == [.tooManySeries(name: "x_total", limit: 10)])
  }

  @Test("Nothing is lost when many threads record, make metrics and render at once")
  func concurrency() async {
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for index in 0..<2_000 {
            Counter(label: "c", dimensions: [("n", "\(index % 10)")], factory: metrics).increment()
            FloatingPointCounter(label: "f", factory: metrics).increment(by: 0.5)
            Recorder(label: "h", factory: metrics).record(index % 3)
            Meter(label: "m", factory: metrics).increment(by: task % 2 == 0 ? 1 : -1)
            if index % 200 == 0 { #expect(!registry.render().isEmpty) }
          }
        }
      }
    }
    let lines = lines()
    for index in 0..<10 { #expect(lines.contains("c_total{n=\"\(index)\"} 1600")) }
    #expect(lines.contains("f_total 8000"))
    #expect(lines.contains("h_count 16000"))
    #expect(lines.contains("m 0"))
  }
}
