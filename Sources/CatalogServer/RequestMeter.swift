import Metrics
import NIOCore

/// Counts and times requests, however they were answered. Labels come from closed sets: views and status codes.
final class RequestMeter: Sendable {
  private struct Label: Hashable {
    let view: View
    let status: Int
  }

  /// How long answers took: those that were ready in memory, and those that had to be made.
  private struct Durations {
    let cached: Timer
    let uncached: Timer
  }

  /// Every status that the server sends; anything else counts as 500.
  private static let statuses = [
    200, 201, 202, 303, 304, 400, 401, 403, 404, 405, 409, 410, 413, 414, 415, 422, 429, 500, 503,
  ]

  private let counters: [Label: Counter]
  private let durations: [View: Durations]
  private let bytesSent: Counter

  /// A meter at zero.
  ///
  /// - Parameter factory: makes the counters.
  init(factory: any MetricsFactory = MetricsSystem.factory) {
    func timer(_ view: View, isCached: Bool) -> Timer {
      Timer(
        label: "http_request_duration_seconds", dimensions: [("view", view.rawValue), ("cached", "\(isCached)")],
        factory: factory)
    }
    var counters: [Label: Counter] = [:]
    var durations: [View: Durations] = [:]
    for view in View.allCases {
      for status in Self.statuses {
        counters[Label(view: view, status: status)] = Counter(
          label: "http_requests_total", dimensions: [("view", view.rawValue), ("status", String(status))],
          factory: factory)
      }
      let uncached = timer(view, isCached: false)
      // Nothing else is ever ready.
      let cached = View.ofVersions.contains(view) ? timer(view, isCached: true) : uncached
      durations[view] = Durations(cached: cached, uncached: uncached)
    }
    self.counters = counters
    self.durations = durations
    bytesSent = Counter(label: "http_response_body_bytes_total", factory: factory)
  }

  /// Counts one response.
  ///
  /// - Parameters:
  ///   - view: what it shows.
  ///   - status: the status code.
  ///   - bytes: the size of the body.
  ///   - isCached: whether it was ready in memory.
  ///   - duration: the time from the request to the response.
  func record(view: View, status: Int, bytes: Int, isCached: Bool, duration: TimeAmount) {
    let counter = counters[Label(view: view, status: status)] ?? counters[Label(view: view, status: 500)]
    counter?.increment()
    bytesSent.increment(by: bytes)
    guard let durations = durations[view] else { return }
    (isCached ? durations.cached : durations.uncached).recordNanoseconds(duration.nanoseconds)
  }
}
