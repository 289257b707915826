import Logging
import NIOConcurrencyHelpers
import NIOCore

/// The state of a subscription: its connection, and the events that were not read.
///
/// The reader's calls drive it: a lost connection is made anew when the reader has read everything before it.
final class SubscriptionCore: Sendable {
  fileprivate struct State {
    var buffer: SubscriptionBuffer
    var waiter: PendingResult<Void>?
    var connection: RedisConnection?
    /// Distinguishes the connection from earlier ones, which may still have something to say.
    var attempt = 0
    /// How many channels the server has confirmed.
    var confirmed = 0
    var backoff = Backoff()
    var lastFailure: RedisError?
    var connectedAt: ContinuousClock.Instant?
  }

  private let channels: [String]
  private let connector: RedisConnector
  private let logger: Logger
  private let state: NIOLockedValueBox<State>

  init(channels: [String], bufferSize: Int, connector: RedisConnector, logger: Logger) {
    self.channels = channels
    self.connector = connector
    self.logger = logger
    state = NIOLockedValueBox(State(buffer: SubscriptionBuffer(capacity: bufferSize)))
  }

  deinit { close() }

  /// The next event; nil once the task is cancelled.
  func next() async -> RedisSubscription.Event? {
    while !Task.isCancelled {
      if let event = state.withLockedValue({ $0.buffer.popFirst() }) { return event }
      if state.withLockedValue({ $0.connection }) == nil {
        await connect()
      } else {
        await waitForEvent()
      }
    }
    close()
    return nil
  }

  private func close() {
    state.withLockedValue { $0.connection }?.close(reason: "nobody reads the subscription any more")
  }

  private func waitForEvent() async {
    let waiter = PendingResult<Void>()
    do throws(RedisError) {
      try await waiter.value {
        let mustWait = state.withLockedValue { state in
          guard state.buffer.isEmpty, state.connection != nil else { return false }
          state.waiter = waiter
          return true
        }
        if !mustWait { waiter.finish(.success(())) }
      }
    } catch {
      logger.trace("a reader of a Redis subscription was cancelled")
    }
  }
}

/// Making the connection.
extension SubscriptionCore {
  private func connect() async {
    let (attempt, pause) = state.withLockedValue { state in
      state.attempt += 1
      state.confirmed = 0
      return (state.attempt, state.attempt > 1 ? state.backoff.next() : .zero)
    }
    do { try await Task.sleep(for: pause) } catch { return }
    do throws(RedisError) {
      let connection = try await connector.connect { [weak self] in self?.received($0, attempt: attempt) }
      install(connection, attempt: attempt)
      try await subscribe(over: connection)
      state.withLockedValue { $0.lastFailure = nil }
    } catch {
      failed(error)
    }
  }

  private func install(_ connection: RedisConnection, attempt: Int) {
    state.withLockedValue { state in
      state.connection = connection
      state.connectedAt = .now
    }
    connection.whenClosed { [weak self] in self?.lost(attempt: attempt) }
  }

  private func subscribe(over connection: RedisConnection) async throws(RedisError) {
    // The confirmations are pushes; only a refusal is an answer, and it takes the place of the answer to PING.
    connection.post(["SUBSCRIBE"] + channels.map { .text($0) }, isAnswered: false)
    let answer = try await connection.execute(["PING"], timeout: connector.configuration.connectTimeout)
    if state.withLockedValue({ $0.confirmed == channels.count }) { return }
    connection.close(reason: "the server refused the subscription")
    if case .error(let error) = answer { throw .server(error) }
    throw .unexpectedReply(command: "SUBSCRIBE", kind: "fewer confirmations than channels")
  }

  private func failed(_ error: RedisError) {
    close()
    let isNew = state.withLockedValue { state in
      defer { state.lastFailure = error }
      return state.lastFailure != error
    }
    if isNew, !Task.isCancelled { logger.warning("no subscription to Redis", metadata: ["reason": "\(error)"]) }
  }
}

/// What the connection says, on its event loop.
extension SubscriptionCore {
  private func received(_ elements: [RedisValue], attempt: Int) {
    guard let kind = elements.first?.text, elements.count == 3 else { return }
    let waiter = state.withLockedValue { state -> PendingResult<Void>? in
      guard state.attempt == attempt else { return nil }
      switch kind {
      case "subscribe":
        state.confirmed += 1
        guard state.confirmed == channels.count else { return nil }
        state.buffer.append(.subscribed)
      case "message":
        guard let channel = elements[1].text, let payload = elements[2].bytes else { return nil }
        state.buffer.append(.message(channel: channel, payload: payload))
      default: return nil
      }
      return state.takeWaiter()
    }
    waiter?.finish(.success(()))
  }

  private func lost(attempt: Int) {
    let waiter = state.withLockedValue { state -> PendingResult<Void>? in
      guard state.attempt == attempt else { return nil }
      if state.confirmed == channels.count { state.buffer.append(.disconnected) }
      if let start = state.connectedAt, ContinuousClock.now - start > Backoff.calm { state.backoff = Backoff() }
      state.connection = nil
      return state.takeWaiter()
    }
    waiter?.finish(.success(()))
  }
}

extension SubscriptionCore.State {
  fileprivate mutating func takeWaiter() -> PendingResult<Void>? {
    defer { waiter = nil }
    return waiter
  }
}
