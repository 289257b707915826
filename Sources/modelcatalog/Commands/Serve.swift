import ArgumentParser
import Catalog
import CatalogServer
import Foundation
import Logging
import NIOCore
import ServiceLifecycle

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the catalog over HTTP.",
    discussion: """
      An empty database is first filled with the bundled snapshot. SIGTERM and SIGINT end the server gracefully.

      With --workers, several processes accept connections from the same port. One that ends is started again; SIGHUP
      replaces them one after the other without losing a connection, also by a new version of the program.
      """)

  @OptionGroup var options: CatalogOptions

  @Option(name: .long, help: ArgumentHelp("Address to listen on (default: HOST or 127.0.0.1).", valueName: "address"))
  var host: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Port to listen on (default: PORT or 8080; 0 picks a free one).", valueName: "number"))
  var port: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Worker processes that share the port (default: none, this process serves).", valueName: "number"))
  var workers: Int?

  @Option(name: .long, help: .private)
  var workerSocket: String?

  @Option(name: .long, help: .private)
  var supervisor: Int32?

  func validate() throws {
    if let port, !(0...65_535).contains(port) { throw ValidationError("--port must be from 0 to 65535") }
    if let workers, !(1...64).contains(workers) { throw ValidationError("--workers must be from 1 to 64") }
  }

  func run() async throws {
    let settings = try options.settings()
    let logger = settings.serverLogger
    // Before there are any workers, so that a wrong one ends the start.
    let webhooks = try options.webhookSettings()
    let sync = try options.syncSettings()
    let limits = try options.limitSettings().limits
    let traces = TraceWiring(try options.traceSettings(), logger: logger)
    if workerSocket == nil, let workers { return try await supervise(workers, settings, logger) }
    try await serve(settings, sync, webhooks, traces, limits, logger)
  }

  private func supervise(_ workers: Int, _ settings: Settings, _ logger: Logger) async throws {
    let host = host ?? settings.host
    let socket = try ListeningSocket(host: host, port: port ?? settings.port)
    guard let program = Bundle.main.executablePath else {
      throw CommandFailure("the path of this program cannot be found out, so it cannot be started again as a worker")
    }
    // Once for all workers, and with an error that ends the start.
    try await options.withServingStore(logger: logger) { _ in }
    let supervisor = Supervisor(
      socket: socket, workers: workers, program: program, arguments: Array(CommandLine.arguments.dropFirst()),
      logger: logger)
    try await supervisor.run {
      settings.announce("http://\(host):\(socket.port)", "with \(workers) workers", logger)
    }
  }

  private func serve(
    _ settings: Settings, _ sync: SyncSettings, _ webhooks: WebhookSettings, _ traces: TraceWiring,
    _ limits: ServerLimits, _ logger: Logger
  ) async throws {
    let metrics = try ExportedMetrics(workers: workers, privatePath: workerSocket, logger: logger)
    let host = host ?? settings.host
    let port = port ?? settings.port
    let interface = try Array(BundledFiles.read("openapi.json"))
    let shared = settings.sharedTier(logger: logger)
    try await options.withServingStore(logger: logger) { store in
      let server = CatalogServer(
        configuration: CatalogServer.Configuration(
          host: host, port: port,
          inherited: try workerSocket.map {
            InheritedListener(descriptor: try ListeningSocket.takeFromStandardInput(), privatePath: $0)
          },
          answerBytes: settings.answerBytes, limits: limits, adminKeys: settings.adminKeys,
          warmsOnStartup: settings.warmsOnStartup, metrics: { await metrics.text(of: $0) }, tracing: traces.requests,
          interface: interface),
        services: services(webhooks, traces, store, logger), logger: logger
      ) { onEvent in
        CatalogService(
          store: store, shared: shared, configuration: settings.serviceConfiguration(isServing: true),
          spans: traces.spans, logger: logger, onEvent: onEvent)
      } makeSync: { service in
        ProviderSyncWiring(sync, catalog: service, store: store, shared: shared, spans: traces.spans, logger: logger)
      }
      do {
        let isWorker = workerSocket != nil
        if let supervisor { ParentWatch.start(supervisor: supervisor) }
        try await server.run { port in
          guard !isWorker else { return }
          settings.announce(
            "http://\(host):\(port)", "(try /v1/models, /v1/stats, /v1/models/unique)", logger)
        }
      } catch let error as IOError where error.errnoCode == EADDRINUSE {
        throw CommandFailure(PortInUse.advice(host: host, port: port))
      }
    }
  }

  /// What runs beside the server. The first end last, so that the last requests and messages are in the traces.
  private func services(
    _ webhooks: WebhookSettings, _ traces: TraceWiring, _ store: any CatalogDatabase, _ logger: Logger
  ) -> [any Service] {
    let webhooks = WebhookWiring(webhooks, store: store, spans: traces.spans, logger: logger)
    let services: [(any Service)?] = [traces.exporter, Settings.repeats, webhooks]
    return services.compactMap { $0 }
  }
}
