import Catalog
import TestSupport
import Testing

@Suite("Queries for offers")
struct OfferQueryTests {
  @Test("Random filters give exactly what a plain reading of their rules gives", arguments: 1...12)
  func filters(seed: Int) throws {
    let snapshot = try QueryFixture.randomSnapshot(seed: UInt64(seed))
    var random = SplitMix64(seed: UInt64(seed) &* 7_919)
    for _ in 0..<15 {
      var query = try randomQuery(&random)
      query.sort = .catalog
      let expected = snapshot.offers.filter { NaiveQuery.matches($0, query) }
      #expect(query.run(on: snapshot).map(NaiveQuery.label) == expected.map(NaiveQuery.label), "\(query)")
    }
  }

  @Test(
    "Every sort is a total order: by its key, then the catalog's order, without a key last",
    arguments: OfferSort.allCases)
  func sorts(sort: OfferSort) throws {
    for seed in 1...6 {
      let snapshot = try QueryFixture.randomSnapshot(seed: UInt64(seed))
      for isDescending in [false, true] {
        var query = OfferQuery()
        query.sort = sort
        query.isDescending = isDescending
        query.text = sort == .relevance ? "gpt" : nil
        let found = query.run(on: snapshot)
        let matching = snapshot.offers.filter { NaiveQuery.matches($0, query) }
        let expected = NaiveQuery.sorted(matching, sort, isDescending: isDescending, text: "gpt")
        #expect(found.map(NaiveQuery.label) == expected.map(NaiveQuery.label))
      }
    }
  }

  @Test("An empty query is the whole catalog in its own order")
  func everything() throws {
    let snapshot = try QueryFixture.randomSnapshot(seed: 3)
    #expect(OfferQuery().run(on: snapshot).map(NaiveQuery.label) == snapshot.offers.map(NaiveQuery.label))
    #expect(OfferQuery().effectiveSort == .catalog)
    #expect(OfferQuery().run(on: QueryFixture.snapshot([])).isEmpty)
  }

  @Test("An offer of which nothing but the id is known breaks no query and passes no filter on what is unknown")
  func nullSafety() throws {
    let snapshot = QueryFixture.snapshot([try QueryFixture.offer("alpha", "mystery")])
    var text = OfferQuery()
    text.text = "mystery"
    #expect(text.run(on: snapshot).count == 1)
    let filters: [(name: String, value: String)] = [
      ("developer", "acme"), ("modality", "text"), ("modality", "text->text"), ("input_modality", "text"),
      ("output_modality", "text"), ("capability", "tools"), ("min_context", "0"), ("max_context", "100000"),
      ("min_price", "0"), ("max_price", "1"), ("is_free", "true"), ("price_state", "priced,free"),
    ]
    for filter in filters {
      #expect(try OfferQuery(parameters: [filter]).run(on: snapshot).isEmpty, "\(filter)")
    }
    for sort in OfferSort.allCases {
      #expect(try OfferQuery(parameters: [("sort", sort.rawValue)]).run(on: snapshot).count == 1)
    }
  }

  @Test("Relevance: the exact id, then ids that start so, words in ids, names, and the rest; shorter ids first")
  func relevance() throws {
    let ids = ["x-gpt-4o-mini", "gpt-4o-mini", "gpt-4o", "vendor/gpt-4o", "megagpt-4o", "zz"]
    var offers = try ids.map { try QueryFixture.offer("alpha", $0) }
    offers[5].name = "The GPT-4o of others"
    var query = OfferQuery()
    query.text = " GPT-4o "
    let expected = ["gpt-4o", "gpt-4o-mini", "vendor/gpt-4o", "x-gpt-4o-mini", "zz", "megagpt-4o"]
    #expect(query.run(on: QueryFixture.snapshot(offers)).map(\.offer.id) == expected)
    query.isDescending = true
    #expect(query.run(on: QueryFixture.snapshot(offers)).map(\.offer.id) == expected)
  }

  @Test("Every word must occur, in any of id, name, provider and canonical id")
  func words() throws {
    let offer = try QueryFixture.offer("alpha", "some-model") { $0.name = "Straße Nine" }
    let snapshot = QueryFixture.snapshot([offer])
    for (text, count) in [
      ("ALPHA nine", 1), ("STRASSE", 0), ("straße", 1), ("model\talpha\u{3000}some", 1), ("alpha missing", 0),
      ("\n", 1),
      ("modelstraße", 0),
    ] {
      var query = OfferQuery()
      query.text = text
      #expect(query.run(on: snapshot).count == count, "\(text)")
    }
  }

  @Test("Only a price per token can match a price bound; free is zero")
  func priceBounds() throws {
    let pricings: [(String, Pricing)] = [
      ("free", .free()), ("dynamic", .dynamic()), ("unknown", .unknown()),
      ("image", try QueryFixture.pricing([.prompt: "0", .image: "0.01"])),
      ("cheap", try QueryFixture.pricing([.prompt: "0.000001", .completion: "0.000002"])),
      ("dear", try QueryFixture.pricing([.prompt: "0.00001", .completion: "0.00002"])),
    ]
    let snapshot = QueryFixture.snapshot(
      try pricings.map { name, pricing in try QueryFixture.offer("alpha", name) { $0.pricing = pricing } })
    let ids = { (parameters: [(name: String, value: String)]) in
      try OfferQuery(parameters: parameters).run(on: snapshot).map(\.offer.id)
    }
    #expect(try ids([("max_price", "0")]) == ["free"])
    #expect(try ids([("max_price", "1e-6")]) == ["cheap", "free"])
    #expect(try ids([("min_price", "0.0000010")]) == ["cheap", "dear"])
    #expect(try ids([("min_price", "0"), ("max_price", "1")]) == ["cheap", "dear", "free"])
  }

  @Test("Providers without offers are named, in order, so that the caller can refuse them")
  func unknownProviders() throws {
    let snapshot = QueryFixture.snapshot([try QueryFixture.offer("alpha", "m")])
    let query = try OfferQuery(parameters: [("gateway", "zeta,alpha"), ("provider", "beta")])
    #expect(query.unknownProviders(in: snapshot).map(\.text) == ["beta", "zeta"])
    #expect(query.run(on: snapshot).count == 1)
  }

  private func randomQuery(_ random: inout SplitMix64) throws -> OfferQuery {
    var query = OfferQuery()
    if random.below(2) == 0 {
      query.text = random.pick(["gpt", "4O mini", "größe", "alpha", "openai/gpt", "İstanbul", " "])
    }
    if random.below(4) == 0 { query.providers = [try ProviderSlug("alpha"), try ProviderSlug("absent")] }
    if random.below(5) == 0 { query.developer = random.pick(["OPENAI", "meta", "nobody"]) }
    if random.below(5) == 0 { query.inputModalities = [random.pick(Modality.allCases)] }
    if random.below(5) == 0 { query.outputModalities = [random.pick(Modality.allCases)] }
    if random.below(5) == 0 { query.anyModalities = [random.pick(Modality.allCases)] }
    if random.below(5) == 0 {
      query.capabilities = [random.pick(Capability.allCases), random.pick(Capability.allCases)]
    }
    if random.below(5) == 0 { query.minimumContext = random.pick([0, 8_192, 8_193]) }
    if random.below(5) == 0 { query.maximumContext = random.pick([4_095, 8_192, 200_000]) }
    if random.below(5) == 0 { query.minimumPrice = try QueryFixture.decimal(random.pick(["0", "0.0000025"])) }
    if random.below(5) == 0 { query.maximumPrice = try QueryFixture.decimal(random.pick(["0", "0.0000025", "1"])) }
    if random.below(5) == 0 { query.isFree = random.pick([true, false]) }
    if random.below(5) == 0 { query.priceStates = [random.pick(PriceState.allCases), .priced] }
    if random.below(5) == 0 { query.statuses = [random.pick(OfferStatus.allCases)] }
    return query
  }
}
