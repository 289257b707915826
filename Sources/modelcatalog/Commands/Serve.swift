import ArgumentParser
import Catalog
import CatalogServer
import Foundation
import Logging
import Metrics
import NIOCore
import PrometheusMetrics

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the catalog over HTTP.",
    discussion:
      "An empty database is first filled with the bundled snapshot. SIGTERM and SIGINT end the server gracefully.")

  @OptionGroup var options: CatalogOptions

  @Option(name: .long, help: ArgumentHelp("Address to listen on (default: HOST or 127.0.0.1).", valueName: "address"))
  var host: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Port to listen on (default: PORT or 8080; 0 picks a free one).", valueName: "number"))
  var port: Int?

  func validate() throws {
    if let port, !(0...65_535).contains(port) { throw ValidationError("--port must be from 0 to 65535") }
  }

  func run() async throws {
    let settings = try options.settings()
    var logger = Logger(label: "modelcatalog") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = settings.logLevel
    let registry = PrometheusRegistry()
    CatalogServer.describeMetrics { registry.describe($0, help: $1) }
    MetricsSystem.bootstrap(PrometheusMetrics(registry: registry))
    try await options.withStore { store in
      let host = host ?? settings.host
      let port = port ?? settings.port
      let server = CatalogServer(
        configuration: CatalogServer.Configuration(
          host: host, port: port, answerBytes: settings.answerBytes, adminKeys: settings.adminKeys,
          warmsOnStartup: settings.warmsOnStartup, metrics: { registry.render() }),
        logger: logger
      ) { onEvent in
        CatalogService(
          store: store, shared: settings.sharedTier(logger: logger),
          configuration: settings.serviceConfiguration(publishesViews: true), logger: logger, onEvent: onEvent)
      }
      do {
        try await server.run { port in
          Output.note("Serving the catalog on http://\(host):\(port) (try /v1/models, /v1/stats, /v1/models/unique)")
        }
      } catch let error as IOError where error.errnoCode == EADDRINUSE {
        throw CommandFailure("port \(port) of \(host) is in use: stop what uses it, or choose another with --port")
      }
    }
  }
}
