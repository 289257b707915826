import HummingbirdCore
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import ServiceLifecycle

/// A listening socket that a worker has from the process that started it, and shares with the other workers.
public struct InheritedListener: Sendable {
  /// The descriptor of the socket.
  public let descriptor: CInt
  /// The path of a Unix socket on which this worker alone listens, for whoever looks after it.
  public let privatePath: String

  /// A listener.
  public init(descriptor: CInt, privatePath: String) {
    self.descriptor = descriptor
    self.privatePath = privatePath
  }
}

/// Serves connections from a socket that several processes share, so that none is lost when one of them ends: what it has
/// not accepted stays in the socket for the others.
///
/// Hummingbird binds its sockets itself, and a server channel of SwiftNIO takes it for a mistake when another process was
/// faster; so connections are accepted by a thread of its own, and become channels then.
struct SharedListener: Service {
  let descriptor: CInt
  let group: any EventLoopGroup
  let maximumConnections: Int
  let logger: Logger
  /// Is given the way to handle connections when Hummingbird has made it.
  let handlers: AsyncStream<FastPathChannel>

  private let channels = OpenChannels()

  init(
    descriptor: CInt, group: any EventLoopGroup, maximumConnections: Int, logger: Logger,
    handlers: AsyncStream<FastPathChannel>
  ) {
    self.descriptor = descriptor
    self.group = group
    self.maximumConnections = maximumConnections
    self.logger = logger
    self.handlers = handlers
  }

  func run() async throws {
    guard let handler = await handlers.first(where: { _ in true }) else { return }
    let acceptor = Acceptor(descriptor: descriptor, logger: logger)
    defer { acceptor.stop() }
    await withGracefulShutdownHandler {
      await serve(acceptor, handler)
    } onGracefulShutdown: {
      acceptor.stop()
      channels.quiesce()
    }
  }

  private func serve(_ acceptor: Acceptor, _ handler: FastPathChannel) async {
    await withTaskGroup(of: Void.self) { group in
      var open = 0
      for await connection in acceptor.connections() {
        // Those beyond the limit wait in the socket, where another worker may take them.
        if open == maximumConnections { await group.next() } else { open += 1 }
        acceptor.hasTaken()
        group.addTask { await serve(connection, handler) }
      }
    }
  }

  private func serve(_ connection: CInt, _ handler: FastPathChannel) async {
    do {
      let value = try await ClientBootstrap(group: group)
        .channelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
        .withConnectedSocket(connection) { channel in handler.setup(channel: channel, logger: logger) }
      let id = channels.insert(value.channel)
      await handler.handle(value: value, logger: logger)
      channels.remove(id)
    } catch {
      logger.debug("A connection ended before it began", metadata: ["error": "\(error)"])
    }
  }
}

/// The connections that are open, which are told when the server is to end.
private final class OpenChannels: Sendable {
  private struct State {
    var channels: [Int: any Channel] = [:]
    var next = 0
    var isQuiescing = false
  }

  private let state = NIOLockedValueBox(State())

  func insert(_ channel: any Channel) -> Int {
    let (id, isQuiescing) = state.withLockedValue { state in
      state.next += 1
      state.channels[state.next] = channel
      return (state.next, state.isQuiescing)
    }
    if isQuiescing { Self.quiesce(channel) }
    return id
  }

  func remove(_ id: Int) { state.withLockedValue { _ = $0.channels.removeValue(forKey: id) } }

  /// Lets every connection end when the request that it has begun is answered.
  func quiesce() {
    let channels = state.withLockedValue { state in
      state.isQuiescing = true
      return state.channels.values.map { $0 }
    }
    for channel in channels { Self.quiesce(channel) }
  }

  private static func quiesce(_ channel: any Channel) {
    channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
  }
}
