public import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
public import TieredCaching
import Tracing

/// What came of sending a message.
public enum WebhookOutcome: Sendable, Equatable {
  /// The receiver has it.
  case accepted(status: UInt, text: String)
  /// The receiver wants no messages any more (status 410).
  case gone(text: String)
  /// The receiver does not take it now.
  case refused(status: UInt, text: String, retryAfter: Duration?)
  /// No answer came; the reason names no address.
  case failed(String)
}

/// Sends signed messages.
public struct WebhookTransport: Sendable {
  private let client: HTTPClient
  private let secret: WebhookSecret
  private let deadline: Duration
  private let reading: Duration
  private let now: @Sendable () -> Int
  private let spans: Spans

  /// The most of an answer that is read.
  private static let longestAnswer = 16 << 10

  /// A transport.
  ///
  /// - Parameters:
  ///   - client: a client made with ``configuration(limits:)``.
  ///   - now: the time in seconds since 1970.
  ///   - spans: where the spans of messages go, which carry the trace to the receiver.
  public init(
    client: HTTPClient, secret: WebhookSecret, limits: WebhookLimits = WebhookLimits(),
    now: @escaping @Sendable () -> Int, spans: Spans = .none
  ) {
    self.client = client
    self.secret = secret
    deadline = limits.deadline
    reading = limits.reading
    self.now = now
    self.spans = spans
  }

  /// How the client must behave: a message is meant for one address, so that no redirect is followed.
  public static func configuration(limits: WebhookLimits = WebhookLimits()) -> HTTPClient.Configuration {
    let read = limits.deadline.nanoseconds
    // What was wrong with a connection is known once the time for it is over, which must be before the deadline.
    let timeout = HTTPClient.Configuration.Timeout(connect: .nanoseconds(read / 3 * 2), read: .nanoseconds(read))
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow, timeout: timeout)
    // Spans are made by HTTPClient.execute(_:deadline:_:), without whole addresses.
    configuration.tracing.tracer = nil
    return configuration
  }

  /// Sends a message that says nothing, to try whether it arrives.
  ///
  /// - Throws: `CancellationError`.
  public func sendTest(to receiver: WebhookReceiver) async throws -> WebhookOutcome {
    try await send(WebhookMessage(testAt: now()), to: receiver)
  }

  /// Sends a message once. The status of the answer says what came of it, whether its body ever ends or not.
  ///
  /// - Throws: `CancellationError`.
  func send(_ message: WebhookMessage, to receiver: WebhookReceiver) async throws -> WebhookOutcome {
    try await spans.span("webhook.send", ofKind: .producer) { span in
      span?.attributes["webhook.id"] = message.id
      let outcome = try await sent(message, to: receiver)
      if case .accepted = outcome { return outcome }
      span?.setStatus(SpanStatus(code: .error))
      return outcome
    }
  }

  private func sent(_ message: WebhookMessage, to receiver: WebhookReceiver) async throws -> WebhookOutcome {
    let timestamp = now()
    var request = HTTPClientRequest(url: receiver.url)
    request.method = .POST
    request.headers = [
      "Content-Type": "application/json", "User-Agent": "modelcatalog", "webhook-id": message.id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": secret.signature(id: message.id, timestamp: timestamp, body: message.body),
    ]
    request.body = .bytes(ByteBuffer(bytes: message.body))
    do {
      let response = try await withDeadline(deadline, late: { HTTPClientError.deadlineExceeded }) { [request] in
        try await client.execute(request, deadline: .now() + .nanoseconds(deadline.nanoseconds), spans)
      }
      return Self.outcome(of: response, text: await text(of: response, from: receiver))
    } catch {
      // The client has an error of its own for being cancelled, which is no failure of the receiver.
      try Task.checkCancellation()
      return .failed(reason(error))
    }
  }

  private static func outcome(of response: HTTPClientResponse, text: String) -> WebhookOutcome {
    let status = response.status.code
    switch status {
    case 200..<300: return .accepted(status: status, text: text)
    case 410: return .gone(text: text)
    default:
      return .refused(
        status: status, text: text, retryAfter: RetryAfter.delay(response.headers, now: Date()))
    }
  }

  /// The beginning of an answer, without the address where it repeats it. The status says enough when it cannot be read.
  private func text(of response: HTTPClientResponse, from receiver: WebhookReceiver) async -> String {
    do {
      let body = try await withDeadline(reading, late: { HTTPClientError.readTimeout }) {
        try await response.body.collect(upTo: Self.longestAnswer)
      }
      let text = String(buffer: body)
      let path = receiver.url.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" && $0 != "?" }
      return Vocabulary.printable(path.count > 1 ? text.replacing(path, with: "***") : text, maximum: 200)
    } catch {
      return ""
    }
  }

  private static let late: [HTTPClientError] = [
    .deadlineExceeded, .readTimeout, .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout,
  ]

  private func reason(_ error: any Error) -> String {
    switch error {
    case let error as HTTPClientError where Self.late.contains(error): "no answer within \(deadline.inSeconds) s"
    case is NIOConnectionError: "no connection can be made"
    case let error as IOError where error.errnoCode == ECONNREFUSED: "no connection can be made"
    case let error as IOError: error.description
    case let error as HTTPClientError: error.description
    // An error of the encryption, say; what it is called tells more than nothing, and repeats no address.
    default: "\(type(of: error))"
    }
  }
}
