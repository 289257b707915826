import Catalog
import Testing

@Suite("Comparison of models")
struct ModelComparisonTests {
  private static let id = "openai/gpt-4o"

  private func snapshot() throws -> CatalogSnapshot {
    QueryFixture.snapshot([
      try QueryFixture.offer("alpha", Self.id) {
        $0.contextLength = 64_000
        $0.pricing = try QueryFixture.pricing([.prompt: "0.000005", .completion: "0.000001"])
      },
      try QueryFixture.offer("beta", Self.id) {
        $0.contextLength = 128_000
        $0.pricing = try QueryFixture.pricing([.prompt: "0.000003", .completion: "0.000001"])
      },
      try QueryFixture.offer("gamma", Self.id) { $0.pricing = .unknown("not listed") },
      try QueryFixture.offer("alpha", "meta-llama/llama-3.1-8b-instruct") { $0.pricing = .free() },
      try QueryFixture.offer("alpha", "mistralai/mixtral-8x7b"),
    ])
  }

  private func found(_ entry: ModelComparison.Entry) throws -> ComparedModel {
    guard case .found(let compared) = entry.outcome else {
      Issue.record("\(entry.name) was not found")
      throw CancellationError()
    }
    return compared
  }

  private func suggestions(for name: String) throws -> [String] {
    let entries = try ModelComparison(of: [name], in: snapshot()).entries
    guard case .notFound(let suggestions) = entries[0].outcome else {
      Issue.record("\(name) was found")
      return []
    }
    return suggestions
  }

  @Test("All offers of a model stand side by side, with the cheapest, the largest context and what is saved")
  func sideBySide() throws {
    let compared = try found(ModelComparison(of: [Self.id], in: snapshot()).entries[0])
    #expect(compared.offers.map(\.provider.slug.text) == ["beta", "alpha", "gamma"])
    #expect(compared.largestContext?.provider.slug.text == "beta")
    #expect(compared.recommendation?.offer.provider.slug.text == "beta")
    #expect(compared.recommendation?.dearest?.provider.slug.text == "alpha")
    // 3 × 3 + 1 = 10 against 3 × 5 + 1 = 16 millionths of a dollar: 6 of 16 are saved.
    #expect(compared.recommendation?.savingPercent == "37.5")
  }

  @Test("Only the offers of the named providers are compared")
  func providers() throws {
    let providers: Set = [try ProviderSlug("alpha"), try ProviderSlug("gamma")]
    let compared = try found(ModelComparison(of: [Self.id], providers: providers, in: snapshot()).entries[0])
    #expect(compared.offers.map(\.provider.slug.text) == ["alpha", "gamma"])
    #expect(compared.largestContext?.provider.slug.text == "alpha")
    #expect(compared.recommendation?.offer.provider.slug.text == "alpha")
    #expect(compared.recommendation?.savingPercent == nil)
    #expect(compared.model.providerCount == 3)
  }

  @Test("No offer is recommended where no price can be compared, and a free one is where the provider says so")
  func withoutPrice() throws {
    let names = ["mistralai/mixtral-8x7b", "meta-llama/llama-3.1-8b-instruct"]
    let entries = try ModelComparison(of: names, in: snapshot()).entries
    #expect(try found(entries[0]).recommendation == nil)
    #expect(try found(entries[0]).largestContext == nil)
    let free = try found(entries[1]).recommendation
    #expect(free?.offer.offer.pricing.state == .free)
    #expect(free?.dearest == nil)
  }

  @Test(
    "A name that is not found gets the nearest ids",
    arguments: ["gpt-4p", "openai/gpt-40", "pt-4o", "OPENAI/GPT-4O-2099"])
  func suggestions(name: String) throws {
    let expected = try #require(snapshot().offers(named: Self.id).first).identity.key.text
    #expect(try suggestions(for: name).first == expected)
  }

  @Test("A name that is near to nothing gets no suggestion", arguments: ["zzzzzzzz", "x", "/", "💥"])
  func noSuggestions(name: String) throws { #expect(try suggestions(for: name) == []) }

  @Test("At most five ids are suggested, those that contain the name in the order of their length")
  func fiveSuggestions() throws {
    let ids = (1...9).map { "acme/quux-" + String(repeating: "z", count: $0) }
    let snapshot = QueryFixture.snapshot(try ids.reversed().map { try QueryFixture.offer("alpha", $0) })
    let nearest = ModelSuggestions.nearest(to: "quux", in: snapshot)
    #expect(nearest.count == 5)
    #expect(nearest == nearest.sorted { $0.count < $1.count })
  }

  @Test("One to twenty names of a bounded length can be compared")
  func bounds() throws {
    let snapshot = try snapshot()
    for names in [[], [String](repeating: Self.id, count: 21), [""], [String(repeating: "x", count: 257)]] {
      let error = #expect(throws: QueryError.self) { try ModelComparison(of: names, in: snapshot) }
      #expect(error?.description.contains("1 to 20 model ids of 1 to 256 bytes") == true)
    }
    #expect(try ModelComparison(of: [String](repeating: Self.id, count: 20), in: snapshot).entries.count == 20)
  }

  @Test("The JSON names every offer with exact prices, and suggestions for what was not found")
  func json() throws {
    let comparison = try ModelComparison(of: [Self.id, "gpt-4p"], in: snapshot())
    var writer = JSONWriter()
    comparison.write(to: &writer)
    let models = try #require(JSONReader.parse(writer.bytes).object?["models"]?.array)
    let model = try #require(models[0].object)
    #expect(model["found"] == .bool(true))
    #expect(model["cheapest"]?.object?["provider"] == .string("beta"))
    #expect(model["recommendation"]?.object?["saving_percent"] == .string("37.5"))
    let offers = try #require(model["offers"]?.array)
    #expect(offers.count == 3)
    #expect(offers[0].object?["pricing"]?.object?["prompt"] == .string("0.000003"))
    #expect(offers[0].object?["is_cheapest"] == .bool(true))
    #expect(offers[0].object?["has_largest_context"] == .bool(true))
    #expect(offers[2].object?["context_length"] == .null)
    #expect(offers[2].object?["has_largest_context"] == .bool(false))
    #expect(models[1].object?["found"] == .bool(false))
    #expect(models[1].object?["suggestions"]?.array?.count == 1)
  }
}
