import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TieredCaching
import Tracing

extension HTTPClient {
  /// Sends a request in a span of its own, which the request names to whoever gets it.
  ///
  /// The client's own spans hold whole addresses; those of webhooks are secrets, and others have keys of operators in them.
  func execute(
    _ request: HTTPClientRequest, deadline: NIODeadline, _ spans: Spans
  ) async throws -> HTTPClientResponse {
    try await spans.child(request.method.rawValue, ofKind: .client) { span in
      var request = request
      spans.inject(into: &request.headers, using: HeaderInjector())
      span?.updateAttributes { attributes in
        attributes["http.request.method"] = request.method.rawValue
        attributes["server.address"] = URL(string: request.url)?.host()
      }
      let response = try await execute(request, deadline: deadline)
      span?.attributes["http.response.status_code"] = Int(response.status.code)
      if response.status.code >= 400 { span?.setStatus(SpanStatus(code: .error)) }
      return response
    }
  }
}

/// Puts the place in a trace into the header fields of a request.
private struct HeaderInjector: Injector {
  func inject(_ value: String, forKey key: String, into headers: inout HTTPHeaders) {
    headers.replaceOrAdd(name: key, value: value)
  }
}
