import ArgumentParser
import CoreMetrics
import Foundation
import NIOConcurrencyHelpers

/// Figures about this process, under the names that Prometheus' own client libraries give them.
struct ProcessMetrics: Sendable {
  private let processorTime = FloatingPointCounter(label: "process_cpu_seconds_total")
  private let resident = Gauge(label: "process_resident_memory_bytes")
  private let openFiles = Gauge(label: "process_open_fds")
  private let maximumFiles = Gauge(label: "process_max_fds")
  /// The processor time that was counted already, in seconds.
  private let counted = NIOLockedValueBox(0.0)

  /// Metrics of a process that starts now.
  init() {
    Gauge(label: "process_start_time_seconds").record(Date().timeIntervalSince1970)
    Self.countLostSpans(0)
    #if DEBUG
      let build = "debug"
    #else
      let build = "release"
    #endif
    Gauge(
      label: "modelcatalog_build_info",
      dimensions: [("version", ModelCatalog.configuration.version), ("build", build)]
    ).record(1)
  }

  /// Counts spans that nobody will see. Looked up each time, as spans are made before there are metrics.
  static func countLostSpans(_ count: Int) {
    Counter(label: "modelcatalog_trace_spans_lost_total").increment(by: count)
  }

  static func describe(_ describe: (_ name: String, _ help: String) -> Void) {
    describe("process_cpu_seconds_total", "Processor time of the worker, user and system.")
    describe("process_resident_memory_bytes", "Memory of the worker that is in RAM.")
    describe("process_open_fds", "Open file descriptors of the worker.")
    describe("process_max_fds", "File descriptors that the worker may open.")
    describe("process_start_time_seconds", "When the worker started, in seconds since 1970.")
    describe(
      "modelcatalog_trace_spans_lost_total",
      "Spans that found no place in memory, or that the collector did not take.")
    describe("modelcatalog_build_info", "Always 1; its labels say which version runs, and how it was built.")
  }

  /// Sets the figures to what they are now. Where there is no `/proc`, memory and files are not shown.
  func update() {
    let used = Self.processorTime()
    let new = counted.withLockedValue { counted in
      defer { counted = max(counted, used) }
      return used - counted
    }
    processorTime.increment(by: new)
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      maximumFiles.record(Double(limit.rlim_cur))
    }
    if let bytes = Self.residentBytes() { resident.record(bytes) }
    if let count = Self.openFiles() { openFiles.record(count) }
  }

  private static func processorTime() -> Double {
    var usage = rusage()
    guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
    return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
  }

  /// The second number of `statm`, in pages.
  private static func residentBytes() -> Int? {
    guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
    let numbers = String(decoding: data, as: UTF8.self).split(separator: " ")
    return numbers.dropFirst().first.flatMap { Int($0) }.map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
  }

  private static func openFiles() -> Int? {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    } catch {
      return nil
    }
  }
}
