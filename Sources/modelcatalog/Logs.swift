import Logging
import Telemetry

/// How the log is written.
enum LogFormat: String {
  /// Lines for people.
  case text
  /// One JSON object per line.
  case json
}

extension Settings {
  /// Counts failures that repeat, for all loggers of this process.
  static let repeats = RepeatLimiter()

  /// What a server logs.
  var serverLogger: Logger { logger(logLevel) }

  /// What a command, which says by itself what it does, logs: warnings and worse.
  var commandLogger: Logger { logger(max(logLevel, .warning)) }

  private func logger(_ level: Logger.Level) -> Logger {
    var logger = Logger(label: "modelcatalog") { [logFormat] label in
      let lines: any LogHandler =
        switch logFormat {
        case .text: StreamLogHandler.standardError(label: label, metadataProvider: .trace)
        case .json: JSONLogHandler(label: label, metadataProvider: .trace)
        }
      return RepeatLimitingLogHandler(lines, label: label, limiter: Self.repeats)
    }
    logger.logLevel = level
    return logger
  }

  /// Says where the server can be reached: to a person or, where programs read the log, in the log.
  func announce(_ address: String, _ addition: String, _ logger: Logger) {
    switch logFormat {
    case .text: Output.note("Serving the catalog on \(address) \(addition)")
    case .json: logger.notice("Serving the catalog", metadata: ["address": "\(address)"])
    }
  }
}
