public import Catalog
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
public import TieredCaching

/// The HTTP server of one worker.
public struct CatalogServer: Sendable {
  /// Where it listens and what it allows.
  public struct Configuration: Sendable {
    /// The address to listen on.
    public var host: String
    /// The port; 0 picks a free one.
    public var port: Int
    /// The most bytes of prepared answers that are kept.
    public var answerBytes: Int
    /// What one client may ask.
    public var limits: ServerLimits

    /// A configuration; by default 256 MiB of answers.
    public init(
      host: String = "127.0.0.1", port: Int = 8080, answerBytes: Int = 256 << 20, limits: ServerLimits = ServerLimits()
    ) {
      self.host = host
      self.port = port
      self.answerBytes = answerBytes
      self.limits = limits
    }
  }

  private let service: CatalogService
  private let configuration: Configuration
  private let logger: Logger
  private let tier: LocalTier<Answer>
  /// The versions as they are installed; only the newest one that nobody looked at yet is kept.
  private let versions: AsyncStream<String>

  /// A server of a catalog that it keeps current while it runs.
  ///
  /// - Parameters:
  ///   - configuration: where it listens and what it allows.
  ///   - logger: receives what operators should know.
  ///   - makeService: makes the catalog service; the server learns of new versions through the observer that it is given.
  public init(
    configuration: Configuration, logger: Logger,
    makeService: (_ onEvent: @escaping @Sendable (CacheEvent) -> Void) -> CatalogService
  ) {
    let tier = LocalTier<Answer>(maximumBytes: configuration.answerBytes)
    let (versions, continuation) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingNewest(1))
    self.tier = tier
    self.versions = versions
    self.configuration = configuration
    self.logger = logger
    service = makeService { event in
      guard case .loaded(let version, _, _) = event else { return }
      tier.move(to: version)
      continuation.yield(version)
    }
  }

  /// Loads the catalog, keeps it current and answers requests until SIGTERM or SIGINT, or until the task is cancelled.
  ///
  /// - Parameters:
  ///   - endsOnSignals: whether the signals end it; false in a process that handles signals itself.
  ///   - onRunning: called with the port once requests are accepted.
  /// - Throws: when the port cannot be used.
  public func run(
    endsOnSignals: Bool = true, onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) async throws {
    let threads = NIOThreadPool(numberOfThreads: 2)
    threads.start()
    let result: Result<Void, any Error>
    do {
      let application = makeApplication(threads: threads, onRunning: onRunning)
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
  ) -> some ApplicationProtocol {
    let group = MultiThreadedEventLoopGroup.singleton
    let answers = AnswerCache(service: service, tier: tier, threads: threads, group: group)
    let meter = RequestMeter()
    let limits = configuration.limits
    var application = Application(
      responder: CatalogResponder(service: service, answers: answers, meter: meter, limits: limits),
      server: HTTPServerBuilder { responder in
        FastPathChannel(responder: responder, answers: answers, meter: meter, limits: limits)
      },
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: configuration.port), serverName: nil, backlog: 1_024,
        availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
      onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? 0) },
      eventLoopGroupProvider: .shared(group), logger: logger)
    application.addServices(
      BackgroundService { [service] in await service.run() },
      BackgroundService { [versions] in await Self.prepareFullList(of: versions, answers: answers, logger: self.logger)
      })
    return application
  }

  /// Prepares the full list of every new version, compressed and not, before a client has to wait for it.
  private static func prepareFullList(of versions: AsyncStream<String>, answers: AnswerCache, logger: Logger) async {
    for await version in versions {
      do {
        _ = try await answers.answer("/v1/models", acceptsGzip: true)
      } catch {
        logger.warning("The full list could not be prepared", metadata: ["version": "\(version)", "error": "\(error)"])
      }
    }
  }
}

/// Work that goes on for as long as the server runs.
private struct BackgroundService: Service {
  let work: @Sendable () async -> Void

  func run() async throws { await cancelWhenGracefulShutdown { await work() } }
}
