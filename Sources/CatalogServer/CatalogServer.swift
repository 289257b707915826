public import Catalog
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle
public import TieredCaching

/// The HTTP server of one worker.
public struct CatalogServer: Sendable {
  /// Where it listens and what it allows.
  public struct Configuration: Sendable, CustomStringConvertible {
    /// The address to listen on.
    public var host: String
    /// The port; 0 picks a free one.
    public var port: Int
    /// A socket to accept connections from, instead of listening at `host` and `port`.
    public var inherited: InheritedListener?
    /// The most bytes of prepared answers that are kept.
    public var answerBytes: Int
    /// What one client may ask.
    public var limits: ServerLimits
    /// The tokens that open the admin routes, any one of them; without one the admin routes are off.
    public var adminKeys: [String]
    /// Whether the views that are asked for most are prepared before anybody asks.
    public var warmsOnStartup: Bool
    /// What `/metrics` answers, in the Prometheus text format; nil for no such route.
    public var metrics: (@Sendable (MetricsScope) async -> [UInt8])?
    /// Which requests are traced; nil for none.
    public var tracing: RequestTracing?
    /// What `/openapi.json` answers, and `/docs` shows: an OpenAPI document; nil for no such routes.
    public var interface: [UInt8]?

    /// A configuration; by default 256 MiB of answers, warm, and neither admin routes nor metrics nor a description.
    public init(
      host: String = "127.0.0.1", port: Int = 8080, inherited: InheritedListener? = nil, answerBytes: Int = 256 << 20,
      limits: ServerLimits = ServerLimits(), adminKeys: [String] = [], warmsOnStartup: Bool = true,
      metrics: (@Sendable (MetricsScope) async -> [UInt8])? = nil, tracing: RequestTracing? = nil,
      interface: [UInt8]? = nil
    ) {
      self.host = host
      self.port = port
      self.inherited = inherited
      self.answerBytes = answerBytes
      self.limits = limits
      self.adminKeys = adminKeys
      self.warmsOnStartup = warmsOnStartup
      self.metrics = metrics
      self.tracing = tracing
      self.interface = interface
    }

    /// The configuration without its secrets: services are described in debug logs with all that they hold.
    public var description: String {
      "host: \(host), port: \(port), answerBytes: \(answerBytes), limits: \(limits), "
        + "adminKeys: \(adminKeys.count), not shown"
    }
  }

  private let service: CatalogService
  private let sync: (any SyncControl)?
  private let services: [any Service]
  private let metrics: CacheMetrics
  private let configuration: Configuration
  private let logger: Logger
  private let tier: LocalTier<Answer>
  /// The versions as they are installed; only the newest one that nobody looked at yet is kept.
  private let versions: AsyncStream<String>

  /// A server of a catalog that it keeps current while it runs.
  ///
  /// - Parameters:
  ///   - configuration: where it listens and what it allows.
  ///   - services: what runs beside the server for as long as it does.
  ///   - logger: receives what operators should know.
  ///   - makeService: makes the catalog service; the server learns of new versions through the observer that it is given.
  ///   - makeSync: makes the provider sync that runs beside the server; by default there is none.
  public init(
    configuration: Configuration, services: [any Service] = [], logger: Logger,
    makeService: (_ onEvent: @escaping @Sendable (CacheEvent) -> Void) -> CatalogService,
    makeSync: (CatalogService) -> (any SyncControl)? = { _ in nil }
  ) {
    let tier = LocalTier<Answer>(maximumBytes: configuration.answerBytes)
    let (versions, continuation) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingNewest(1))
    self.tier = tier
    self.versions = versions
    self.configuration = configuration
    self.services = services
    self.logger = logger
    let metrics = CacheMetrics()
    self.metrics = metrics
    service = makeService { event in
      metrics.record(event)
      guard case .loaded(let version, _, _, _) = event else { return }
      tier.move(to: version)
      continuation.yield(version)
    }
    sync = makeSync(service)
  }

  /// Loads the catalog, keeps it current and answers requests until SIGTERM or SIGINT, or until the task is cancelled.
  ///
  /// - Parameters:
  ///   - endsOnSignals: whether the signals end it; false in a process that handles signals itself.
  ///   - onRunning: called with the port once requests are accepted.
  /// - Throws: when the port cannot be used, a template of the console is broken, or the description of the interface
  ///   cannot be read.
  public func run(
    endsOnSignals: Bool = true, onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) async throws {
    let threads = NIOThreadPool(numberOfThreads: 2)
    threads.start()
    let result: Result<Void, any Error>
    do {
      let application = try makeApplication(threads: threads, onRunning: onRunning)
      if endsOnSignals { try await application.runService() } else { try await application.run() }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    try await threads.shutdownGracefully()
    try result.get()
  }

  private func makeApplication(
    threads: NIOThreadPool, onRunning: @escaping @Sendable (_ port: Int) async -> Void
  ) throws -> some ApplicationProtocol {
    let group = MultiThreadedEventLoopGroup.singleton
    let spans = Spans(tracer: configuration.tracing?.tracer)
    let answers = AnswerCache(service: service, tier: tier, threads: threads, group: group, spans: spans)
    let meter = RequestMeter()
    let limits = configuration.limits
    let admission = Admission(limits: limits)
    let admin = AdminAnswers(
      service: service, answers: answers, access: AdminGuard(keys: configuration.adminKeys), admission: admission,
      limits: limits, sync: sync)
    let feed = ChangeFeed(store: service.store)
    let (templates, assets) = (try ConsoleTemplates(), try ConsoleAssets())
    let console = Console(
      service: service, answers: answers, feed: feed, admin: admin,
      sessions: ConsoleSessions(adminKeys: configuration.adminKeys), threads: threads, templates: templates,
      assets: assets, refusals: RefusalPages(templates: templates, assets: assets))
    let description = try configuration.interface.map { try APIDescription(document: $0) }
    let scrape = configuration.metrics.map { render in
      let make = { @Sendable [metrics, service] (scope: MetricsScope) async in
        metrics.update(service: service, answers: answers.size)
        return ByteBuffer(bytes: await render(scope))
      }
      let shared = SharedScrape { await make(.host) }
      return { @Sendable (scope: MetricsScope) async in
        switch scope {
        case .host: await shared.text()
        case .worker: await make(.worker)
        }
      }
    }
    let (handlers, offer) = AsyncStream<FastPathChannel>.makeStream()
    var application = Application(
      responder: CatalogResponder(
        service: service, answers: answers, meter: meter, limits: limits, admin: admin, admission: admission,
        feed: feed, console: console, metrics: scrape, spans: spans, description: description),
      server: HTTPServerBuilder { responder in
        let channel = FastPathChannel(
          responder: responder, answers: answers, meter: meter, tracing: configuration.tracing, limits: limits)
        offer.yield(channel)
        return channel
      },
      configuration: ApplicationConfiguration(
        address: configuration.inherited.map { .unixDomainSocket(path: $0.privatePath) }
          ?? .hostname(configuration.host, port: configuration.port), serverName: nil, backlog: 1_024,
        availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
      onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
      eventLoopGroupProvider: .shared(group), logger: logger)
    application.addServices(
      BackgroundService { [service] in await service.run() },
      BackgroundService { [versions] in
        await Self.prepare(versions, answers: answers, isWarming: configuration.warmsOnStartup, logger: logger)
      })
    for service in services { application.addServices(service) }
    // What comes later ends earlier, and what runs beside the server takes in the traces of the last sync.
    if let sync { application.addServices(sync) }
    if let inherited = configuration.inherited {
      application.addServices(
        SharedListener(
          descriptor: inherited.descriptor, group: group, maximumConnections: limits.connections, logger: logger,
          handlers: handlers))
    }
    return application
  }

  /// Prepares the full list of every new version, compressed and not, before a client has to wait for it; and once, after
  /// the start, what else is asked for most.
  private static func prepare(
    _ versions: AsyncStream<String>, answers: AnswerCache, isWarming: Bool, logger: Logger
  ) async {
    var isFirst = true
    for await version in versions {
      do {
        if isFirst, isWarming { try await answers.warm() } else { try await answers.prepareFullList() }
      } catch {
        logger.warning("The lists could not be prepared", metadata: ["version": "\(version)", "error": "\(error)"])
      }
      isFirst = false
    }
  }
}

/// Whose metrics are asked for.
public enum MetricsScope: Sendable {
  /// Those of all workers of this host that belong together.
  case host
  /// Those of this worker alone, without saying which one it is; for the others of its host.
  case worker
}

/// Work that goes on for as long as the server runs.
private struct BackgroundService: Service {
  let work: @Sendable () async -> Void

  func run() async throws { await cancelWhenGracefulShutdown { await work() } }
}
