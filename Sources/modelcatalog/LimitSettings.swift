import CatalogServer
import Configuration
import NIOCore

/// What is configured about what one client may ask of a server, and what the server takes on.
struct LimitSettings {
  /// The limits of the server.
  var limits = ServerLimits()
  /// The two rates as they were given: costly requests per second, and wrong keys per minute; 0 for no limit.
  private let requests: Int
  private let wrongKeys: Int
  private let requestTimeout: Int

  static let variables = [
    Settings.Variable(
      name: "RATE_LIMIT_PER_SECOND", defaultValue: "100",
      meaning: "most requests per second of one client that are not answered from memory, ten times that in a row; "
        + "0: no limit"),
    Settings.Variable(
      name: "WRONG_KEYS_PER_MINUTE", defaultValue: "10",
      meaning: "most wrong admin keys per minute that one client may send; 0: no limit"),
    Settings.Variable(
      name: "MAX_CONCURRENT_REQUESTS", defaultValue: "2048",
      meaning: "most requests that one process works on at once; further ones get 503"),
    Settings.Variable(
      name: "REQUEST_TIMEOUT_SECONDS", defaultValue: "30",
      meaning: "seconds that a client may take to send one request"),
    Settings.Variable(
      name: "TRUSTED_PROXIES", defaultValue: "0",
      meaning:
        "proxies in front of the server that add to X-Forwarded-For; 0: clients are told apart by their connections"),
  ]

  /// Reads the settings.
  ///
  /// - Throws: ``SettingsError``.
  init(_ reader: ConfigReader) throws(SettingsError) {
    let read = { (key: String, bounds: ClosedRange<Int>) throws(SettingsError) -> Int? in
      let name = key.uppercased().split(separator: ".").joined(separator: "_")
      return try Settings.integer(name, reader.string(forKey: ConfigKey(key)), in: bounds)
    }
    requests = try read("rate.limit.per.second", 0...1_000_000) ?? 100
    wrongKeys = try read("wrong.keys.per.minute", 0...10_000) ?? 10
    requestTimeout = try read("request.timeout.seconds", 1...3_600) ?? 30
    limits.costlyRequests = requests == 0 ? nil : RateLimit(requests, per: .seconds(1), burst: requests * 10)
    limits.wrongKeys = wrongKeys == 0 ? nil : RateLimit(wrongKeys, per: .seconds(60), burst: wrongKeys)
    limits.requestTimeout = .seconds(Int64(requestTimeout))
    limits.concurrentRequests =
      try read("max.concurrent.requests", 1...1_000_000) ?? limits.concurrentRequests
    limits.trustedProxies = try read("trusted.proxies", 0...16) ?? 0
  }

  /// The values by variable, for people.
  var described: [(variable: Settings.Variable, value: String)] {
    let values = [requests, wrongKeys, limits.concurrentRequests, requestTimeout, limits.trustedProxies]
    return zip(Self.variables, values).map { (variable: $0, value: String($1)) }
  }
}
