import Foundation
import Metrics
import PrometheusMetrics
import Testing

/// Asks Prometheus' own tool (Debian package `prometheus`) what it thinks of the output.
@Suite("The output as Prometheus reads it", .enabled(if: Promtool.isHere, "promtool is not installed"))
struct PromtoolTests {
  @Test("promtool finds nothing to complain about")
  func check() throws {
    let registry = PrometheusRegistry()
    let metrics = PrometheusMetrics(registry: registry)
    for value in ["plain", "\\ \"} 1\nevil 7\n# \r\0 🚀", "", "{a=\"b\"}"] {
      let dimensions = [("value", value), ("le", "1"), ("__name__", "x"), ("größe", "y")]
      Counter(label: "http.requests", dimensions: dimensions, factory: metrics).increment()
      FloatingPointCounter(label: "cost.usd", dimensions: dimensions, factory: metrics).increment(by: 1e-9)
      Gauge(label: "providers", dimensions: dimensions, factory: metrics).record(1e300)
      Timer(label: "catalog.load", dimensions: dimensions, factory: metrics).recordMilliseconds(3)
      Recorder(label: "import rows", dimensions: dimensions, factory: metrics).record(1_234)
    }
    let (status, output) = try Promtool.checkMetrics(registry.render())
    #expect(status == 0 && output.isEmpty, "promtool says: \(output)")
  }

  @Test("promtool finds nothing to complain about in what several processes export together")
  func checkMerged() throws {
    var merged = MergedExposition()
    for worker in 1...3 {
      let registry = PrometheusRegistry()
      let metrics = PrometheusMetrics(registry: registry)
      let dimensions = [("value", "\\ \"} 1\nevil 7\n# \r\0 🚀")]
      Counter(label: "http.requests", dimensions: dimensions, factory: metrics).increment()
      Timer(label: "catalog.load", dimensions: dimensions, factory: metrics).recordMilliseconds(worker)
      try merged.add(registry.render(), label: "worker", value: "\(worker)")
    }
    let (status, output) = try Promtool.checkMetrics(merged.render())
    #expect(status == 0 && output.isEmpty, "promtool says: \(output)")
  }

  @Test("promtool does complain about a broken output, so that the test above means something")
  func checkBroken() throws {
    #expect(try Promtool.checkMetrics(Array("a{b=\"c\nd\"} 1\n".utf8)).status != 0)
  }
}

/// The program, where it is installed.
enum Promtool {
  private static let path = "/usr/bin/promtool"

  static var isHere: Bool { FileManager.default.isExecutableFile(atPath: path) }

  static func checkMetrics(_ text: [UInt8]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = ["check", "metrics"]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(text))
    try input.fileHandleForWriting.close()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
  }
}
