import Logging
import NIOConcurrencyHelpers
import NIOCore

/// One server to which a connection is kept up.
final class RedisNode: Sendable {
  /// A connection that is ready, and its number.
  struct Established: Sendable {
    let connection: RedisConnection
    let incarnation: Int
  }

  private struct State {
    var established: Established?
    /// Why there is no connection.
    var failure = RedisError.notConnected(reason: "no connection was made yet; the client's run() makes it")
    /// Whether no further attempt will be made.
    var hasEnded = false
    var waiters: [PendingResult<Void>] = []
  }

  /// What it is, for the log.
  private let name: String
  private let logger: Logger
  private let timers: any EventLoop
  private let connect: @Sendable () async throws(RedisError) -> RedisConnection
  private let nextIncarnation: @Sendable () -> Int
  private let state = NIOLockedValueBox(State())

  init(
    name: String, logger: Logger, timers: any EventLoop, nextIncarnation: @escaping @Sendable () -> Int,
    connect: @escaping @Sendable () async throws(RedisError) -> RedisConnection
  ) {
    self.name = name
    self.logger = logger
    self.timers = timers
    self.nextIncarnation = nextIncarnation
    self.connect = connect
  }

  /// The connection, or why there is none. One that was closed a moment ago refuses commands itself.
  func current() throws(RedisError) -> Established {
    let result: Result<Established, RedisError> = state.withLockedValue { state in
      state.established.map { .success($0) } ?? .failure(state.failure)
    }
    return try result.get()
  }

  /// The number of the connection; 0 if there is none.
  var incarnation: Int {
    guard let established = state.withLockedValue({ $0.established }), established.connection.isOpen else { return 0 }
    return established.incarnation
  }

  /// Connects, and again whenever the connection is lost, until the task is cancelled.
  func run() async {
    var backoff = Backoff()
    while !Task.isCancelled {
      let start = ContinuousClock.now
      await connectAndWait()
      if ContinuousClock.now - start > Backoff.calm { backoff = Backoff() }
      do { try await Task.sleep(for: backoff.next()) } catch { break }
    }
    end()
  }

  /// Connects once; returns when that failed or the connection was lost.
  func runOnce() async {
    await connectAndWait()
    end()
  }

  /// Waits until there is a connection.
  ///
  /// - Throws: why there is none, once `timeout` is over or no further attempt will be made.
  func waitUntilConnected(timeout: Duration) async throws(RedisError) {
    let waiter = PendingResult<Void>()
    let timer = timers.scheduleTask(in: TimeAmount(timeout)) { [state] in
      waiter.finish(.failure(state.withLockedValue { $0.failure }))
    }
    defer { timer.cancel() }
    try await waiter.value { addWaiter(waiter) }
  }

  private func addWaiter(_ waiter: PendingResult<Void>) {
    let outcome: PendingResult<Void>.Outcome? = state.withLockedValue { state in
      if state.established?.connection.isOpen == true { return .success(()) }
      if state.hasEnded { return .failure(state.failure) }
      state.waiters.removeAll { $0.isFinished }
      state.waiters.append(waiter)
      return nil
    }
    if let outcome { waiter.finish(outcome) }
  }

  private func connectAndWait() async {
    do throws(RedisError) {
      let connection = try await connect()
      establish(connection)
      await connection.waitUntilClosed()
      lose(.notConnected(reason: connection.closeReason ?? "the connection was closed"))
    } catch {
      lose(error)
    }
  }

  private func establish(_ connection: RedisConnection) {
    let waiters = state.withLockedValue { state in
      state.established = Established(connection: connection, incarnation: nextIncarnation())
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.finish(.success(())) }
    logger.info("connected to Redis", metadata: ["redis": "\(name)"])
  }

  private func lose(_ failure: RedisError) {
    let isNew = state.withLockedValue { state in
      defer {
        state.failure = failure
        state.established = nil
      }
      return state.established != nil || state.failure != failure
    }
    if isNew, !Task.isCancelled {
      logger.warning("no connection to Redis", metadata: ["redis": "\(name)", "reason": "\(failure)"])
    }
  }

  private func end() {
    let (waiters, failure) = state.withLockedValue { state in
      if Task.isCancelled { state.failure = .notConnected(reason: "the client was stopped") }
      state.hasEnded = true
      defer { state.waiters = [] }
      return (state.waiters, state.failure)
    }
    for waiter in waiters { waiter.finish(.failure(failure)) }
  }
}
