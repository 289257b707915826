import Catalog
import CatalogSync
import Testing

@Suite("Recorded bodies", .enabled(if: RecordedBodies.areHere, "the recorded bodies are not beside the repository"))
struct RecordedBodyTests {
  @Test("Every recorded body is imported whole, and within bounds", arguments: RecordedBodies.all)
  func importsWhole(_ body: RecordedBodies.Body) throws {
    let parsed = try RecordedBodies.parse(body)
    let offers = parsed.listings.flatMap(\.offers)
    #expect(parsed.rows > 0)
    #expect(offers.count + parsed.notices.count { $0.kind == .skippedRow } >= parsed.rows)
    for offer in offers { #expect(throws: Never.self) { try offer.bounded() } }
    print(Self.tableRow(body, parsed))
  }

  private static func tableRow(_ body: RecordedBodies.Body, _ parsed: ParsedBody) -> String {
    let offers = parsed.listings.flatMap(\.offers)
    let states = PriceState.allCases.map { state in "\(state.rawValue) \(offers.count { $0.pricing.state == state })" }
    let kinds = ImportNotice.Kind.allCases.compactMap { kind in
      let count = parsed.notices.count { $0.kind == kind }
      return count == 0 ? nil : "\(kind.rawValue) \(count)"
    }
    return "| \(body.file) | \(body.format) | providers \(parsed.listings.count) | rows \(parsed.rows) | offers \(offers.count)"
      + " | \(states.joined(separator: " | ")) | \(kinds.joined(separator: ", ")) |"
  }
}
