import Configuration
import Logging

/// What is configured, read from the environment and checked. Each variable is documented in ``variables``.
struct Settings {
  var dataDirectory: String
  var databasePath: String
  var host: String
  var port: Int
  var logLevel: Logger.Level
  /// After how many seconds all parts are loaded anew even if no revision moved.
  var cacheTimeToLive: Int
  /// The most bytes of prepared answers that are kept in memory.
  var answerBytes: Int

  /// One documented variable.
  struct Variable {
    let name: String
    let defaultValue: String
    let meaning: String
  }

  static let variables = [
    Variable(name: "DATA_DIR", defaultValue: "./data", meaning: "directory of the embedded database"),
    Variable(
      name: "DATABASE_URL", defaultValue: "sqlite:$DATA_DIR/catalog.sqlite", meaning: "database, as sqlite:PATH"),
    Variable(name: "HOST", defaultValue: "127.0.0.1", meaning: "address that the server listens on"),
    Variable(name: "PORT", defaultValue: "8080", meaning: "port that the server listens on"),
    Variable(
      name: "LOG_LEVEL", defaultValue: "info", meaning: "trace, debug, info, notice, warning, error or critical"),
    Variable(
      name: "MODEL_CACHE_TTL", defaultValue: "900",
      meaning: "seconds after which everything is loaded anew even if no revision moved"),
    Variable(
      name: "MODEL_CACHE_MAX_BYTES", defaultValue: "268435456", meaning: "most bytes of prepared answers kept in memory"
    ),
  ]

  /// Reads the settings.
  ///
  /// - Parameters:
  ///   - reader: where variables come from.
  ///   - dataDirectory: overrides `DATA_DIR` and `DATABASE_URL`.
  /// - Throws: ``SettingsError`` when a variable has a value that it cannot have.
  init(_ reader: ConfigReader, dataDirectory: String? = nil) throws(SettingsError) {
    self.dataDirectory = dataDirectory ?? reader.string(forKey: "data.dir") ?? "./data"
    // What a person types now counts more than what the environment says.
    let url = dataDirectory == nil ? reader.string(forKey: "database.url") : nil
    databasePath = try Self.databasePath(url, dataDirectory: self.dataDirectory)
    host = reader.string(forKey: "host") ?? "127.0.0.1"
    port = try Self.integer("PORT", reader.string(forKey: "port"), in: 0...65_535) ?? 8080
    cacheTimeToLive =
      try Self.integer("MODEL_CACHE_TTL", reader.string(forKey: "model.cache.ttl"), in: 1...86_400) ?? 900
    let bytes = reader.string(forKey: "model.cache.max.bytes")
    answerBytes = try Self.integer("MODEL_CACHE_MAX_BYTES", bytes, in: 1 << 20...1 << 40) ?? 256 << 20
    let level = reader.string(forKey: "log.level") ?? "info"
    guard let logLevel = Logger.Level(rawValue: level.lowercased()) else {
      throw SettingsError(
        name: "LOG_LEVEL",
        reason: "\"\(level)\" is none of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.logLevel = logLevel
  }

  private static func databasePath(_ url: String?, dataDirectory: String) throws(SettingsError) -> String {
    guard let url, !url.isEmpty else { return "\(dataDirectory)/catalog.sqlite" }
    let scheme = "sqlite:"
    if url.hasPrefix(scheme) {
      var path = String(url.dropFirst(scheme.count))
      if path.hasPrefix("///") { path = "/" + path.drop { $0 == "/" } }
      // What follows two slashes is a host, which a file does not have.
      if !path.isEmpty, !path.hasPrefix("//") { return path }
    }
    // The value may hold a password, so it is not repeated.
    throw SettingsError(name: "DATABASE_URL", reason: "this version opens sqlite:PATH only; unset it to use DATA_DIR")
  }

  private static func integer(
    _ name: String, _ text: String?, in bounds: ClosedRange<Int>
  ) throws(SettingsError) -> Int? {
    guard let text, !text.isEmpty else { return nil }
    guard let number = Int(text), bounds.contains(number) else {
      throw SettingsError(
        name: name,
        reason: "\"\(text.prefix(40))\" is not a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return number
  }

  /// The values by variable, for people.
  var described: [(variable: Variable, value: String)] {
    let values = [
      dataDirectory, "sqlite:\(databasePath)", host, String(port), logLevel.rawValue, String(cacheTimeToLive),
      String(answerBytes),
    ]
    return zip(Self.variables, values).map { (variable: $0, value: $1) }
  }
}

/// A variable has a value that it cannot have.
struct SettingsError: Error, CustomStringConvertible {
  let name: String
  let reason: String

  var description: String { "\(name): \(reason)" }
}
