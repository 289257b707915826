public import Logging
public import NIOCore
public import NIOPosix
import Synchronization

/// A client of one Redis server, of the master that sentinels name, or of a cluster.
///
/// All tasks share one connection (in a cluster one for each node); their commands travel together. Commands fail at
/// once while there is no connection, and none is sent a second time after it may have been carried out.
///
/// ``run()`` must be running. It follows redirections of a cluster for commands whose keys are in one slot.
public final class RedisClient: Sendable {
  /// What it connects to and how long it waits.
  public let configuration: Configuration
  let connector: RedisConnector
  let logger: Logger
  let primary: RedisNode
  let cluster: RedisCluster
  /// When a refused write last made it look for the master.
  let masterSoughtAt = Mutex<ContinuousClock.Instant?>(nil)

  /// A client; it connects once ``run()`` is called.
  ///
  /// - Parameters:
  ///   - configuration: what it connects to and how long it waits.
  ///   - eventLoopGroup: where its connections live.
  ///   - logger: told of connections that are made, refused and lost, once for each change of the reason.
  public init(
    _ configuration: Configuration, eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    logger: Logger
  ) {
    let connector = RedisConnector(configuration: configuration, eventLoopGroup: eventLoopGroup)
    let counter = IncarnationCounter()
    self.configuration = configuration
    self.connector = connector
    self.logger = logger
    primary = RedisNode(
      name: configuration.description, logger: logger, timers: eventLoopGroup.next(), nextIncarnation: counter.next
    ) { () async throws(RedisError) in
      try await connector.connect()
    }
    cluster = RedisCluster { endpoint in
      RedisNode(
        name: endpoint.description, logger: logger, timers: eventLoopGroup.next(), nextIncarnation: counter.next
      ) { () async throws(RedisError) in
        try await connector.connect(to: endpoint)
      }
    }
  }

  /// Connects, and again with growing pauses (50 ms to 2 s) whenever the connection is lost, until the task is
  /// cancelled. Call it once.
  public func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.primary.run() }
      for await (endpoint, node) in cluster.newNodes {
        group.addTask {
          await node.runOnce()
          self.cluster.forget(endpoint, node)
        }
      }
    }
  }

  /// 0 while there is no connection, otherwise the number of the connection. Every connection that this client makes
  /// has a higher number than those before it, so that an equal number means that nothing was lost in between.
  public var incarnation: Int { primary.incarnation }

  /// Waits until there is a connection, for callers that cannot do without it when they start.
  ///
  /// - Throws: the reason of the last failure, once `timeout` is over.
  public func waitUntilConnected(timeout: Duration) async throws(RedisError) {
    try await primary.waitUntilConnected(timeout: timeout)
  }

  /// Sends a command and waits for its answer.
  ///
  /// - Parameters:
  ///   - command: what to send.
  ///   - timeout: how long to wait; nil for ``Configuration/commandTimeout``.
  /// - Throws: ``RedisError/server(_:)`` if the server answers with an error; see the other cases for the rest.
  @discardableResult
  public func execute<Command: RedisCommand>(
    _ command: Command, timeout: Duration? = nil
  ) async throws(RedisError) -> Command.Response {
    try await executeTagged(command, timeout: timeout).response
  }

  /// As ``execute(_:timeout:)``, and the ``incarnation`` of the connection that answered.
  public func executeTagged<Command: RedisCommand>(
    _ command: Command, timeout: Duration? = nil
  ) async throws(RedisError) -> (response: Command.Response, incarnation: Int) {
    let (value, incarnation) = try await send(command.arguments, key: command.key, timeout: timeout)
    return (try command.response(from: value), incarnation)
  }

  /// Runs a script, by its digest if the server knows it.
  ///
  /// - Parameters:
  ///   - script: what to run.
  ///   - keys: the keys that it uses; in a cluster all of one slot.
  ///   - arguments: what else it is given.
  ///   - timeout: how long to wait; nil for ``Configuration/commandTimeout``.
  /// - Throws: ``RedisError/server(_:)`` if the script fails; see the other cases for the rest.
  @discardableResult
  public func evaluate(
    _ script: RedisScript, keys: [String], arguments: [RedisArgument], timeout: Duration? = nil
  ) async throws(RedisError) -> RedisValue {
    try await evaluateTagged(script, keys: keys, arguments: arguments, timeout: timeout).response
  }

  /// As ``evaluate(_:keys:arguments:timeout:)``, and the ``incarnation`` of the connection that answered.
  public func evaluateTagged(
    _ script: RedisScript, keys: [String], arguments: [RedisArgument], timeout: Duration? = nil
  ) async throws(RedisError) -> (response: RedisValue, incarnation: Int) {
    do throws(RedisError) {
      let command = script.command(bySource: false, keys: keys, arguments: arguments)
      return try await send(command, key: keys.first, timeout: timeout)
    } catch {
      // The server did not run it, so that it is safe to send it again.
      guard case .server(let refusal) = error, refusal.code == "NOSCRIPT" else { throw error }
      let command = script.command(bySource: true, keys: keys, arguments: arguments)
      return try await send(command, key: keys.first, timeout: timeout)
    }
  }

  /// Listens to channels over a connection of its own, which is made when the reader asks for the first event.
  ///
  /// - Parameters:
  ///   - channels: the names of the channels, at least one.
  ///   - bufferSize: how many events are kept for a slow reader before the oldest are dropped.
  public func subscribe(to channels: [String], bufferSize: Int = 256) -> RedisSubscription {
    RedisSubscription(
      SubscriptionCore(channels: channels, bufferSize: max(bufferSize, 1), connector: connector, logger: logger))
  }
}

/// Numbers connections from 1 on.
private final class IncarnationCounter: Sendable {
  private let last = Atomic(0)

  @Sendable
  func next() -> Int { last.add(1, ordering: .relaxed).newValue }
}
