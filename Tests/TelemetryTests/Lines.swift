import Logging
import NIOConcurrencyHelpers

/// A log that a test can read: level, message and facts in the order of their names.
struct Lines: LogHandler {
  private let box = NIOLockedValueBox<[String]>([])
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel = Logger.Level.trace

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
    let text = "\(event.level) \(event.message)" + (facts.isEmpty ? "" : " ")
    box.withLockedValue { $0.append(text + facts.map { "[\($0.key): \($0.value)]" }.joined()) }
  }

  /// A logger that writes here.
  var logger: Logger { Logger(label: "test") { _ in self } }

  /// Everything that was written.
  var lines: [String] { box.withLockedValue { $0 } }
}
