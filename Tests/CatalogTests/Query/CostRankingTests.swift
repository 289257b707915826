import Catalog
import TestSupport
import Testing

@Suite("Ranking by cost")
struct CostRankingTests {
  @Test("Offers are ranked by the cost of the usage, not by their price alone; the others say why not")
  func ranking() throws {
    let prices: [(String, Pricing)] = [
      ("dear-prompt", try QueryFixture.pricing([.prompt: "0.00001", .completion: "0.000001"])),
      ("dear-answer", try QueryFixture.pricing([.prompt: "0.000001", .completion: "0.00001"])),
      ("free", .free()), ("unknown", .unknown()),
      ("same", try QueryFixture.pricing([.prompt: "0.00001", .completion: "0.000001"])),
      ("away", .free()),
    ]
    let snapshot = QueryFixture.snapshot(
      try prices.map { name, pricing in
        try QueryFixture.offer("alpha", name) {
          $0.pricing = pricing
          if name == "away" { $0.status = .unavailable }
        }
      })
    let long = CostRanking(of: try TokenUsage(inputTokens: 1_000, outputTokens: 1), offers: snapshot.offers)
    #expect(long.ranked.map(\.offer.offer.id) == ["free", "dear-answer", "dear-prompt", "same"])
    #expect(long.ranked[1].estimate.total.description == "0.00101")
    let chatty = CostRanking(of: try TokenUsage(inputTokens: 1, outputTokens: 1_000), offers: snapshot.offers)
    #expect(chatty.ranked.map(\.offer.offer.id) == ["free", "dear-prompt", "same", "dear-answer"])
    #expect(chatty.unranked.map(\.offer.offer.id) == ["away", "unknown"])
    #expect(chatty.unranked.map(\.reason) == ["the provider does not serve it at present", "the price is not known"])
  }

  @Test("Costs of random offers are the sum of units times price, or no number at all", arguments: 1...20)
  func againstNaive(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    for _ in 0..<50 {
      let pricing = try QueryFixture.randomPricing(&random)
      let offer = try QueryFixture.offer("alpha", "m") { $0.pricing = pricing }
      let input = random.below(1_000_000)
      let cached = random.below(input + 1)
      let output = random.below(1_000_000)
      let usage = try TokenUsage(inputTokens: input, cachedInputTokens: cached, outputTokens: output)
      let expected = naiveCost(input: input, output: output, pricing)
      switch CostEstimate.cost(of: usage, offer: offer) {
      case .estimate(let estimate):
        #expect(estimate.total == expected)
        #expect(estimate.lines.reduce(ExactDecimal.zero) { $0.adding($1.amount) ?? $0 } == estimate.total)
      case .unavailable(let reason): #expect(expected == nil, "\(reason)")
      }
    }
  }

  /// The random prices have no cache prices, so that cached tokens cost what others do.
  private func naiveCost(input: Int, output: Int, _ pricing: Pricing) -> ExactDecimal? {
    if pricing.state == .free { return .zero }
    guard pricing.state == .priced else { return nil }
    let prompt = input == 0 ? .zero : pricing[.prompt]?.amount.multiplied(by: input)
    let completion = output == 0 ? .zero : pricing[.completion]?.amount.multiplied(by: output)
    guard let prompt, let completion else { return nil }
    return prompt.adding(completion)
  }

  @Test("The JSON has exact decimal strings")
  func json() throws {
    let offers = [
      try QueryFixture.offer("alpha", "m") {
        $0.pricing = try QueryFixture.pricing([.prompt: "0.0000025", .completion: "0.00001"])
      },
      try QueryFixture.offer("beta", "m"),
    ]
    let usage = try TokenUsage(inputTokens: 1_000, cachedInputTokens: 1_000, isBatch: true)
    var writer = JSONWriter()
    CostRanking(of: usage, offers: QueryFixture.snapshot(offers).offers).write(to: &writer)
    #expect(
      writer.text == """
        {"usage":{"input_tokens":1000,"cached_input_tokens":1000,"cache_write_tokens":0,"output_tokens":0,\
        "reasoning_tokens":0,"images":0,"requests":1,"searches":0,"batch":true},\
        "ranked":[{"rank":1,"provider":"alpha","id":"m","total":"0.0025","currency":"USD","tier":null,\
        "lines":[{"component":"input_cache_read","units":1000,"unit":"token","unit_price":"0.0000025",\
        "amount":"0.0025"}],"assumptions":[\
        "no batch price is published: billed at the regular prices, an upper bound",\
        "no cache-read price is published: cached tokens are billed at the prompt price, an upper bound"]}],\
        "unranked":[{"provider":"beta","id":"m","reason":"the price is not known"}]}
        """)
    var single = JSONWriter()
    CostEstimate.cost(of: usage, offer: offers[1]).write(to: &single)
    #expect(single.text == #"{"available":false,"reason":"the price is not known"}"#)
  }
}

@Suite("Usages")
struct TokenUsageTests {
  @Test("Numbers that contradict each other are refused with the field")
  func contradictions() throws {
    let cases: [(String, () throws -> TokenUsage)] = [
      ("input_tokens", { try TokenUsage(inputTokens: -1) }),
      ("output_tokens", { try TokenUsage(outputTokens: TokenUsage.maximumUnits + 1) }),
      ("images", { try TokenUsage(images: Int.min) }), ("requests", { try TokenUsage(requests: 0) }),
      ("searches", { try TokenUsage(searches: Int.max) }),
      ("cached_input_tokens", { try TokenUsage(inputTokens: 10, cachedInputTokens: 6, cacheWriteTokens: 5) }),
      ("reasoning_tokens", { try TokenUsage(outputTokens: 10, reasoningTokens: 11) }),
    ]
    for (field, make) in cases {
      let error = #expect(throws: CostError.self) { try make() }
      #expect(error?.field == field)
      #expect(error?.description.hasPrefix("\(field): ") == true)
    }
    #expect(throws: Never.self) {
      try TokenUsage(inputTokens: 10, cachedInputTokens: 5, cacheWriteTokens: 5, outputTokens: 10, reasoningTokens: 10)
    }
  }

  @Test("A usage is read from the members that it writes")
  func roundTrip() throws {
    let usage = try TokenUsage(
      inputTokens: 9, cachedInputTokens: 1, cacheWriteTokens: 2, outputTokens: 8, reasoningTokens: 3, images: 4,
      requests: 5, searches: 6, isBatch: true)
    var writer = JSONWriter()
    usage.write(to: &writer)
    let object = try #require(JSONReader.parse(writer.bytes).object)
    #expect(object.members.map(\.name) == TokenUsage.memberNames)
    #expect(try TokenUsage(members: object) == usage)
    #expect(try TokenUsage(members: JSONObject([("model", .string("m")), ("images", .null)])) == TokenUsage())
  }

  @Test(
    "A member of another type is refused",
    arguments: [
      ("input_tokens", JSONValue.string("1")), ("images", .number("1.5")), ("searches", .number("1e3")),
      ("output_tokens", .number("99999999999999999999")), ("batch", .number("1")), ("requests", .array([])),
    ])
  func wrongType(name: String, value: JSONValue) {
    let error = #expect(throws: CostError.self) { try TokenUsage(members: JSONObject([(name, value)])) }
    #expect(error?.field == name)
  }
}
