import CatalogServer
import CatalogSync
import Logging
import Metrics
import PrometheusMetrics

/// The metrics of this process, and with those of the other workers on request.
struct ExportedMetrics: Sendable {
  private let registry: PrometheusRegistry
  private let process: ProcessMetrics
  private let siblings: SiblingWorkers?
  private let workers: Int
  private let logger: Logger

  /// Collects all metrics of this process from now on; to be made once.
  ///
  /// - Parameters:
  ///   - workers: how many there are, where this is one that a supervisor started.
  ///   - privatePath: its private socket; nil where this process serves alone.
  init(workers: Int?, privatePath: String?, logger: Logger) throws {
    let registry = PrometheusRegistry(onProblem: { problem in logger.warning("A metric is not shown: \(problem)") })
    for describe in [CatalogServer.describeMetrics, SyncMetrics.describe, ProcessMetrics.describe] {
      describe { registry.describe($0, help: $1) }
    }
    for (name, bounds) in CatalogServer.metricBuckets.merging(
      SyncMetrics.buckets, uniquingKeysWith: { first, _ in first })
    {
      registry.setBuckets(bounds, of: name)
    }
    MetricsSystem.bootstrap(PrometheusMetrics(registry: registry))
    self.registry = registry
    self.logger = logger
    self.workers = privatePath == nil ? 1 : workers ?? 1
    process = ProcessMetrics()
    siblings = try privatePath.map { try SiblingWorkers(privatePath: $0, workers: workers ?? 1, logger: logger) }
  }

  /// The metrics in the Prometheus text format.
  func text(of scope: MetricsScope) async -> [UInt8] {
    process.update()
    let own = registry.render()
    switch scope {
    case .worker: return own
    case .host: return merged(await siblings?.answers(to: "/metrics/worker", own: own) ?? [1: own])
    }
  }

  /// All metrics with the number of the worker that they come from, and of each worker whether it answered.
  private func merged(_ texts: [Int: [UInt8]]) -> [UInt8] {
    var merged = MergedExposition()
    for worker in 1...workers {
      let isUp = texts[worker].map { add($0, of: worker, to: &merged) } ?? false
      add(Self.up(isUp), of: worker, to: &merged)
    }
    return merged.render()
  }

  /// - Returns: whether the text could be read.
  @discardableResult
  private func add(_ text: [UInt8], of worker: Int, to merged: inout MergedExposition) -> Bool {
    do {
      try merged.add(text, label: "worker", value: "\(worker)")
      return true
    } catch {
      logger.warning("The metrics of a worker cannot be read", metadata: ["worker": "\(worker)", "reason": "\(error)"])
      return false
    }
  }

  private static func up(_ isUp: Bool) -> [UInt8] {
    let name = "modelcatalog_worker_up"
    let help = "Whether the worker answered when its metrics were asked for."
    return Array("# HELP \(name) \(help)\n# TYPE \(name) gauge\n\(name) \(isUp ? 1 : 0)\n".utf8)
  }
}
