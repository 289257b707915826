import NIOCore

/// Events for a reader who may be slow, as a value without I/O.
struct SubscriptionBuffer {
  typealias Event = RedisSubscription.Event

  /// Payloads of this many bytes in all are kept, and at least one message.
  private static let byteLimit = 64 << 20

  private let capacity: Int
  private var events = CircularBuffer<Event>()
  private var byteCount = 0
  /// Events to give before the others, because some were dropped.
  private var notices: [Event] = []

  init(capacity: Int) { self.capacity = capacity }

  /// Whether there is nothing to read.
  var isEmpty: Bool { events.isEmpty && notices.isEmpty }

  /// Adds an event; drops the oldest ones if there are too many.
  mutating func append(_ event: Event) {
    events.append(event)
    byteCount += event.byteCount
    while events.count > capacity || (byteCount > Self.byteLimit && events.count > 1) {
      byteCount -= events.removeFirst().byteCount
      notices = [.disconnected, .subscribed]
    }
  }

  /// Takes the next event.
  mutating func popFirst() -> Event? {
    if !notices.isEmpty { return notices.removeFirst() }
    guard let event = events.popFirst() else { return nil }
    byteCount -= event.byteCount
    return event
  }
}

extension RedisSubscription.Event {
  fileprivate var byteCount: Int {
    if case .message(_, let payload) = self { payload.readableBytes } else { 0 }
  }
}
