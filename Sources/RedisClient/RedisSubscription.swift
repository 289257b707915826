public import NIOCore

/// What arrives on channels, over a connection that re-establishes itself while somebody reads.
///
/// It can be read once. It ends when the reading task is cancelled; its connection is closed when that happens or when
/// the sequence and its iterator are gone.
public struct RedisSubscription: AsyncSequence, Sendable {
  /// What happened.
  public enum Event: Sendable, Equatable {
    /// From here on no message is missed. Comes first, and again after every ``disconnected``.
    case subscribed
    /// Somebody published `payload` on `channel`.
    case message(channel: String, payload: ByteBuffer)
    /// Messages may have been missed, because the connection was lost or the reader was too slow.
    case disconnected
  }

  /// What happened.
  public typealias Element = Event
  /// It ends, but does not fail.
  public typealias Failure = Never

  /// Reads the events.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let core: SubscriptionCore

    /// The next event; nil once the task is cancelled.
    public mutating func next() async -> Event? { await core.next() }

    /// The next event; nil once the task is cancelled.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> Event? { await core.next() }
  }

  private let core: SubscriptionCore

  init(_ core: SubscriptionCore) { self.core = core }

  /// An iterator.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(core: core) }
}
