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

  @Test("Prices per million, per token and in ten-thousandths agree with what Hugging Face shows for the same provider")
  func agreesWithHuggingFace() throws {
    let router = try Self.offers("huggingface", "huggingface-router")
    var compared = 0
    for provider in ["novita", "together", "sambanova"] {
      let direct = Dictionary(
        try Self.offers(provider, provider).map { (Self.leaf($0.modelID), $0) }, uniquingKeysWith: { _, last in last })
      for shown in router where shown.variant == provider && shown.pricing.state == .priced {
        guard let offer = direct[Self.leaf(shown.modelID)], offer.pricing.state == .priced else { continue }
        compared += 1
        #expect(offer.pricing[.prompt] == shown.pricing[.prompt], "\(provider) \(shown.modelID)")
        #expect(offer.pricing[.completion] == shown.pricing[.completion], "\(provider) \(shown.modelID)")
      }
    }
    #expect(compared == 18)
  }

  @Test("What one model costs at twelve sellers of the same hour, in USD per million tokens")
  func goldenModel() throws {
    let expected = [
      "openrouter-2025-09-09": "0.072/0.28", "chutes": "0.07256312/0.2903936", "deepinfra": "0.09/0.45",
      "novita": "0.1/0.5", "atlascloud": "0.1/0.5", "baseten": "0.1/0.5", "redpill": "0.14/0.49",
      "targon": "0.15/0.55", "together": "0.15/0.6",
    ]
    for (file, price) in expected {
      let format = file.hasPrefix("openrouter") ? "openrouter" : file
      let offer = try #require(
        try Self.offers(file, format).first { Self.leaf($0.modelID) == "gpt-oss-120b" }, "no gpt-oss-120b in \(file)")
      #expect(try Self.perMillion(offer) == price, "\(file)")
    }
    let router = try Self.offers("huggingface", "huggingface-router")
    for (seller, price) in ["fireworks-ai": "0.15/0.6", "groq": "0.15/0.75", "cerebras": "0.25/0.69"] {
      let offer = try #require(router.first { $0.id == "openai/gpt-oss-120b:\(seller)" })
      #expect(try Self.perMillion(offer) == price, "\(seller)")
    }
  }

  @Test("Every recorded day of OpenRouter's list is imported, and only `:free` rows are free")
  func history() throws {
    let days = try RecordedBodies.history()
    #expect(!days.isEmpty)
    for day in days {
      let offers = try RecordedBodies.parse(path: "openrouter-history/\(day)", format: "openrouter").listings[0].offers
      #expect(offers.count > 100)
      #expect(offers.contains { $0.modelID == "openrouter/auto" && $0.pricing.state == .dynamic })
      #expect(offers.filter { $0.pricing.state == .free }.allSatisfy { $0.modelID.hasSuffix(":free") })
    }
  }

  @Test("An offer's id is unique at its provider, but for rows that the source itself repeats")
  func uniqueIDs() throws {
    let repeated = try RecordedBodies.all.flatMap { body in
      try RecordedBodies.parse(body).notices.filter { $0.kind == .duplicate }.map { "\(body.file) \($0.offer)" }
    }
    #expect(
      repeated.sorted() == [
        "featherless m8than/Mistral-Nemo-Instruct-2407-lenient-chatfix",
        "litellm-cost-map-2025-09 computer-use-preview",
        "mistral voxtral-mini-2507",
        "mistral voxtral-mini-latest",
      ])
  }

  private static func tableRow(_ body: RecordedBodies.Body, _ parsed: ParsedBody) -> String {
    let offers = parsed.listings.flatMap(\.offers)
    let states = PriceState.allCases.map { state in "\(state.rawValue) \(offers.count { $0.pricing.state == state })" }
    let kinds = ImportNotice.Kind.allCases.compactMap { kind in
      let count = parsed.notices.count { $0.kind == kind }
      return count == 0 ? nil : "\(kind.rawValue) \(count)"
    }
    let counts = ["providers \(parsed.listings.count)", "rows \(parsed.rows)", "offers \(offers.count)"]
    let columns = [body.file, body.format] + counts + states + [kinds.joined(separator: ", ")]
    return "| \(columns.joined(separator: " | ")) |"
  }

  private static func offers(_ file: String, _ format: String) throws -> [Offer] {
    try RecordedBodies.parse(RecordedBodies.Body(file: file, format: format)).listings.flatMap(\.offers)
  }

  /// The last part of an id in lower case, the only part that providers write alike.
  private static func leaf(_ id: String) -> String {
    id.split(separator: "/").last.map { $0.lowercased().replacing(".", with: "-") } ?? id
  }

  private static func perMillion(_ offer: Offer) throws -> String {
    let prices = try [PriceComponent.prompt, .completion].map { component in
      try #require(offer.pricing[component]).amount.shifted(by: 6).description
    }
    return prices.joined(separator: "/")
  }
}
