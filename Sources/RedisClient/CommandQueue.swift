import NIOCore

/// The commands of one connection that are not written or not answered, as a value without I/O.
///
/// Answers come in the order of the commands, so a command whose caller gave up keeps its place until its answer has
/// come, and that answer is dropped.
struct CommandQueue {
  /// Somebody who waits for an answer.
  typealias Call = PendingResult<RedisValue>

  private struct Pending {
    /// Nil once nobody waits for the answer any more.
    var call: Call?
    let deadline: NIODeadline
    let sentAt: NIODeadline
  }

  /// What is due at some time.
  struct Check {
    /// Calls whose time is over.
    var expired: [Call] = []
    /// Whether the server has been silent for too long.
    var isStalled = false
    /// When to check again; nil if nothing waits.
    var next: NIODeadline?
  }

  /// Checks are at least this far apart, so that many different deadlines do not mean as many walks over the queue.
  private static let checkSpacing = TimeAmount.milliseconds(5)

  private let limits: RedisLimits
  private let stallTimeout: TimeAmount
  private var outgoing = ByteBuffer()
  private var pending = CircularBuffer<Pending>()
  private var isFlushClaimed = false
  private var earliestDeadline = NIODeadline.distantFuture
  /// When the timer fires that is set; far in the future if none is.
  private var checkAt = NIODeadline.distantFuture
  private var lastProgress = NIODeadline.uptimeNanoseconds(0)
  /// Why it takes no more commands; nil while it does.
  private(set) var closeReason: String?

  init(limits: RedisLimits, stallTimeout: TimeAmount) {
    self.limits = limits
    self.stallTimeout = stallTimeout
  }

  /// Adds a command of a caller; the reason if it is refused.
  mutating func add(
    _ arguments: [RedisArgument], call: Call, isAsking: Bool, now: NIODeadline, timeout: TimeAmount
  ) -> RedisError? {
    if let closeReason { return .notConnected(reason: closeReason) }
    let size = outgoing.readableBytes + arguments.reduce(0) { $0 + $1.size }
    guard pending.count < limits.pendingCommands, outgoing.readableBytes == 0 || size <= limits.pendingBytes else {
      return .overloaded
    }
    let deadline = now + timeout
    if isAsking { append(["ASKING"], Pending(call: nil, deadline: deadline, sentAt: now)) }
    append(arguments, Pending(call: call, deadline: deadline, sentAt: now))
    return nil
  }

  /// Adds a command whose answer nobody reads.
  mutating func add(_ arguments: [RedisArgument], isAnswered: Bool, now: NIODeadline) -> RedisError? {
    if let closeReason { return .notConnected(reason: closeReason) }
    if isAnswered {
      append(arguments, Pending(call: nil, deadline: now + stallTimeout, sentAt: now))
    } else {
      outgoing.writeCommand(arguments)
    }
    return nil
  }

  private mutating func append(_ arguments: [RedisArgument], _ entry: Pending) {
    if outgoing.capacity == 0 { outgoing = ByteBufferAllocator().buffer(capacity: 4096) }
    outgoing.writeCommand(arguments)
    pending.append(entry)
    earliestDeadline = min(earliestDeadline, entry.deadline)
  }

  /// Whether the caller has to see to it that the commands are written; the others of its batch have not.
  mutating func claimFlush() -> Bool {
    defer { isFlushClaimed = true }
    return !isFlushClaimed
  }

  /// The bytes to write, if any.
  mutating func takeOutgoing() -> ByteBuffer? {
    isFlushClaimed = false
    guard outgoing.readableBytes > 0 else { return nil }
    defer { outgoing = ByteBuffer() }
    return outgoing
  }

  /// When to set a timer, if it must be set earlier than it is.
  mutating func takeCheckTime() -> NIODeadline? {
    guard earliestDeadline < checkAt else { return nil }
    checkAt = earliestDeadline
    return checkAt
  }

  /// The server sent `count` complete answers at `now`, and perhaps a part of another one.
  ///
  /// - Returns: whose answers they are, nil in the places where nobody waits; nil if that many were not asked for.
  mutating func received(_ count: Int, now: NIODeadline) -> [Call?]? {
    lastProgress = now
    guard count <= pending.count else { return nil }
    let calls = pending.prefix(count).map(\.call)
    pending.removeFirst(count)
    return calls
  }

  /// The timer that was set for `time` fired.
  mutating func check(_ time: NIODeadline, now: NIODeadline) -> Check {
    var result = Check()
    guard time == checkAt else { return result }
    earliestDeadline = .distantFuture
    for index in pending.indices {
      guard let call = pending[index].call else { continue }
      if pending[index].deadline <= now {
        result.expired.append(call)
        pending[index].call = nil
      } else {
        earliestDeadline = min(earliestDeadline, pending[index].deadline)
      }
    }
    if let head = pending.first {
      // A command that was given more time may let the server be silent for longer.
      let patience = max(stallTimeout, head.deadline - head.sentAt)
      let stall = max(head.sentAt, lastProgress) + patience
      result.isStalled = stall <= now
      earliestDeadline = max(min(earliestDeadline, stall), now + Self.checkSpacing)
    }
    checkAt = earliestDeadline
    result.next = checkAt == .distantFuture ? nil : checkAt
    return result
  }

  /// Takes no more commands. Gives the callers that wait; nil if it was closed before.
  mutating func close(reason: String) -> [Call]? {
    guard closeReason == nil else { return nil }
    closeReason = reason
    defer {
      pending.removeAll()
      outgoing = ByteBuffer()
    }
    return pending.compactMap(\.call)
  }
}

extension RedisArgument {
  /// About how many bytes it takes on the wire.
  fileprivate var size: Int {
    switch self {
    case .text(let text): text.utf8.count + 16
    case .integer: 36
    case .bytes(let bytes): bytes.readableBytes + 16
    }
  }
}
