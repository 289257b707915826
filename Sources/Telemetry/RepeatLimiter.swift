public import Logging
import NIOConcurrencyHelpers
public import ServiceLifecycle
public import TieredCaching

/// Keeps a failure that happens again and again from filling the log: the same warning or error is written a few times, and
/// then counted.
public final class RepeatLimiter: Sendable {
  private struct Key: Hashable {
    let label: String
    let level: Logger.Level
    let message: String
  }

  private struct Entry {
    let endsAt: Duration
    /// How often it was written.
    var written = 0
    /// How often it was not.
    var suppressed = 0
    /// Where it was to be written.
    let handler: any LogHandler
  }

  /// How often a message was left out, and where that belongs.
  struct Repeats {
    let message: String
    let level: Logger.Level
    let count: Int
    let handler: any LogHandler

    func write() {
      handler.log(
        event: LogEvent(
          level: level, message: "\(message) … repeated \(count) times", metadata: ["repeated": "\(count)"],
          source: "Telemetry", file: #fileID, function: #function, line: #line))
    }
  }

  private let limit: Int
  private let window: Duration
  private let time: any TimeSource
  private let entries = NIOLockedValueBox<[Key: Entry]>([:])

  /// The most messages that are looked after; messages are constant, so there are fewer.
  static let maximumEntries = 256

  /// A limiter.
  ///
  /// - Parameters:
  ///   - limit: how often a message is written in a window.
  ///   - window: how long it is counted; it begins with the first of them.
  ///   - time: monotonic time.
  public init(limit: Int = 20, window: Duration = .seconds(10), time: any TimeSource = SystemTime()) {
    self.limit = limit
    self.window = window
    self.time = time
  }

  /// Counts a line.
  ///
  /// - Returns: whether it is to be written, and before it what was left out in windows that are over.
  func note(
    _ message: String, _ level: Logger.Level, label: String, _ handler: any LogHandler
  ) -> (isWritten: Bool, before: [Repeats]) {
    let now = time.now
    return entries.withLockedValue { entries in
      let key = Key(label: label, level: level, message: message)
      let isOver = entries[key].map { $0.endsAt <= now } ?? (entries.count >= Self.maximumEntries)
      let before = isOver ? Self.takeEnded(&entries, now: now) : []
      guard var entry = entries[key] else {
        if entries.count < Self.maximumEntries {
          entries[key] = Entry(endsAt: now + window, written: 1, handler: handler)
        }
        return (true, before)
      }
      let isWritten = entry.written < limit
      if isWritten { entry.written += 1 } else { entry.suppressed += 1 }
      entries[key] = entry
      return (isWritten, before)
    }
  }

  /// Writes what was left out in windows that are over.
  func tellEnded() {
    let now = time.now
    for repeats in entries.withLockedValue({ Self.takeEnded(&$0, now: now) }) { repeats.write() }
  }

  private static func takeEnded(_ entries: inout [Key: Entry], now: Duration) -> [Repeats] {
    let ended = entries.filter { $0.value.endsAt <= now }
    for key in ended.keys { entries.removeValue(forKey: key) }
    return ended.filter { $0.value.suppressed > 0 }.sorted { $0.value.endsAt < $1.value.endsAt }.map { key, entry in
      Repeats(message: key.message, level: key.level, count: entry.suppressed, handler: entry.handler)
    }
  }
}

extension RepeatLimiter: Service {
  /// Tells what was left out, also when the message does not come again, until the server ends.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do { try await self.time.sleep(until: self.time.now + self.window) } catch { break }
        self.tellEnded()
      }
    }
    let left = entries.withLockedValue { Self.takeEnded(&$0, now: .seconds(Int64.max)) }
    for repeats in left { repeats.write() }
  }
}

/// Hands on what a ``RepeatLimiter`` lets through: all that is no warning or error, for nobody who asks for it wants less, and
/// records of what operators did must be complete.
public struct RepeatLimitingLogHandler: LogHandler {
  private var base: any LogHandler
  private let label: String
  private let limiter: RepeatLimiter

  /// A handler in front of another.
  public init(_ base: any LogHandler, label: String, limiter: RepeatLimiter) {
    self.base = base
    self.label = label
    self.limiter = limiter
  }

  /// What goes with every line.
  public var metadata: Logger.Metadata {
    get { base.metadata }
    set { base.metadata = newValue }
  }

  /// The least important lines that are written.
  public var logLevel: Logger.Level {
    get { base.logLevel }
    set { base.logLevel = newValue }
  }

  /// What is added to every line when it is written.
  public var metadataProvider: Logger.MetadataProvider? {
    get { base.metadataProvider }
    set { base.metadataProvider = newValue }
  }

  /// See `LogHandler`.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { base[metadataKey: key] }
    set { base[metadataKey: key] = newValue }
  }

  /// See `LogHandler`.
  public func log(event: LogEvent) {
    guard event.level >= .warning else { return base.log(event: event) }
    let (isWritten, before) = limiter.note(event.message.description, event.level, label: label, unspecific)
    for repeats in before { repeats.write() }
    if isWritten { base.log(event: event) }
  }

  /// The handler without the facts of one request.
  private var unspecific: any LogHandler {
    var handler = base
    handler.metadata = [:]
    handler.metadataProvider = nil
    return handler
  }
}
