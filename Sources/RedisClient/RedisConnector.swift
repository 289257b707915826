import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections that are logged in and ready.
struct RedisConnector: Sendable {
  private static let smallestRead = 1 << 10
  private static let firstRead = 16 << 10
  private static let largestRead = 1 << 20

  let configuration: RedisClient.Configuration
  private let eventLoopGroup: any EventLoopGroup
  private let tls: TLSHandlerSource

  init(configuration: RedisClient.Configuration, eventLoopGroup: any EventLoopGroup) {
    self.configuration = configuration
    self.eventLoopGroup = eventLoopGroup
    tls = TLSHandlerSource(trustRoots: configuration.trustRoots)
  }

  /// Connects to the server of the configuration; with sentinels, to the one that is master now.
  func connect(
    receivedPush: @escaping @Sendable ([RedisValue]) -> Void = { _ in }
  ) async throws(RedisError) -> RedisConnection {
    switch configuration.target {
    case .server(let endpoint): return try await connect(to: endpoint, receivedPush: receivedPush)
    case .sentinel(let sentinels, let service):
      let master = try await master(of: service, sentinels: sentinels)
      let connection = try await connect(to: master, receivedPush: receivedPush)
      try await prepare(connection) { connection throws(RedisError) in try await requireMaster(connection) }
      return connection
    }
  }

  /// Connects to a server, logs in and selects the database.
  func connect(
    to endpoint: RedisEndpoint, receivedPush: @escaping @Sendable ([RedisValue]) -> Void = { _ in }
  ) async throws(RedisError) -> RedisConnection {
    let connection = try await open(endpoint, usesTLS: configuration.usesTLS, receivedPush: receivedPush)
    try await prepare(connection) { connection throws(RedisError) in try await greet(connection) }
    return connection
  }

  /// Opens a connection on which nothing was said yet.
  func open(
    _ endpoint: RedisEndpoint, usesTLS: Bool, receivedPush: @escaping @Sendable ([RedisValue]) -> Void = { _ in }
  ) async throws(RedisError) -> RedisConnection {
    let context = usesTLS ? try tls.preparedContext() : nil
    let initialize: @Sendable (any Channel) -> EventLoopFuture<RedisConnection> = { channel in
      channel.eventLoop.makeCompletedFuture {
        try configure(channel, endpoint: endpoint, tls: context, receivedPush: receivedPush)
      }
    }
    let bootstrap = ClientBootstrap(group: eventLoopGroup.next())
      .connectTimeout(TimeAmount(configuration.connectTimeout))
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .channelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(
          minimum: Self.smallestRead, initial: Self.firstRead, maximum: Self.largestRead))
    do {
      switch endpoint {
      case .host(let name, let port):
        return try await bootstrap.connect(host: name, port: port, channelInitializer: initialize)
      case .unixSocket(let path):
        return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: initialize)
      }
    } catch {
      throw .notConnected(reason: connectionFailure(error))
    }
  }

  private func configure(
    _ channel: any Channel, endpoint: RedisEndpoint, tls: NIOSSLContext?,
    receivedPush: @escaping @Sendable ([RedisValue]) -> Void
  ) throws -> RedisConnection {
    let connection = RedisConnection(
      channel: channel, host: endpoint.host, limits: configuration.limits,
      stallTimeout: configuration.stallTimeout, receivedPush: receivedPush)
    if let tls {
      try channel.pipeline.syncOperations.addHandler(TLSHandlerSource.handler(tls, endpoint: endpoint))
    }
    try channel.pipeline.syncOperations.addHandler(
      ConnectionHandler(
        connection: connection, limits: configuration.limits, heartbeat: TimeAmount(configuration.heartbeat)))
    return connection
  }

  /// Closes the connection if `steps` fail, and says why it was not usable.
  private func prepare(
    _ connection: RedisConnection, steps: (RedisConnection) async throws(RedisError) -> Void
  ) async throws(RedisError) {
    do throws(RedisError) {
      try await steps(connection)
    } catch {
      connection.close(reason: "it could not be prepared")
      switch error {
      case .disconnected: throw .notConnected(reason: connection.closeReason ?? "the server closed the connection")
      case .timedOut: throw .notConnected(reason: "it accepted the connection but does not answer")
      default: throw error
      }
    }
  }

  private func greet(_ connection: RedisConnection) async throws(RedisError) {
    var hello: [RedisArgument] = ["HELLO", "3"]
    if let credentials = configuration.credentials {
      hello += ["AUTH", .text(credentials.user), .text(credentials.password)]
    }
    if let name = configuration.clientName { hello += ["SETNAME", .text(name)] }
    do throws(RedisError) {
      try await expectSuccess(hello, on: connection)
    } catch .server(let error) where error.code == "ERR" {
      // A server that does not know the command repeats its arguments, the password among them.
      let advice = "HELLO 3 was refused; Redis 6.2 or later is needed, and a client name without spaces"
      throw .server(RedisServerError(code: "ERR", message: advice))
    }
    if configuration.database != 0 {
      try await expectSuccess(["SELECT", .integer(Int64(configuration.database))], on: connection)
    }
    // A server that is loading its data takes the others but refuses this.
    let pong = try await connection.execute(["PING"], timeout: configuration.connectTimeout)
    // A user without the right to ask is told so by a server that works.
    if case .error(let error) = pong, error.code != "NOPERM" { throw .server(error) }
  }

  private func requireMaster(_ connection: RedisConnection) async throws(RedisError) {
    let role = try await connection.execute(["ROLE"], timeout: configuration.connectTimeout)
    if case .error(let error) = role { throw .server(error) }
    guard role.array?.first?.text == "master" else {
      throw .notConnected(reason: "the server that the sentinels name is not the master (yet)")
    }
  }

  private func expectSuccess(_ arguments: [RedisArgument], on connection: RedisConnection) async throws(RedisError) {
    let reply = try await connection.execute(arguments, timeout: configuration.connectTimeout)
    if case .error(let error) = reply { throw .server(error) }
  }
}
