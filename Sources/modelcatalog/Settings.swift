import Catalog
import Configuration
import Logging
import RedisClient
import RedisTier
import TieredCaching

/// What is configured, read from the environment and checked. Each variable is documented in ``variables``.
struct Settings {
  var dataDirectory: String
  /// Where the database is.
  var database: DatabaseLocation
  var host: String
  var port: Int
  var logLevel: Logger.Level
  /// How the log is written.
  var logFormat: LogFormat
  /// Where the tier is that all workers share; nil for none.
  var redis: RedisClient.Configuration?
  /// What the names of all keys in Redis begin with.
  var redisPrefix: String
  /// After how many seconds the full catalog no longer counts as fresh, although no revision moved.
  var cacheTimeToLive: Int
  /// Whether Redis is used at all.
  var isCacheEnabled: Bool
  /// Whether a server reads what is asked for most before anybody asks.
  var warmsOnStartup: Bool
  /// What readers are promised.
  var coherence: Coherence
  /// The most bytes of prepared answers that are kept in memory.
  var answerBytes: Int
  /// How old the last good catalog on disk may be when it is served, in seconds.
  var snapshotMaximumAge: Int
  /// The tokens that open the server's admin routes; never printed.
  var adminKeys: [String]

  /// One documented variable.
  struct Variable {
    let name: String
    let defaultValue: String
    let meaning: String
  }

  static let variables = [
    Variable(name: "DATA_DIR", defaultValue: "./data", meaning: "directory of the embedded database"),
    Variable(
      name: "DATABASE_URL", defaultValue: "sqlite:$DATA_DIR/catalog.sqlite",
      meaning: "database, as sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME?sslmode=verify-full"),
    Variable(
      name: "DATABASE_DIRECT_URL", defaultValue: "DATABASE_URL",
      meaning: "PostgreSQL without a pooler in between, for notifications"),
    Variable(
      name: "DATABASE_REPLICA_URL", defaultValue: "not set",
      meaning: "streaming copy of PostgreSQL that loads are taken from while it keeps up"),
    Variable(name: "DATABASE_POOL_SIZE", defaultValue: "4", meaning: "most connections to PostgreSQL of one process"),
    Variable(
      name: "DATABASE_MAX_QPS", defaultValue: "no limit",
      meaning: "most transactions per second that one process begins in PostgreSQL"),
    Variable(name: "HOST", defaultValue: "127.0.0.1", meaning: "address that the server listens on"),
    Variable(name: "PORT", defaultValue: "8080", meaning: "port that the server listens on"),
    Variable(
      name: "LOG_LEVEL", defaultValue: "info", meaning: "trace, debug, info, notice, warning, error or critical"),
    Variable(
      name: "LOG_FORMAT", defaultValue: "text", meaning: "text for people, or json: one object per line for programs"),
    Variable(
      name: "REDIS_URL", defaultValue: "not set",
      meaning:
        "Redis that all workers share: redis://, rediss://, unix:// or redis-sentinel://; without it, local memory"),
    Variable(
      name: "REDIS_KEY_PREFIX", defaultValue: "empty", meaning: "what the names of all keys in Redis begin with"),
    Variable(
      name: "MODEL_CACHE_TTL", defaultValue: "900",
      meaning: "seconds that the full catalog and the statistics count as fresh; gateways twice, models four times that"
    ),
    Variable(
      name: "MODEL_CACHE_ENABLED", defaultValue: "true",
      meaning: "false: Redis is not used; local memory still is"),
    Variable(
      name: "MODEL_CACHE_WARM_ON_STARTUP", defaultValue: "true",
      meaning: "whether a server prepares the views that are asked for most before anybody asks"),
    Variable(
      name: "MODEL_CACHE_COHERENCE", defaultValue: "strict with Redis, else bounded",
      meaning: "strict: a read serves every change published before it; bounded: every change of a second ago"),
    Variable(
      name: "MODEL_CACHE_MAX_BYTES", defaultValue: "268435456",
      meaning: "most bytes of prepared answers in memory, those being made included"
    ),
    Variable(
      name: "MODEL_CACHE_SNAPSHOT_MAX_AGE", defaultValue: "86400",
      meaning:
        "seconds that DATA_DIR/last-good.catalog may be old to be served, marked stale, without database and Redis"),
    Variable(
      name: "ADMIN_API_KEY", defaultValue: "not set",
      meaning: "tokens that open the server's admin routes, comma-separated"),
  ]

  /// Reads the settings.
  ///
  /// - Parameters:
  ///   - reader: where variables come from.
  ///   - dataDirectory: overrides `DATA_DIR` and `DATABASE_URL`.
  /// - Throws: ``SettingsError`` when a variable has a value that it cannot have.
  init(_ reader: ConfigReader, dataDirectory: String? = nil) throws(SettingsError) {
    self.dataDirectory = dataDirectory ?? reader.nonEmpty(forKey: "data.dir") ?? "./data"
    // What a person types now counts more than what the environment says.
    let url = dataDirectory == nil ? reader.string(forKey: "database.url") : nil
    database = try DatabaseLocation(url, reader, dataDirectory: self.dataDirectory)
    host = reader.nonEmpty(forKey: "host") ?? "127.0.0.1"
    port = try Self.integer("PORT", reader.string(forKey: "port"), in: 0...65_535) ?? 8080
    cacheTimeToLive =
      try Self.integer("MODEL_CACHE_TTL", reader.string(forKey: "model.cache.ttl"), in: 1...86_400) ?? 900
    let bytes = reader.string(forKey: "model.cache.max.bytes")
    answerBytes = try Self.integer("MODEL_CACHE_MAX_BYTES", bytes, in: 1 << 20...1 << 40) ?? 256 << 20
    let age = reader.string(forKey: "model.cache.snapshot.max.age")
    snapshotMaximumAge = try Self.integer("MODEL_CACHE_SNAPSHOT_MAX_AGE", age, in: 0...31_536_000) ?? 86_400
    redis = try Self.redis(reader.string(forKey: "redis.url"))
    redisPrefix = try Self.redisPrefix(reader.string(forKey: "redis.key.prefix"))
    isCacheEnabled = try Self.flag("MODEL_CACHE_ENABLED", reader.string(forKey: "model.cache.enabled")) ?? true
    warmsOnStartup =
      try Self.flag("MODEL_CACHE_WARM_ON_STARTUP", reader.string(forKey: "model.cache.warm.on.startup")) ?? true
    coherence =
      try Self.coherence(reader.string(forKey: "model.cache.coherence"))
      ?? (redis != nil && isCacheEnabled ? .strict : .bounded)
    adminKeys = try Self.adminKeys(reader.string(forKey: "admin.api.key"))
    let level = reader.nonEmpty(forKey: "log.level") ?? "info"
    guard let logLevel = Logger.Level(rawValue: level.lowercased()) else {
      throw SettingsError(
        name: "LOG_LEVEL",
        reason: "\"\(level)\" is none of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.logLevel = logLevel
    let format = reader.nonEmpty(forKey: "log.format") ?? "text"
    guard let logFormat = LogFormat(rawValue: format.lowercased()) else {
      throw SettingsError(name: "LOG_FORMAT", reason: "\"\(format.prefix(40))\" is neither text nor json")
    }
    self.logFormat = logFormat
  }

  /// The lengths that an admin key may have: short ones can be guessed, long ones do not fit into a header field.
  private static let adminKeyLengths = 16...256

  private static func adminKeys(_ text: String?) throws(SettingsError) -> [String] {
    var keys: [String] = []
    for part in (text ?? "").split(separator: ",") {
      let key = part.drop { $0 == " " }
      let end = key.lastIndex { $0 != " " }.map(key.index(after:)) ?? key.startIndex
      let isPrintable = key[..<end].utf8.allSatisfy { (0x21...0x7E).contains($0) }
      guard isPrintable, adminKeyLengths.contains(key[..<end].utf8.count) else {
        // The value is a secret, so it is not repeated.
        throw SettingsError(
          name: "ADMIN_API_KEY",
          reason: "key \(keys.count + 1) must have \(adminKeyLengths.lowerBound) to \(adminKeyLengths.upperBound) "
            + "printable ASCII characters without blanks; \"openssl rand -hex 32\" makes one")
      }
      keys.append(String(key[..<end]))
    }
    return keys
  }

  private static func redis(_ url: String?) throws(SettingsError) -> RedisClient.Configuration? {
    guard let url, !url.isEmpty else { return nil }
    do {
      var configuration = try RedisClient.Configuration(url: url)
      configuration.clientName = "modelcatalog"
      return configuration
    } catch {
      throw SettingsError(name: "REDIS_URL", reason: error.description)
    }
  }

  private static func redisPrefix(_ text: String?) throws(SettingsError) -> String {
    let prefix = text ?? ""
    guard prefix.utf8.count <= 64, prefix.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw SettingsError(
        name: "REDIS_KEY_PREFIX", reason: "must have at most 64 printable ASCII characters, no blanks")
    }
    return prefix
  }

  private static func coherence(_ text: String?) throws(SettingsError) -> Coherence? {
    guard let text, !text.isEmpty else { return nil }
    guard let coherence = Coherence(rawValue: text.lowercased()) else {
      throw SettingsError(name: "MODEL_CACHE_COHERENCE", reason: "\"\(text.prefix(40))\" is neither strict nor bounded")
    }
    return coherence
  }

  private static func flag(_ name: String, _ text: String?) throws(SettingsError) -> Bool? {
    guard let text, !text.isEmpty else { return nil }
    switch text.lowercased() {
    case "true", "1", "yes", "on": return true
    case "false", "0", "no", "off": return false
    default: throw SettingsError(name: name, reason: "\"\(text.prefix(40))\" is neither true nor false")
    }
  }

  static func integer(
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
      dataDirectory, "\(database)", database.direct, database.replica, database.poolSize, database.maximumRate, host,
      String(port), logLevel.rawValue, logFormat.rawValue,
      redis.map { "\($0)" } ?? "not set", redisPrefix.isEmpty ? "empty" : redisPrefix, String(cacheTimeToLive),
      String(isCacheEnabled), String(warmsOnStartup), coherence.rawValue, String(answerBytes),
      String(snapshotMaximumAge),
      adminKeys.isEmpty ? "not set" : "\(adminKeys.count) set, not shown",
    ]
    return zip(Self.variables, values).map { (variable: $0, value: $1) }
  }
}

extension ConfigReader {
  /// The value of a variable; one that is empty counts as not set, as Compose files and unit files leave them.
  func nonEmpty(forKey key: ConfigKey, isSecret: Bool = false) -> String? {
    string(forKey: key, isSecret: isSecret).flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// A variable has a value that it cannot have.
struct SettingsError: Error, CustomStringConvertible {
  let name: String
  let reason: String

  var description: String { "\(name): \(reason)" }
}
