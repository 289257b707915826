import Metrics
import NIOConcurrencyHelpers

/// Metrics that a test can read.
final class RecordingMetrics: MetricsFactory {
  private let counts: NIOLockedValueBox<[String: Int64]> = NIOLockedValueBox([:])
  private let durations: NIOLockedValueBox<[String: [Int64]]> = NIOLockedValueBox([:])

  /// The counters that were made, by label and dimensions, such as `http_requests_total view=full status=200`.
  var counters: [String: Int64] { counts.withLockedValue { $0 } }

  /// The nanoseconds that timers recorded, by label and dimensions.
  var timers: [String: [Int64]] { durations.withLockedValue { $0 } }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    let name = Self.name(label, dimensions)
    counts.withLockedValue { $0[name] = 0 }
    return Handler { [counts] amount in counts.withLockedValue { $0[name, default: 0] += amount } }
  }

  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    NOOPMetricsHandler.instance
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    let name = Self.name(label, dimensions)
    return Handler { [durations] amount in durations.withLockedValue { $0[name, default: []].append(amount) } }
  }

  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}

  private static func name(_ label: String, _ dimensions: [(String, String)]) -> String {
    ([label] + dimensions.map { "\($0.0)=\($0.1)" }).joined(separator: " ")
  }

  private final class Handler: CounterHandler, TimerHandler {
    private let add: @Sendable (Int64) -> Void

    init(add: @escaping @Sendable (Int64) -> Void) { self.add = add }

    func increment(by amount: Int64) { add(amount) }
    func recordNanoseconds(_ duration: Int64) { add(duration) }
    func reset() {}
  }
}
