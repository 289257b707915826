import Configuration
import Foundation
import Telemetry

/// What is configured about traces, by the variables that OpenTelemetry defines.
struct TraceSettings {
  /// Where spans go.
  enum Destination: Equatable {
    case none
    /// Standard error, one document per line.
    case console
    /// A file, one document per line.
    case file(String)
    /// A collector, as OTLP over HTTP; the address takes documents as they are.
    case collector(String)
  }

  let destination: Destination
  /// What a collector is told beside the traces.
  let headers: TraceHeaders
  let serviceName: String
  let sampler: TraceSampler
  /// The values by variable, for people.
  let described: [(variable: Settings.Variable, value: String)]

  static let variables = [
    Settings.Variable(
      name: "OTEL_TRACES_EXPORTER", defaultValue: "none",
      meaning: "where traces go: none, otlp or console (standard error); see docs/tracing-and-logs.md"),
    Settings.Variable(
      name: "OTEL_EXPORTER_OTLP_ENDPOINT", defaultValue: "http://localhost:4318",
      meaning: "where otlp sends traces: http:// or https:// of a collector, or file:///PATH for lines in a file"),
    Settings.Variable(
      name: TraceHeaders.variable, defaultValue: "not set",
      meaning: "header fields for the collector, such as a key: NAME=VALUE,NAME=VALUE with %2C for a comma; never shown"
    ),
    Settings.Variable(
      name: "OTEL_SERVICE_NAME", defaultValue: "modelcatalog", meaning: "what this server is called in traces"),
    Settings.Variable(
      name: "OTEL_TRACES_SAMPLER", defaultValue: "parentbased_always_on",
      meaning: "which requests are traced: \(TraceSampler.names.joined(separator: ", "))"),
    Settings.Variable(
      name: "OTEL_TRACES_SAMPLER_ARG", defaultValue: "1",
      meaning: "the share of requests, from 0 to 1, that the ratio samplers trace"),
  ]

  /// Reads the settings.
  ///
  /// - Throws: ``SettingsError``, which does not repeat the address.
  init(_ reader: ConfigReader) throws(SettingsError) {
    let exporter = reader.nonEmpty(forKey: "otel.traces.exporter") ?? "none"
    let endpoint = reader.nonEmpty(forKey: "otel.exporter.otlp.endpoint") ?? "http://localhost:4318"
    let target = try Self.target(endpoint)
    headers = try TraceHeaders(reader.nonEmpty(forKey: "otel.exporter.otlp.headers", isSecret: true))
    switch exporter {
    case "none": destination = .none
    case "console": destination = .console
    case "otlp": destination = target
    default:
      throw SettingsError(
        name: "OTEL_TRACES_EXPORTER", reason: "\"\(exporter.prefix(40))\" is none of none, otlp, console")
    }
    serviceName = reader.nonEmpty(forKey: "otel.service.name") ?? "modelcatalog"
    guard serviceName.utf8.count <= 64, serviceName.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw SettingsError(name: "OTEL_SERVICE_NAME", reason: "must have at most 64 printable ASCII characters")
    }
    let name = reader.nonEmpty(forKey: "otel.traces.sampler") ?? "parentbased_always_on"
    let share = reader.nonEmpty(forKey: "otel.traces.sampler.arg") ?? "1"
    guard let ratio = Double(share), (0...1).contains(ratio) else {
      throw SettingsError(
        name: "OTEL_TRACES_SAMPLER_ARG", reason: "\"\(share.prefix(40))\" is not a number from 0 to 1")
    }
    guard let sampler = TraceSampler(named: name, ratio: ratio) else {
      throw SettingsError(
        name: "OTEL_TRACES_SAMPLER",
        reason: "\"\(name.prefix(40))\" is none of \(TraceSampler.names.joined(separator: ", "))")
    }
    self.sampler = sampler
    let values = [exporter, endpoint, headers.described, serviceName, name, share]
    described = zip(Self.variables, values).map { (variable: $0, value: $1) }
  }

  /// The address of a collector's traces, or a file. A user and a query are refused, as addresses are shown and logged.
  private static func target(_ endpoint: String) throws(SettingsError) -> Destination {
    let url = endpoint.utf8.count <= 2_048 ? URL(string: endpoint) : nil
    guard let url, url.user() == nil, url.password() == nil, url.query() == nil, url.fragment() == nil else {
      throw SettingsError(
        name: "OTEL_EXPORTER_OTLP_ENDPOINT",
        reason: "must be an address such as http://localhost:4318, without user, password or query")
    }
    switch (url.scheme, url.host()) {
    case ("http", let host?) where !host.isEmpty, ("https", let host?) where !host.isEmpty:
      return .collector(endpoint.hasSuffix("/") ? "\(endpoint)v1/traces" : "\(endpoint)/v1/traces")
    case ("file", let host) where host?.isEmpty ?? true:
      let path = url.path()
      guard path.count > 1 else { fallthrough }
      return .file(path)
    default:
      throw SettingsError(
        name: "OTEL_EXPORTER_OTLP_ENDPOINT", reason: "must begin with http://, https:// or file:///")
    }
  }
}
