import Foundation
import Testing

/// A dashboard of the repository.
struct Dashboard: Decodable, Sendable {
  struct Source: Decodable, Sendable {
    let type: String
    let uid: String
  }
  struct Panel: Decodable, Sendable {
    struct Target: Decodable, Sendable {
      let datasource: Source
      let expr: String
    }
    struct FieldConfig: Decodable, Sendable {
      struct Defaults: Decodable, Sendable { let unit: String }
      let defaults: Defaults
    }
    struct Position: Decodable, Sendable, Hashable { let x, y, w, h: Int }
    let id: Int
    let title: String
    let description: String
    let datasource: Source
    let fieldConfig: FieldConfig
    let gridPos: Position
    let targets: [Target]
  }
  struct Templating: Decodable, Sendable {
    struct Variable: Decodable, Sendable {
      let name: String
      let type: String
    }
    let list: [Variable]
  }

  let uid: String
  let title: String
  let description: String
  let schemaVersion: Int
  let templating: Templating
  let panels: [Panel]

  private static let directory = Places.repository.appending(path: "deploy/grafana/dashboards")

  /// All of them.
  static func all() throws -> [Dashboard] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".json") }.sorted().map {
      try JSONDecoder().decode(Dashboard.self, from: Data(contentsOf: directory.appending(path: $0)))
    }
  }

  /// Its queries, with what Grafana puts in the place of variables.
  var queries: [String] {
    panels.flatMap(\.targets).map {
      $0.expr.replacing("$instance", with: ".*").replacing("$__rate_interval", with: "2m")
    }
  }
}

/// The alerts of the repository.
enum Alerts {
  /// Their names.
  static func names() throws -> [String] {
    let text = try String(contentsOf: Prometheus.alerts, encoding: .utf8)
    return text.matches(of: #/(?m)^ +- alert: (\w+)$/#).map { String($0.output.1) }
  }
}

/// Prometheus' own tool.
enum Promtool {
  static let program = URL(filePath: "/usr/bin/promtool")
  static let isHere = FileManager.default.isExecutableFile(atPath: program.path)
}
