import Logging
import NIOConcurrencyHelpers

/// A log that a test can read.
struct RecordingLog: LogHandler {
  /// One line of the log.
  struct Line: Sendable {
    let level: Logger.Level
    let message: String
    let metadata: [String: String]

    /// The line as one text.
    var text: String { "\(level) \(message) \(metadata)" }
  }

  private let box = NIOLockedValueBox<[Line]>([])
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.debug

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { $0.description }
    box.withLockedValue {
      $0.append(Line(level: event.level, message: event.message.description, metadata: all))
    }
  }

  /// A logger that writes here.
  var logger: Logger { Logger(label: "test") { _ in self } }

  /// Everything that was logged.
  var lines: [Line] { box.withLockedValue { $0 } }
}
