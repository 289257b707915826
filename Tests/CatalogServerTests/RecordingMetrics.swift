import Metrics
import NIOConcurrencyHelpers

/// Metrics that a test can read.
final class RecordingMetrics: MetricsFactory {
  private let counts: NIOLockedValueBox<[String: Int64]> = NIOLockedValueBox([:])

  /// The counters that were made, by label and dimensions, such as `http_requests_total view=full status=200`.
  var counters: [String: Int64] { counts.withLockedValue { $0 } }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    let name = ([label] + dimensions.map { "\($0.0)=\($0.1)" }).joined(separator: " ")
    counts.withLockedValue { $0[name] = 0 }
    return Handler { [counts] amount in counts.withLockedValue { $0[name, default: 0] += amount } }
  }

  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    NOOPMetricsHandler.instance
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { NOOPMetricsHandler.instance }
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}

  private final class Handler: CounterHandler {
    private let add: @Sendable (Int64) -> Void

    init(add: @escaping @Sendable (Int64) -> Void) { self.add = add }

    func increment(by amount: Int64) { add(amount) }
    func reset() {}
  }
}
