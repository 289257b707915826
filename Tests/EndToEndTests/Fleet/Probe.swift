import Foundation
import Testing

/// An offer whose price says how often it was changed, and the way in which it is changed.
enum Probe: String, Sendable, CaseIterable {
  /// Over HTTP, by a worker.
  case http
  /// By the command line, in a process of its own.
  case command
  /// By hand in SQL: nobody is told.
  case sql

  /// Its gateway and its id, which no other gateway has.
  var gateway: String { "gateway-\(rawValue)" }
  var id: String { "maker/probe-\(rawValue)" }

  /// Where workers answer with it.
  var path: String { "/v1/models/\(id)" }
  /// Where workers answer with all offers of its gateway.
  var listPath: String { "/v1/models?gateway=\(gateway)" }

  /// How many offers each gateway has.
  static let offers = 12

  /// A price that says a number.
  static func price(_ number: Int) -> String {
    let digits = String(number)
    return "0.00" + String(repeating: "0", count: 5 - digits.count) + digits + "1"
  }

  /// The number that a price says; nil for another price.
  static func number(_ price: String?) -> Int? {
    guard let price, price.count == 10, price.hasPrefix("0.00"), price.hasSuffix("1") else { return nil }
    return Int(price.dropFirst(4).dropLast())
  }

  /// The number that a body says.
  func number(in body: Data, isList: Bool) throws -> Int? {
    let record =
      isList
      ? try JSONDecoder().decode(OfferList.self, from: body).data.first { $0.id == id }
      : try JSONDecoder().decode(OfferRecord.self, from: body)
    return Self.number(record?.promptPrice)
  }

  /// Fills an empty database.
  static func prepare(_ sandbox: Sandbox, environment: [String: String] = [:]) async throws {
    for probe in allCases {
      let others = (1..<offers).map { (id: "maker/\(probe)-\($0)", price: "0.000001") }
      let body = OpenRouterBody.list([(id: probe.id, price: price(0))] + others)
      let result = try await sandbox.run(
        ["import", "openrouter", "-", "--provider", probe.gateway], input: Data(body.utf8),
        environment: environment, waitsForPlace: false)
      try #require(result.exitCode == 0, "\(result.errors)")
    }
  }

  /// What a change answers.
  struct Change: Sendable {
    /// The sum of revisions that the database had with it; nil when that was not said.
    let sum: Int?
    /// Whether Redis was told.
    let isTold: Bool
  }

  private struct Report: Decodable {
    let version: String
    let isServed: Bool?
    let isTold: Bool?

    private enum CodingKeys: String, CodingKey {
      case version = "catalog_version"
      case isServed = "served"
      case isTold = "workers_told"
    }
  }

  /// Changes the price, and waits until that and the publication have returned.
  ///
  /// - Parameter server: the worker to ask, if it is changed over HTTP.
  func set(_ number: Int, in fleet: Fleet, server: RunningServer) async throws -> Change {
    let price = Self.price(number)
    switch self {
    case .http:
      let answer = try await server.send(
        "PATCH", "/admin/offers/\(gateway)/\(id)", key: Fleet.key, body: #"{"pricing":{"prompt":"\#(price)"}}"#)
      guard answer.status == 200 else {
        throw ProcessFailure(description: "change \(number): \(String(decoding: answer.body, as: UTF8.self))")
      }
      let report = try answer.json(Report.self)
      if fleet.postgres == nil {
        #expect(report.isServed == true, "change \(number) is not served by the worker that made it")
      }
      return Change(sum: CatalogVersion.sum(report.version), isTold: report.isTold ?? false)
    case .command:
      let result = try await fleet.run(["offers", "patch", gateway, id, "--set", "pricing.prompt=\(price)", "--json"])
      let report = try JSONDecoder().decode(Report.self, from: result.output)
      return Change(sum: CatalogVersion.sum(report.version), isTold: result.errors.isEmpty)
    case .sql:
      if let postgres = fleet.postgres {
        try await fleet.psql(
          "UPDATE modelcatalog.offers SET pricing = jsonb_set(pricing::jsonb, '{prompt}', '\"\(price)\"') "
            + "WHERE provider = '\(gateway)' AND id = '\(id)'", postgres)
        return Change(sum: nil, isTold: false)
      }
      let statement =
        "UPDATE offers SET pricing = json_set(pricing, '$.prompt', '\(price)') "
        + "WHERE provider = '\(gateway)' AND id = '\(id)'"
      try await fleet.sandbox.sql(statement, waitsForPlace: false)
      return Change(sum: nil, isTold: false)
    }
  }
}

/// The version of a catalog, "SUM-DIGEST".
enum CatalogVersion {
  /// The sum of all revisions, which only ever grows.
  static func sum(_ version: String) -> Int? { version.split(separator: "-").first.flatMap { Int($0) } }
}
