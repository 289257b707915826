import CoreMetrics
import Synchronization

/// One time series; what is recorded is atomic and never waits for a lock.
protocol Series: AnyObject, Sendable {
  static var type: MetricType { get }

  /// A series that has recorded nothing.
  ///
  /// - Parameter buckets: the upper bounds of a histogram's buckets, ascending.
  init(buckets: [Double])

  /// Writes the lines of the series.
  func write(to text: inout ExpositionText, name: String, labels: String)
}

/// The types of the text format.
enum MetricType: String, Sendable {
  case counter, gauge, histogram
}

/// A number that only grows.
final class CounterSeries: Series, CounterHandler, FloatingPointCounterHandler {
  static let type = MetricType.counter
  private let whole = Atomic<Int64>(0)
  /// What was added by floating-point numbers; kept apart so that whole numbers stay exact.
  private let fraction = AtomicDouble()

  init(buckets: [Double] = []) {}

  func increment(by amount: Int64) {
    if amount > 0 { whole.wrappingAdd(amount, ordering: .relaxed) }
  }

  func increment(by amount: Double) {
    if amount > 0, amount.isFinite { fraction.add(amount) }
  }

  func reset() {
    whole.store(0, ordering: .relaxed)
    fraction.set(0)
  }

  func write(to text: inout ExpositionText, name: String, labels: String) {
    let whole = whole.load(ordering: .relaxed)
    let fraction = fraction.value
    text.sample(name, labels, fraction == 0 ? "\(whole)" : ExpositionText.number(Double(whole) + fraction))
  }
}

/// A number that goes up and down.
final class GaugeSeries: Series, RecorderHandler, MeterHandler {
  static let type = MetricType.gauge
  private let number = AtomicDouble()

  init(buckets: [Double] = []) {}

  func record(_ value: Int64) { number.set(Double(value)) }
  func record(_ value: Double) { number.set(value) }
  func set(_ value: Int64) { number.set(Double(value)) }
  func set(_ value: Double) { number.set(value) }
  func increment(by amount: Double) { number.add(amount) }
  func decrement(by amount: Double) { number.add(-amount) }

  func write(to text: inout ExpositionText, name: String, labels: String) {
    text.sample(name, labels, ExpositionText.number(number.value))
  }
}

/// How often values fell below each of some bounds.
final class HistogramSeries: Series, RecorderHandler, TimerHandler {
  static let type = MetricType.histogram
  private let bounds: [Double]
  /// One count for each bound and one for what is above all, not yet added up.
  private let counts: [Count]
  private let sum = AtomicDouble()

  private final class Count: Sendable {
    let value = Atomic<Int64>(0)
  }

  init(buckets: [Double]) {
    bounds = buckets
    counts = (0...buckets.count).map { _ in Count() }
  }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    guard value.isFinite else { return }
    counts[bounds.firstIndex { value <= $0 } ?? bounds.count].value.wrappingAdd(1, ordering: .relaxed)
    sum.add(value)
  }

  func recordNanoseconds(_ duration: Int64) { record(Double(max(0, duration)) / 1_000_000_000) }

  func write(to text: inout ExpositionText, name: String, labels: String) {
    var total: Int64 = 0
    for (bound, count) in zip(bounds + [.infinity], counts) {
      total += count.value.load(ordering: .relaxed)
      let le = "le=\"\(ExpositionText.number(bound))\""
      text.sample("\(name)_bucket", labels.isEmpty ? le : "\(labels),\(le)", "\(total)")
    }
    text.sample("\(name)_sum", labels, ExpositionText.number(sum.value))
    text.sample("\(name)_count", labels, "\(total)")
  }
}
