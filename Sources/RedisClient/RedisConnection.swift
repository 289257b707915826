import NIOConcurrencyHelpers
import NIOCore

/// One established connection. Any number of tasks use it at once; their commands are written in batches.
///
/// Callers encode into one buffer under one lock, and only the first of a batch wakes the event loop: that is what
/// makes many small commands cheap.
final class RedisConnection: Sendable {
  /// The host that it leads to; empty for a Unix socket.
  let host: String
  private let channel: any Channel
  private let queue: NIOLockedValueBox<CommandQueue>
  private let receivedPush: @Sendable ([RedisValue]) -> Void

  /// A connection over `channel`, in whose pipeline a ``ConnectionHandler`` serves it.
  init(
    channel: any Channel, host: String, limits: RedisLimits, stallTimeout: Duration,
    receivedPush: @escaping @Sendable ([RedisValue]) -> Void
  ) {
    self.channel = channel
    self.host = host
    self.receivedPush = receivedPush
    queue = NIOLockedValueBox(CommandQueue(limits: limits, stallTimeout: TimeAmount(stallTimeout)))
  }

  /// Sends a command and waits for its answer.
  ///
  /// - Parameters:
  ///   - isAsking: whether `ASKING` goes before it, as a cluster wants of a command that it redirected with `ASK`.
  ///   - timeout: how long to wait; the command may be carried out afterwards all the same.
  /// - Returns: the answer, also if it is an error.
  func execute(
    _ arguments: [RedisArgument], isAsking: Bool = false, timeout: Duration
  ) async throws(RedisError) -> RedisValue {
    let call = CommandQueue.Call()
    return try await call.value {
      let refusal = submit {
        $0.add(
          arguments, call: call, isAsking: isAsking, now: .now(), timeout: TimeAmount(max(timeout, .zero)))
      }
      if let refusal { call.finish(.failure(refusal)) }
    }
  }

  /// Sends a command whose answer nobody needs; nothing happens on a closed connection.
  ///
  /// - Parameter isAnswered: whether the server answers it other than by pushes.
  func post(_ arguments: [RedisArgument], isAnswered: Bool) {
    _ = submit { $0.add(arguments, isAnswered: isAnswered, now: .now()) }
  }

  private func submit(_ add: (inout CommandQueue) -> RedisError?) -> RedisError? {
    let (refusal, mustFlush) = queue.withLockedValue { queue in
      let refusal = add(&queue)
      return (refusal, refusal == nil && queue.claimFlush())
    }
    if mustFlush { channel.eventLoop.execute { self.flush() } }
    return refusal
  }

  /// Whether it takes commands.
  var isOpen: Bool { closeReason == nil }

  /// Why it was closed; nil while it is open.
  var closeReason: String? { queue.withLockedValue { $0.closeReason } }

  /// Closes it; whoever waits for an answer gets `error`. The first reason counts.
  func close(reason: String, error: RedisError = .disconnected) {
    guard let calls = queue.withLockedValue({ $0.close(reason: reason) }) else { return }
    for call in calls { call.finish(.failure(error)) }
    channel.close(promise: nil)
  }

  /// Waits until it is closed; cancellation of the task closes it.
  func waitUntilClosed() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in whenClosed { continuation.resume() } }
    } onCancel: {
      close(reason: "the client was stopped")
    }
  }

  /// Calls `action` once it is closed and everything that it received was handed on.
  func whenClosed(_ action: @escaping @Sendable () -> Void) {
    channel.closeFuture.whenComplete { _ in action() }
  }
}

/// What the handler on the event loop does with it.
extension RedisConnection {
  /// Writes what has gathered; while the socket does not take it, more gathers.
  func flush() {
    let canWrite = channel.isWritable
    let (bytes, checkTime) = queue.withLockedValue { queue in
      (canWrite ? queue.takeOutgoing() : nil, queue.takeCheckTime())
    }
    if let bytes { channel.writeAndFlush(bytes, promise: nil) }
    if let checkTime { scheduleCheck(at: checkTime) }
  }

  /// Hands on the answers that arrived; `replies` may be empty if only a part of one did.
  func received(_ replies: [RedisValue]) {
    guard let calls = queue.withLockedValue({ $0.received(replies.count, now: .now()) }) else {
      let violation = "an answer to no command: \(replies.first.map(Self.summary) ?? "")"
      close(reason: violation, error: .protocolViolation(violation))
      return
    }
    for (call, reply) in zip(calls, replies) { call?.finish(.success(reply)) }
  }

  /// Hands on what the server sent without being asked.
  func received(push elements: [RedisValue]) { receivedPush(elements) }

  private func scheduleCheck(at time: NIODeadline) {
    channel.eventLoop.scheduleTask(deadline: time) { self.check(time) }
  }

  private func check(_ time: NIODeadline) {
    let check = queue.withLockedValue { $0.check(time, now: .now()) }
    for call in check.expired { call.finish(.failure(.timedOut)) }
    if check.isStalled { close(reason: "it has not answered for too long") }
    if let next = check.next { scheduleCheck(at: next) }
  }

  private static func summary(_ reply: RedisValue) -> String {
    if case .error(let error) = reply { error.description } else { reply.kind }
  }
}
