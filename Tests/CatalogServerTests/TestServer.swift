import Catalog
import CatalogServer
import Logging
import NIOCore
import ServiceLifecycle
import TestSupport
import Testing
import TieredCaching

/// A server on a port of its own, with a catalog in memory, for as long as a test needs it.
struct TestServer: Sendable {
  let port: Int
  let store: FaultyCatalogStore
  let service: CatalogService

  /// A policy under which nothing turns stale because the machine that runs the tests is busy.
  static let patient = CachePolicy(stalenessBound: .seconds(300), heartbeat: .milliseconds(20))

  /// What a test may choose.
  struct Setup {
    var policy = TestServer.patient
    var time: any TimeSource = SystemTime()
    var configuration = CatalogServer.Configuration(port: 0, answerBytes: 64 << 20)
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    /// Whether requests wait until the catalog is loaded.
    var waitsForLoad = true
    /// The provider sync beside the server.
    var sync: (any SyncControl)?
    /// Where spans go.
    var spans = Spans.none
    /// What the store shall do from the start.
    var prepareStore: (FaultyCatalogStore) -> Void = { _ in }
  }

  /// Runs `body` with a server of these offers; the server has ended when this returns.
  static func run<Result: Sendable>(
    _ offers: [Offer] = [], setup configure: (inout Setup) -> Void = { _ in },
    _ body: (TestServer) async throws -> Result
  ) async throws -> Result {
    var setup = Setup()
    configure(&setup)
    let store = FaultyCatalogStore(InMemoryCatalogStore(lifetime: "test", now: { 1_700_000_000 }))
    try await store.replace(with: offers)
    setup.prepareStore(store)
    var made: CatalogService?
    let server = CatalogServer(configuration: setup.configuration, logger: setup.logger) { [setup] onEvent in
      let service = CatalogService(
        store: store, configuration: CatalogService.Configuration(policy: setup.policy), time: setup.time,
        spans: setup.spans, logger: setup.logger, onEvent: onEvent)
      made = service
      return service
    } makeSync: { [setup] _ in
      setup.sync
    }
    let service = try #require(made)
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let running = RunningServer(server: server, ports: continuation)
    let services = ServiceGroup(services: [running], logger: setup.logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await services.run() }
      do {
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next(isolation: #isolation), "the server did not start")
        if setup.waitsForLoad { _ = try await service.read() }
        let result = try await body(TestServer(port: port, store: store, service: service))
        // Cancelling instead could drop a connection that is being accepted, which NIO takes for a mistake.
        await services.triggerGracefulShutdown()
        return result
      } catch {
        await services.triggerGracefulShutdown()
        throw error
      }
    }
  }

  /// Runs `body` with a connection to the server.
  func connect<Result: Sendable>(_ body: (TestClient) async throws -> Result) async throws -> Result {
    try await TestClient.connect(to: port, body)
  }

  /// The response to one request on a connection of its own.
  func send(
    _ method: String, _ target: String, fields: [String] = [], body: String? = nil
  ) async throws -> TestResponse {
    try await connect { client in
      client.send(Self.request(method, target, fields: fields, body: body))
      return try await client.response(hasBody: method != "HEAD")
    }
  }

  /// The response to a `GET` request on a connection of its own.
  func get(_ target: String, _ fields: String...) async throws -> TestResponse {
    try await send("GET", target, fields: fields)
  }

  /// The JSON of a successful response to a `GET` request.
  func json(_ target: String) async throws -> JSONValue {
    let response = try await get(target)
    #expect(response.status == 200, "\(target): \(response.text)")
    return try response.json
  }

  /// The JSON of the response to a `POST` request with a JSON body, and its status.
  func post(_ target: String, _ body: String) async throws -> (status: Int, json: JSONValue) {
    let response = try await send("POST", target, body: body)
    return (response.status, try response.json)
  }

  /// The text of a request.
  static func request(_ method: String, _ target: String, fields: [String] = [], body: String? = nil) -> String {
    var lines = ["\(method) \(target) HTTP/1.1", "Host: localhost"] + fields
    if let body { lines.append("Content-Length: \(body.utf8.count)") }
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
  }

  /// A header field that changes nothing but that the fast path leaves to the HTTP parser.
  static let slowField = "TE: trailers"
}

extension CatalogStore {
  /// Makes these offers the offers of their providers.
  func replace(with offers: [Offer]) async throws {
    let listings = Dictionary(grouping: offers, by: \.provider).map { slug, offers in
      ProviderListing(provider: Provider(slug: slug, name: slug.text.uppercased()), offers: offers, stated: .all)
    }
    _ = try await importListings(listings, options: ImportOptions(format: "test", force: true))
  }
}

/// The server as a service that ends when its group is shut down.
private struct RunningServer: Service {
  let server: CatalogServer
  let ports: AsyncStream<Int>.Continuation

  func run() async throws {
    defer { ports.finish() }
    try await server.run(endsOnSignals: false) { port in ports.yield(port) }
  }
}
