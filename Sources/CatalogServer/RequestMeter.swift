import Metrics

/// Counts requests, however they were answered. Labels come from closed sets: views and status codes.
final class RequestMeter: Sendable {
  private struct Label: Hashable {
    let view: View
    let status: Int
  }

  /// Every status that the server sends; anything else counts as 500.
  private static let statuses = [
    200, 201, 202, 304, 400, 401, 403, 404, 405, 409, 410, 413, 414, 422, 429, 500, 503,
  ]

  private let counters: [Label: Counter]
  private let bytesSent: Counter

  /// A meter at zero.
  ///
  /// - Parameter factory: makes the counters.
  init(factory: any MetricsFactory = MetricsSystem.factory) {
    var counters: [Label: Counter] = [:]
    for view in View.allCases {
      for status in Self.statuses {
        counters[Label(view: view, status: status)] = Counter(
          label: "http_requests_total", dimensions: [("view", view.rawValue), ("status", String(status))],
          factory: factory)
      }
    }
    self.counters = counters
    bytesSent = Counter(label: "http_response_body_bytes_total", factory: factory)
  }

  /// Counts one response.
  ///
  /// - Parameters:
  ///   - view: what it shows.
  ///   - status: the status code.
  ///   - bytes: the size of the body.
  func record(view: View, status: Int, bytes: Int) {
    let counter = counters[Label(view: view, status: status)] ?? counters[Label(view: view, status: 500)]
    counter?.increment()
    bytesSent.increment(by: bytes)
  }
}
