import Logging
import NIOConcurrencyHelpers

/// A log that a test can read.
struct RecordingLog: LogHandler {
  private let recorded = NIOLockedValueBox<[(line: String, message: String, metadata: Logger.Metadata)]>([])
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.trace

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let entry = ("\(event.level): \(event.message)", "\(event.message)", event.metadata ?? [:])
    recorded.withLockedValue { $0.append(entry) }
  }

  /// A logger that writes here.
  var logger: Logger { Logger(label: "test") { _ in self } }

  /// Every line as "LEVEL: MESSAGE".
  var lines: [String] { recorded.withLockedValue { $0.map(\.line) } }

  /// What stands beside the last line with this message; nil where there is none.
  func metadata(of message: String) -> Logger.Metadata? {
    recorded.withLockedValue { entries in entries.last { $0.message == message }?.metadata }
  }

  /// How many messages begin like this, whatever their level.
  func count(_ message: String) -> Int { lines.count { $0.drop { $0 != " " }.dropFirst().hasPrefix(message) } }
}
