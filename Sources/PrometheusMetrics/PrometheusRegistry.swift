import NIOConcurrencyHelpers
import Synchronization

/// All metrics of a program, and how they are shown to Prometheus.
///
/// Recording is atomic and takes no lock. Making a metric takes one for a moment, and so does ``render()`` to learn
/// which series there are.
public final class PrometheusRegistry: Sendable {
  /// The upper bounds of the buckets of timers, in seconds.
  public static let timerBuckets = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]
  /// The upper bounds of the buckets of other histograms.
  public static let recorderBuckets = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1e9]

  /// The counter of metrics that were made and are not shown, because there are too many series.
  static let droppedName = "prometheus_series_dropped_total"

  private let maximumSeries: Int
  private let onProblem: @Sendable (PrometheusProblem) -> Void
  private let dropped = CounterSeries()
  private let state = NIOLockedValueBox(State())

  /// An empty registry.
  ///
  /// - Parameters:
  ///   - maximumSeries: how many time series are kept; a histogram is one. Metrics beyond them are not shown.
  ///   - onProblem: told once for each name why a metric is not shown.
  public init(
    maximumSeries: Int = 10_000, onProblem: @escaping @Sendable (PrometheusProblem) -> Void = { _ in }
  ) {
    self.maximumSeries = maximumSeries
    self.onProblem = onProblem
    describe(Self.droppedName, help: "Metrics that were made and are not shown, as there are too many series.")
    state.withLockedValue { state in
      state.keep(dropped, family: Self.droppedName, labels: "", source: Self.droppedName)
    }
  }

  /// Sets the text that explains a metric.
  ///
  /// - Parameters:
  ///   - name: the label that the metric is made with, or its name in Prometheus.
  ///   - help: one or two sentences.
  public func describe(_ name: String, help: String) {
    state.withLockedValue { $0.help[MetricNames.family(name, ending: "")] = help }
  }

  /// Sets the buckets of a histogram that is made later, in the place of ``timerBuckets`` or ``recorderBuckets``.
  ///
  /// - Parameters:
  ///   - bounds: their upper bounds, ascending; those of a timer in seconds.
  ///   - name: the name of the histogram in Prometheus.
  public func setBuckets(_ bounds: [Double], of name: String) {
    state.withLockedValue { $0.buckets[name] = bounds }
  }

  /// The series of a label and its dimensions, made when there is none.
  ///
  /// - Returns: a series that is shown nowhere when the name stands for another type, or there are too many.
  func series<Kind: Series>(
    _ type: Kind.Type, label: String, dimensions: [(String, String)], ending: String, buckets: [Double] = []
  ) -> Kind {
    let family = MetricNames.family(label, ending: ending)
    let labels = MetricNames.labels(dimensions)
    let made = Kind(buckets: state.withLockedValue { $0.buckets[family] } ?? buckets)
    let (series, problem) = state.withLockedValue { state -> (Kind, PrometheusProblem?) in
      if let conflict = state.conflict(family: family, type: Kind.type) {
        let isNew = state.conflicting.count < maximumSeries && state.conflicting.insert(family).inserted
        return (made, isNew ? conflict : nil)
      }
      if let known = state.families[family]?.series[labels] as? Kind { return (known, nil) }
      guard state.seriesCount < maximumSeries else {
        dropped.increment(by: 1 as Int64)
        defer { state.isFull = true }
        return (made, state.isFull ? nil : .tooManySeries(name: family, limit: maximumSeries))
      }
      state.keep(made, family: family, labels: labels, source: label)
      return (made, nil)
    }
    if let problem { onProblem(problem) }
    return series
  }

  /// Forgets a series; what is recorded in it later is not shown.
  func forget(_ series: AnyObject) { state.withLockedValue { $0.forget(series) } }

  /// All metrics in the Prometheus text format 0.0.4, sorted by name and labels.
  ///
  /// Send it as `text/plain; version=0.0.4; charset=utf-8`.
  public func render() -> [UInt8] {
    let (families, help) = state.withLockedValue { ($0.families, $0.help) }
    var text = ExpositionText()
    for (name, family) in families.sorted(by: { $0.key < $1.key }) {
      text.family(name, family.type, help: help[name] ?? help[family.plainName] ?? "Recorded as \(family.source).")
      for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
        series.write(to: &text, name: name, labels: labels)
      }
    }
    return text.bytes
  }
}

/// All series of one name.
private struct Family {
  let type: MetricType
  /// The label that the first series was made with.
  let source: String
  /// The series by their labels.
  var series: [String: any Series] = [:]

  var plainName: String { MetricNames.family(source, ending: "") }
}

private struct State {
  var families: [String: Family] = [:]
  var help: [String: String] = [:]
  var buckets: [String: [Double]] = [:]
  var seriesCount = 0
  var isFull = false
  var conflicting: Set<String> = []
  /// The family that every name in the output belongs to, as a histogram has three names more.
  private var owners: [String: String] = [:]

  private static func names(_ family: String, _ type: MetricType) -> [String] {
    type == .histogram ? ["", "_bucket", "_sum", "_count"].map { family + $0 } : [family]
  }

  func conflict(family: String, type: MetricType) -> PrometheusProblem? {
    for name in Self.names(family, type) {
      guard let owner = owners[name], let known = families[owner] else { continue }
      guard owner == family, known.type == type else {
        return .nameConflict(name: name, type: type.rawValue, registeredAs: known.type.rawValue)
      }
    }
    return nil
  }

  mutating func keep<Kind: Series>(_ series: Kind, family: String, labels: String, source: String) {
    families[family, default: Family(type: Kind.type, source: source)].series[labels] = series
    for name in Self.names(family, Kind.type) { owners[name] = family }
    seriesCount += 1
  }

  mutating func forget(_ series: AnyObject) {
    for (name, family) in families {
      guard let labels = family.series.first(where: { $0.value === series })?.key else { continue }
      families[name]?.series[labels] = nil
      seriesCount -= 1
      guard family.series.count == 1 else { return }
      families[name] = nil
      for name in Self.names(name, family.type) { owners[name] = nil }
      return
    }
  }
}
