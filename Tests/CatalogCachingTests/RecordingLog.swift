import Logging
import NIOConcurrencyHelpers

/// A log that a test can read.
struct RecordingLog: LogHandler {
  private let recorded = NIOLockedValueBox<[String]>([])
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.trace

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { recorded.withLockedValue { $0.append("\(event.level): \(event.message)") } }

  /// A logger that writes here.
  var logger: Logger { Logger(label: "test") { _ in self } }

  /// Every line as "LEVEL: MESSAGE".
  var lines: [String] { recorded.withLockedValue { $0 } }

  /// How many messages begin like this, whatever their level.
  func count(_ message: String) -> Int { lines.count { $0.drop { $0 != " " }.dropFirst().hasPrefix(message) } }
}
