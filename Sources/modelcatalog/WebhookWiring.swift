import AsyncHTTPClient
import Catalog
import CatalogSync
import Foundation
import Logging
import ServiceLifecycle
import TieredCaching

/// The notifications of changes, with a client of their own for as long as they run.
struct WebhookWiring: Service, CustomStringConvertible {
  private let receivers: [WebhookReceiver]
  private let secret: WebhookSecret
  private let store: any CatalogDatabase
  private let spans: Spans
  private let logger: Logger

  /// Notifications of what a store logs; nil where nobody is configured to be told.
  init?(_ settings: WebhookSettings, store: any CatalogDatabase, spans: Spans, logger: Logger) {
    guard let secret = settings.secret, !settings.receivers.isEmpty else { return nil }
    receivers = settings.receivers
    self.secret = secret
    self.store = store
    self.spans = spans
    self.logger = logger
  }

  /// Tells the receivers until the server ends.
  func run() async throws {
    try await Self.withTransport(secret, spans: spans) { transport in
      let sender = WebhookSender(
        receivers: receivers, transport: transport, store: store, now: Self.now, logger: logger)
      try await sender.run()
    }
  }

  /// Runs `body` with the means to send messages.
  static func withTransport<Result>(
    _ secret: WebhookSecret, spans: Spans = .none, _ body: (WebhookTransport) async throws -> Result
  ) async throws -> Result {
    let client = HTTPClient(configuration: WebhookTransport.configuration())
    return try await closing(client.shutdown) {
      try await body(WebhookTransport(client: client, secret: secret, now: now, spans: spans))
    }
  }

  private static let now = { @Sendable in Int(Date().timeIntervalSince1970) }

  /// The hosts: services are described in debug logs with all that they hold.
  var description: String { "webhooks to \(receivers)" }
}
