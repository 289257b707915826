public import CoreMetrics

/// A backend of swift-metrics that keeps everything in a ``PrometheusRegistry``.
///
/// Counters end in `_total`, timers are histograms in seconds and end in `_seconds`, aggregating recorders are
/// histograms, and gauges, meters and other recorders are gauges. The same label with the same dimensions is the same
/// time series.
public struct PrometheusMetrics: MetricsFactory {
  /// Where the metrics are kept.
  public let registry: PrometheusRegistry

  /// A backend that keeps its metrics in a registry.
  public init(registry: PrometheusRegistry) { self.registry = registry }

  /// A counter of whole numbers.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    registry.series(CounterSeries.self, label: label, dimensions: dimensions, ending: "_total")
  }

  /// A counter of any positive numbers.
  public func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    registry.series(CounterSeries.self, label: label, dimensions: dimensions, ending: "_total")
  }

  /// A gauge.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    registry.series(GaugeSeries.self, label: label, dimensions: dimensions, ending: "")
  }

  /// A histogram with ``PrometheusRegistry/recorderBuckets``, or a gauge where nothing is to be aggregated.
  public func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    guard aggregate else { return registry.series(GaugeSeries.self, label: label, dimensions: dimensions, ending: "") }
    return registry.series(
      HistogramSeries.self, label: label, dimensions: dimensions, ending: "",
      buckets: PrometheusRegistry.recorderBuckets)
  }

  /// A histogram of seconds with ``PrometheusRegistry/timerBuckets``.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    registry.series(
      HistogramSeries.self, label: label, dimensions: dimensions, ending: "_seconds",
      buckets: PrometheusRegistry.timerBuckets)
  }

  /// Forgets a counter.
  public func destroyCounter(_ handler: any CounterHandler) { registry.forget(handler) }

  /// Forgets a counter.
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { registry.forget(handler) }

  /// Forgets a gauge.
  public func destroyMeter(_ handler: any MeterHandler) { registry.forget(handler) }

  /// Forgets a histogram or gauge.
  public func destroyRecorder(_ handler: any RecorderHandler) { registry.forget(handler) }

  /// Forgets a histogram.
  public func destroyTimer(_ handler: any TimerHandler) { registry.forget(handler) }
}
