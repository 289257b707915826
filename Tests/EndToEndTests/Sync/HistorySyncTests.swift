import Foundation
import TestSupport
import Testing

/// A real list on ten days, synced as if those days went by.
@Suite("The history of a real list, synced day by day", .enabled(if: Places.hasData, "../shared/data is absent"))
struct HistorySyncTests {
  private struct History: Decodable {
    struct Offer: Decodable {
      struct Price: Decodable {
        let from: String?
        let prompt: String?
        let completion: String?
      }
      let prices: [Price]
    }
    let offers: [Offer]
  }

  /// A price from a day on.
  private struct Point: Hashable, CustomStringConvertible {
    let day: String
    let prompt: Decimal?
    let completion: Decimal?
    var description: String { "\(day) \(prompt ?? -1)/\(completion ?? -1)" }
  }

  @Test(
    "What a model cost since when is what its lists said on those days; a price that jumped waits in the quarantine")
  func replay() async throws {
    let server = try await ReplayServer()
    try await withSandbox { sandbox in
      let environment = ["MODEL_SYNC_BASE_URL": server.url, "MODEL_SYNC_PROVIDERS": "openrouter"]
      var lists: [(day: String, prices: [String: (String, String)])] = []
      for (day, path) in try Places.history() {
        let body = try Data(contentsOf: URL(filePath: path))
        lists.append((day, try Self.prices(in: body)))
        server.serve("/openrouter/*", [UInt8](body))
        let job = try await sandbox.json(
          ["sync", "--observed", day], as: SyncJobAnswer.self, environment: environment)
        #expect(job.results.map(\.outcome) == ["changed"], "\(day): \(job.results.first?.reason ?? "")")
      }
      let points = Self.points(lists)
      let calm = points.filter { $0.value.count >= 3 && !Self.jumps($0.value) }.sorted { $0.key < $1.key }
      #expect(calm.count > 20)
      for (id, expected) in calm {
        let history = try await sandbox.json(
          ["history", id, "--gateway", "openrouter"], as: History.self, environment: environment)
        let found = try #require(history.offers.first).prices.map { price in
          Point(
            day: String((price.from ?? "").prefix(10)), prompt: price.prompt.flatMap { Decimal(string: $0) },
            completion: price.completion.flatMap { Decimal(string: $0) })
        }
        #expect(found == expected, "\(id)")
      }
      let held = try await sandbox.json(["quarantine"], as: QuarantineAnswer.self, environment: environment)
      #expect(held.entries.contains { $0.held && $0.field == "pricing" })
    }
    try await server.stop()
  }

  /// What a body says, read by another parser than the program's.
  private static func prices(in body: Data) throws -> [String: (String, String)] {
    let document = try JSONSerialization.jsonObject(with: body) as? [String: Any]
    var prices: [String: (String, String)] = [:]
    for row in document?["data"] as? [[String: Any]] ?? [] {
      guard let id = row["id"] as? String, let pricing = row["pricing"] as? [String: Any] else { continue }
      prices[id] = (pricing["prompt"] as? String ?? "", pricing["completion"] as? String ?? "")
    }
    return prices
  }

  /// Since when which price was in effect, of models that all lists have.
  private static func points(_ lists: [(day: String, prices: [String: (String, String)])]) -> [String: [Point]] {
    var points: [String: [Point]] = [:]
    for id in lists.first?.prices.keys.sorted() ?? [] where lists.allSatisfy({ $0.prices[id] != nil }) {
      for (day, prices) in lists {
        guard let price = prices[id] else { continue }
        let point = Point(day: day, prompt: Decimal(string: price.0), completion: Decimal(string: price.1))
        let last = points[id]?.last
        if last?.prompt != point.prompt || last?.completion != point.completion {
          points[id, default: []].append(point)
        }
      }
    }
    return points
  }

  /// Whether a price is ever gone, or more than ten times what it was before, or less than a tenth.
  private static func jumps(_ points: [Point]) -> Bool {
    let isFar = { (left: Decimal?, right: Decimal?) in
      guard let left, let right, left > 0, right > 0 else { return true }
      return left > right * 10 || right > left * 10
    }
    return zip(points, points.dropFirst()).contains {
      isFar($0.prompt, $1.prompt) || isFar($0.completion, $1.completion)
    }
  }
}
