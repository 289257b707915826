import AsyncHTTPClient
import Catalog
import Logging
import NIOConcurrencyHelpers
import TestSupport
import Testing
import TieredCaching

@testable import CatalogSync

/// A store, receivers on loopback, and as many workers as a test starts.
struct WebhookFixture: Sendable {
  let server: ReplayServer
  let store: InMemoryCatalogStore
  let client: HTTPClient
  let clock = NIOLockedValueBox(1_700_000_000)
  /// What was logged, on any level.
  let log: RecordingLog
  var limits: WebhookLimits
  /// Where the spans of messages go.
  var spans = Spans.none

  static let secret = "a-secret-of-twenty-four-characters"
  /// The part of an address that nobody may see.
  static let token = "hidden-token"

  static func run(_ body: (inout WebhookFixture) async throws -> Void) async throws {
    var limits = WebhookLimits()
    limits.poll = .milliseconds(10)
    limits.firstPause = .milliseconds(10)
    limits.longestPause = .milliseconds(100)
    limits.deadline = .milliseconds(500)
    limits.reading = .milliseconds(200)
    let server = try await ReplayServer()
    let client = HTTPClient(configuration: WebhookTransport.configuration(limits: limits))
    var fixture = WebhookFixture(
      server: server, store: InMemoryCatalogStore(now: { 1_700_000_000 }), client: client, log: RecordingLog(),
      limits: limits)
    do {
      try await body(&fixture)
      try await client.shutdown()
      try await server.stop()
    } catch {
      try await client.shutdown()
      try await server.stop()
      throw error
    }
  }

  /// A receiver that the server answers as `name` says.
  func receiver(_ name: String = "one") throws -> WebhookReceiver {
    server.serve("/\(name)/*", "{}")
    return try WebhookReceiver("\(server.url)/\(name)/\(Self.token)?key=\(Self.token)")
  }

  func sender(_ receivers: [WebhookReceiver], metrics: WebhookMetrics = WebhookMetrics()) throws -> WebhookSender {
    let logger = Logger(label: "test") { [log] _ in log }
    let now = { @Sendable [clock] in clock.withLockedValue { $0 } }
    let transport = WebhookTransport(
      client: client, secret: try WebhookSecret(Self.secret), limits: limits, now: now, spans: spans)
    return WebhookSender(
      receivers: receivers, transport: transport, limits: limits, store: store, now: now, logger: logger,
      metrics: metrics)
  }

  /// Runs a worker until `isDone`, for some seconds at most.
  func work(_ receivers: [WebhookReceiver], until isDone: () async throws -> Bool) async throws {
    let sender = try sender(receivers)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await sender.run() }
      defer { group.cancelAll() }
      try await wait(until: isDone)
    }
  }

  func wait(until isDone: () async throws -> Bool) async throws {
    let start = ContinuousClock.now
    while try await !isDone() {
      try #require(ContinuousClock.now - start < .seconds(30), "it takes too long")
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Logs one change for each id.
  func add(_ ids: [String]) async throws {
    for id in ids { _ = try await store.edit(.putOffer(.sample(id: id))) }
  }

  func record(_ receiver: WebhookReceiver) async throws -> WebhookRecord? {
    try await WebhookRecords(store: store).record(of: receiver)
  }

  /// Waits until every receiver is known, so that what is added from then on is news.
  func begin(_ receivers: [WebhookReceiver]) async throws {
    let sender = try sender(receivers)
    try await sender.takeLead()
    for receiver in receivers { _ = try await sender.step(receiver) }
    try await sender.endLead()
  }

  /// The messages to a receiver, failed attempts included.
  func messages(_ name: String = "one") throws -> [Message] {
    try server.requests(name).map { try Message($0) }
  }

  /// A message as it came.
  struct Message {
    let id: String
    let body: [UInt8]
    let type: String?
    let offers: [String]
    let nextSince: Int?

    init(_ request: ReplayServer.Received) throws {
      #expect(request.method == "POST")
      #expect(request["content-type"] == "application/json")
      id = try #require(request["webhook-id"])
      body = request.body
      let timestamp = try #require(request["webhook-timestamp"].flatMap { Int($0) })
      let signature = try WebhookSecret(WebhookFixture.secret).signature(id: id, timestamp: timestamp, body: body)
      #expect(request["webhook-signature"] == signature)
      let json = try JSONReader.parse(body)
      type = json.object?["type"]?.string
      #expect(json.object?["timestamp"]?.string != nil)
      let data = json.object?["data"]?.object
      offers = data?["changes"]?.array?.compactMap { $0.object?["id"]?.string } ?? []
      nextSince = data?["next_since"]?.int
    }
  }
}

/// Keeps what is logged.
struct RecordingLog: LogHandler {
  let lines = NIOLockedValueBox<[String]>([])
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.trace

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    lines.withLockedValue { $0.append("\(event.message) \(event.metadata ?? [:])") }
  }

  /// All that was logged.
  var text: String { lines.withLockedValue { $0.joined(separator: "\n") } }
}
