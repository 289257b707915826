import Catalog
import Testing

@Suite("Cost of a usage")
struct CostTests {
  private func offer(
    _ rates: [PriceComponent: String], tiers: [PriceTier] = [], _ change: (inout Offer) throws -> Void = { _ in }
  ) throws -> Offer {
    try QueryFixture.offer("alpha", "model") {
      $0.pricing = try QueryFixture.pricing(rates, tiers: tiers)
      try change(&$0)
    }
  }

  private func estimate(_ usage: TokenUsage, _ offer: Offer) throws -> CostEstimate {
    let outcome = CostEstimate.cost(of: usage, offer: offer)
    guard case .estimate(let estimate) = outcome else {
      Issue.record("no estimate: \(outcome)")
      throw CancellationError()
    }
    return estimate
  }

  private func reason(_ usage: TokenUsage, _ offer: Offer) -> String {
    guard case .unavailable(let reason) = CostEstimate.cost(of: usage, offer: offer) else {
      return "there is an estimate"
    }
    return reason
  }

  @Test("Every component is billed at its own price, exactly")
  func components() throws {
    let offer = try offer([
      .prompt: "0.000003", .completion: "0.000015", .cacheRead: "0.0000003", .cacheWrite: "0.00000375",
      .reasoning: "0.00002", .image: "0.0048", .webSearch: "0.01", .request: "0.005",
    ])
    let usage = try TokenUsage(
      inputTokens: 1_000, cachedInputTokens: 200, cacheWriteTokens: 300, outputTokens: 100, reasoningTokens: 40,
      images: 2, requests: 3, searches: 4)
    let estimate = try estimate(usage, offer)
    let amounts = estimate.lines.map { "\($0.component.rawValue) \($0.units) \($0.amount)" }
    #expect(
      amounts == [
        "prompt 500 0.0015", "input_cache_read 200 0.00006", "input_cache_write 300 0.001125",
        "internal_reasoning 40 0.0008", "completion 60 0.0009", "image 2 0.0096", "web_search 4 0.04",
        "request 3 0.015",
      ])
    #expect(estimate.total.description == "0.068985")
    #expect(estimate.tier == nil)
    #expect(estimate.assumptions.isEmpty)
  }

  @Test("No digit is lost: a third of a millionth times a trillion tokens")
  func exactness() throws {
    let offer = try offer([.prompt: "0.0000000833333333333333", .completion: "0.1"])
    let usage = try TokenUsage(inputTokens: TokenUsage.maximumUnits, outputTokens: 1)
    #expect(try estimate(usage, offer).total.description == "83333.4333333333")
  }

  @Test("Cached tokens without a price of their own are billed at the prompt price, and the estimate says so")
  func missingCachePrice() throws {
    let offer = try offer([.prompt: "0.000003", .completion: "0.000015"])
    let usage = try TokenUsage(inputTokens: 1_000, cachedInputTokens: 900, cacheWriteTokens: 100)
    let estimate = try estimate(usage, offer)
    #expect(estimate.total.description == "0.003")
    #expect(
      estimate.assumptions == [
        "no cache-read price is published: cached tokens are billed at the prompt price, an upper bound",
        "no cache-write price is published: written tokens are billed at the prompt price",
      ])
  }

  @Test("Reasoning is part of the answer unless it has a price above zero", arguments: [nil, "0"])
  func reasoning(price: String?) throws {
    let offer = try offer([.prompt: "0.1", .completion: "0.01"]) {
      if let price { $0.pricing = try QueryFixture.pricing([.prompt: "0.1", .completion: "0.01", .reasoning: price]) }
    }
    #expect(try estimate(TokenUsage(outputTokens: 10, reasoningTokens: 8), offer).total.description == "0.1")
  }

  @Test("Free is zero, whatever is used")
  func free() throws {
    let offer = try QueryFixture.offer("alpha", "model") { $0.pricing = .free() }
    let estimate = try estimate(TokenUsage(inputTokens: 1_000_000, outputTokens: 5, images: 3, searches: 2), offer)
    #expect(estimate.total == .zero)
    #expect(estimate.lines.isEmpty)
  }

  @Test("A price that is not known gives a reason and never a number")
  func unknown() throws {
    let usage = try TokenUsage(inputTokens: 1, outputTokens: 1)
    let states: [(Pricing, String)] = [
      (.unknown("two sources disagree"), "the price is not known: two sources disagree"),
      (.unknown(), "the price is not known"), (.dynamic(), "the provider decides the price per request"),
      (.notTokenPriced("per song"), "the offer is not billed by the token: per song"),
    ]
    for (pricing, expected) in states {
      #expect(reason(usage, try QueryFixture.offer("alpha", "m") { $0.pricing = pricing }) == expected)
    }
  }

  @Test("A component that is used and has no price makes the cost unavailable")
  func missingComponent() throws {
    let promptOnly = try offer([.prompt: "0.1"]) { $0.outputModalities = [.text] }
    #expect(reason(try TokenUsage(inputTokens: 1, outputTokens: 1), promptOnly) == "no completion price is published")
    #expect(try estimate(TokenUsage(inputTokens: 1), promptOnly).total.description == "0.1")
    let completionOnly = try offer([.completion: "0.1"])
    #expect(reason(try TokenUsage(inputTokens: 1), completionOnly) == "no prompt price is published")
    let both = try offer([.prompt: "0.1", .completion: "0.1"])
    #expect(reason(try TokenUsage(images: 1), both) == "no image price is published")
    #expect(reason(try TokenUsage(searches: 1), both) == "no search price is published")
  }

  @Test("Models without text as output bill no answer; where the output is not known, they might")
  func embeddings() throws {
    let usage = try TokenUsage(inputTokens: 10, outputTokens: 10)
    let embedding = try estimate(usage, offer([.prompt: "0.1"]) { $0.outputModalities = [.embedding] })
    #expect(embedding.total.description == "1")
    #expect(embedding.assumptions == ["the model gives out no text: output tokens are not billed"])
    #expect(reason(usage, try offer([.prompt: "0.1"])) == "no completion price is published")
  }

  @Test("A price by another unit than the token is never multiplied with tokens")
  func otherUnits() throws {
    let perCharacter = try QueryFixture.offer("alpha", "m") {
      $0.pricing = try .priced([.prompt: .perCharacter(ExactDecimal(1)), .completion: .perToken(ExactDecimal(1))])
    }
    let expected = "prompt is billed by the character, not by the token"
    #expect(reason(try TokenUsage(inputTokens: 1), perCharacter) == expected)
    let imageTokens = try QueryFixture.offer("alpha", "m") {
      $0.pricing = try .priced([.prompt: .perToken(ExactDecimal(1)), .image: .stored(ExactDecimal(1), per: .token)])
    }
    #expect(reason(try TokenUsage(images: 1), imageTokens) == "image is billed by the token, not by the image")
  }

  @Test("An offer billed by the image or request is priced by these, and needs to be told how many")
  func notTokenPriced() throws {
    let image = try offer([.prompt: "0", .imageOutput: "0.04"]) { $0.outputModalities = [.image] }
    #expect(try estimate(TokenUsage(inputTokens: 50, images: 3), image).total.description == "0.12")
    #expect(
      try estimate(TokenUsage(inputTokens: 50, images: 3), image).assumptions == [
        "the offer is not billed by the token: tokens are not counted"
      ])
    let tokensOnly = try TokenUsage(inputTokens: 50)
    #expect(reason(tokensOnly, image) == "the offer is billed by the image: say how many images")
    #expect(try estimate(TokenUsage(requests: 5), offer([.request: "0.01"])).total.description == "0.05")
    #expect(try estimate(TokenUsage(searches: 5), offer([.query: "0.002"])).total.description == "0.01")
    #expect(
      reason(tokensOnly, try offer([.query: "0.002"])) == "the offer is billed by the search: say how many searches")
    let song = try offer([.request: "0.01", .secondOutput: "0.1"])
    #expect(reason(try TokenUsage(requests: 1), song) == "the offer is billed by the second (output_second)")
  }

  @Test("An amount with too many digits is no number")
  func overflow() throws {
    let huge = "12345678901234567890123456789012345678"
    let usage = try TokenUsage(inputTokens: 1_000_000)
    let expected = "the amount has more digits than can be kept exactly"
    #expect(reason(usage, try offer([.prompt: huge])) == expected)
    let sum = try offer([.prompt: huge, .completion: "0.000000000000000000000000000001"])
    #expect(reason(try TokenUsage(inputTokens: 1, outputTokens: 1), sum) == expected)
  }

  @Test("Nothing used costs nothing, except where each request is billed")
  func nothing() throws {
    #expect(try estimate(TokenUsage(), offer([.prompt: "0.1"])).total == .zero)
    #expect(try estimate(TokenUsage(), offer([.prompt: "0.1", .request: "0.2"])).total.description == "0.2")
  }
}
