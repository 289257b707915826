import Catalog
public import Logging

/// Writes the log as JSON, one object per line.
public struct JSONLogHandler: LogHandler {
  /// What goes with every line.
  public var metadata: Logger.Metadata = [:]
  /// The least important lines that are written.
  public var logLevel = Logger.Level.info
  /// What is added to every line when it is written.
  public var metadataProvider: Logger.MetadataProvider?
  private let label: String
  private let now: @Sendable () -> LogTime
  private let write: @Sendable ([UInt8]) -> Void

  /// Facts that stand beside the message, so that everybody finds them in the same place.
  private static let leading = ["request_id", "trace_id"]

  /// A handler.
  ///
  /// - Parameters:
  ///   - now: the time.
  ///   - write: takes one line with its line feed.
  public init(
    label: String, metadataProvider: Logger.MetadataProvider? = nil,
    now: @escaping @Sendable () -> LogTime = LogTime.now,
    write: @escaping @Sendable ([UInt8]) -> Void = StandardError.write
  ) {
    self.label = label
    self.metadataProvider = metadataProvider
    self.now = now
    self.write = write
  }

  /// See `LogHandler`.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// See `LogHandler`.
  public func log(event: LogEvent) {
    var facts = metadata
    if let provided = metadataProvider?.get() { facts.merge(provided) { $1 } }
    if let given = event.metadata { facts.merge(given) { $1 } }
    var json = JSONWriter(capacity: 512)
    json.object { json in
      json.member("time", now().text)
      json.member("level", event.level.rawValue)
      json.member("label", label)
      json.member("message", event.message.description)
      for name in Self.leading {
        guard let value = facts.removeValue(forKey: name) else { continue }
        json.name(dynamic: name)
        json.value(value.description)
      }
      if !facts.isEmpty {
        json.name("metadata")
        Self.write(facts, &json)
      }
    }
    json.newline()
    write(json.bytes)
  }

  private static func write(_ facts: Logger.Metadata, _ json: inout JSONWriter) {
    json.object { json in
      for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
        json.name(dynamic: name)
        write(value, &json)
      }
    }
  }

  private static func write(_ value: Logger.MetadataValue, _ json: inout JSONWriter) {
    switch value {
    case .string(let text): json.value(text)
    case .stringConvertible(let any): json.value(any.description)
    case .array(let values): json.array { json in for value in values { write(value, &json) } }
    case .dictionary(let facts): write(facts, &json)
    }
  }
}

/// When a line was written.
public struct LogTime: Sendable {
  /// Seconds since 1970.
  public let seconds: Int
  /// Milliseconds of the second that has begun.
  public let milliseconds: Int

  /// A time.
  public init(seconds: Int, milliseconds: Int) {
    self.seconds = seconds
    self.milliseconds = milliseconds
  }

  /// RFC 3339 in UTC.
  var text: String {
    let digits = String(1_000 + milliseconds).dropFirst()
    return (CatalogTime.text(unixSeconds: seconds)?.dropLast(4)).map { "\($0)\(digits)Z" } ?? ""
  }
}
