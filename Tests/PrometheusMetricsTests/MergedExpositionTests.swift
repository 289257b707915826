import Metrics
import PrometheusMetrics
import Testing

@Suite("Metrics of several processes in one text")
struct MergedExpositionTests {
  private typealias Parts = [(worker: String, text: String)]

  private func merge(_ parts: Parts) throws -> [String] {
    var merged = MergedExposition()
    for part in parts { try merged.add(Array(part.text.utf8), label: "worker", value: part.worker) }
    return String(decoding: merged.render(), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private static let first = """
    # HELP a_total Things.\\n
    # TYPE a_total counter
    a_total{x="1"} 3
    a_total{x="2"} 4
    # HELP b Bs.
    # TYPE b gauge
    b -1.5

    """
  private static let second = """
    # HELP a_total Other words.
    # TYPE a_total counter
    a_total{x="1"} 30
    # HELP h_seconds Times.
    # TYPE h_seconds histogram
    h_seconds_bucket{le="1"} 2
    h_seconds_bucket{le="+Inf"} 3
    h_seconds_sum 4.5e-07
    h_seconds_count 3

    """

  @Test("Each metric stands once, with the samples of all and a label that says whose they are")
  func golden() throws {
    let lines = try merge([("1", Self.first), ("2", Self.second)])
    #expect(
      lines == [
        "# HELP a_total Things.\\n", "# TYPE a_total counter", "a_total{worker=\"1\",x=\"1\"} 3",
        "a_total{worker=\"1\",x=\"2\"} 4", "a_total{worker=\"2\",x=\"1\"} 30", "# HELP b Bs.", "# TYPE b gauge",
        "b{worker=\"1\"} -1.5", "# HELP h_seconds Times.", "# TYPE h_seconds histogram",
        "h_seconds_bucket{worker=\"2\",le=\"1\"} 2", "h_seconds_bucket{worker=\"2\",le=\"+Inf\"} 3",
        "h_seconds_sum{worker=\"2\"} 4.5e-07", "h_seconds_count{worker=\"2\"} 3",
      ])
  }

  @Test("Everything that a registry can write can be merged, whatever its labels say")
  func registries() throws {
    var merged = MergedExposition()
    for worker in 1...3 {
      let registry = PrometheusRegistry()
      let metrics = PrometheusMetrics(registry: registry)
      for value in ["plain", "\\ \"} 1\nevil 7\n# \r\0 🚀", "", "a,b=\"c\"", "\\"] {
        Counter(label: "c", dimensions: [("v", value)], factory: metrics).increment(by: worker)
        Timer(label: "t", dimensions: [("v", value), ("le", "1")], factory: metrics).recordMilliseconds(worker)
        Gauge(label: "g", dimensions: [("v", value)], factory: metrics).record(Double.infinity)
        Gauge(label: "n", dimensions: [("v", value)], factory: metrics).record(Double.nan)
      }
      registry.describe("c", help: "Odd \\ words\nin \"two\" lines.")
      try merged.add(registry.render(), label: "worker", value: "\(worker)")
    }
    let text = String(decoding: merged.render(), as: UTF8.self)
    for worker in 1...3 { #expect(text.contains("c_total{worker=\"\(worker)\",v=\"plain\"} \(worker)\n")) }
    #expect(!text.contains("\nevil"))
    #expect(text.split(separator: "\n").count { $0.hasPrefix("# TYPE c_total") } == 1)
  }

  @Test("A metric that is of another type elsewhere is left out there")
  func otherType() throws {
    let other = "# HELP a_total Now a gauge.\n# TYPE a_total gauge\na_total 9\n# HELP z Z.\n# TYPE z gauge\nz 1\n"
    let lines = try merge([("1", Self.first), ("2", other)])
    #expect(lines.filter { $0.hasPrefix("a_total") }.count == 2)
    #expect(lines.contains("z{worker=\"2\"} 1"))
  }

  @Test(
    "What is not wholly as a registry writes it is refused, and nothing of it is taken",
    arguments: [
      ("a_total 1\n", 1), ("# TYPE a_total counter\nb_total 1\n", 2), ("# TYPE a_total counter\na_total one\n", 2),
      ("# TYPE a_total counter\na_total{x=\"1} 1\n", 2), ("# TYPE a_total counter\na_total{x=\"\\q\"} 1\n", 2),
      ("# TYPE a_total counter\na_total{worker=\"9\"} 1\n", 2), ("# TYPE a_total counter\na_total{} 1\n", 2),
      ("# TYPE a_total thing\n", 1), ("\n", 1), ("<html>\n", 1), ("# TYPE a_total counter\na_total 1", 0),
      ("# TYPE a_total counter\na_total{x=\"1\"} 1 1700000000\n", 2), ("# TYPE _sum gauge\n_sum_count_sum 1\n", 2),
    ])
  func refused(text: String, line: Int) throws {
    var merged = MergedExposition()
    try merged.add(Array(Self.first.utf8), label: "worker", value: "1")
    let before = merged.render()
    let error = #expect(throws: UnreadableExposition.self) {
      try merged.add(Array(text.utf8), label: "worker", value: "2")
    }
    #expect(error?.line == line)
    #expect(merged.render() == before)
  }

  @Test("Bytes that are changed by chance are refused, or give lines that can be read again")
  func fuzz() throws {
    var random = SystemRandomNumberGenerator()
    let original = Array((Self.first + Self.second).utf8)
    var taken = 0
    for _ in 0..<20_000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert("{}\",=\\ \n#019.e_".utf8.randomElement(using: &random) ?? 0, at: index)
        default: bytes.swapAt(index, Int.random(in: 0..<bytes.count, using: &random))
        }
      }
      var merged = MergedExposition()
      do { try merged.add(bytes, label: "worker", value: "1") } catch { continue }
      taken += 1
      let text = merged.render()
      var again = MergedExposition()
      #expect(throws: Never.self) { try again.add(text, label: "host", value: "h") }
      let samples = text.split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "#") }
      let isMarked = samples.allSatisfy { String(decoding: $0, as: UTF8.self).contains("{worker=\"1\"") }
      #expect(isMarked, "\(String(decoding: text, as: UTF8.self))")
    }
    #expect(taken > 100, "nothing was left to look at")
  }

  @Test("Nothing and nothing is nothing")
  func empty() throws {
    #expect(try merge([("1", ""), ("2", "")]).isEmpty)
  }
}
