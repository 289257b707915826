import Metrics
import NIOConcurrencyHelpers

/// Counts requests, however they were answered. Labels come from closed sets: views and status codes.
final class RequestMeter: Sendable {
  private struct Label: Hashable {
    let view: String
    let status: Int
  }

  private let counters = NIOLockedValueBox<[Label: Counter]>([:])
  private let bytesSent = Counter(label: "http_response_body_bytes_total")

  /// Counts one response.
  ///
  /// - Parameters:
  ///   - view: from the closed set of ``ReadRoute/view`` and the names of other routes.
  ///   - status: the status code.
  ///   - bytes: the size of the body.
  func record(view: String, status: Int, bytes: Int) {
    counter(Label(view: view, status: status)).increment()
    bytesSent.increment(by: bytes)
  }

  private func counter(_ label: Label) -> Counter {
    counters.withLockedValue { counters in
      if let counter = counters[label] { return counter }
      let counter = Counter(
        label: "http_requests_total", dimensions: [("view", label.view), ("status", String(label.status))])
      counters[label] = counter
      return counter
    }
  }
}
