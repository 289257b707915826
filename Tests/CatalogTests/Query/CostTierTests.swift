import Catalog
import Testing

@Suite("Cost under conditions")
struct CostTierTests {
  /// Base 1 and 2, above 200,000 prompt tokens 3 for the prompt only, above 500,000 5 and 7 dollars for a token.
  private func offer(batch: [PriceComponent: String]? = nil, id: String = "model") throws -> Offer {
    var tiers = [
      PriceTier(.promptTokensAbove(200_000), try QueryFixture.prices([.prompt: "3"])),
      PriceTier(
        .promptTokensAbove(500_000), try QueryFixture.prices([.prompt: "5", .completion: "7", .cacheRead: "4"])),
    ]
    if let batch { tiers.append(PriceTier(.batch, try QueryFixture.prices(batch))) }
    return try QueryFixture.offer("alpha", id) {
      $0.pricing = try QueryFixture.pricing([.prompt: "1", .completion: "2"], tiers: tiers)
    }
  }

  private func estimate(_ usage: TokenUsage, _ offer: Offer) throws -> CostEstimate {
    guard case .estimate(let estimate) = CostEstimate.cost(of: usage, offer: offer) else {
      Issue.record("no estimate")
      throw CancellationError()
    }
    return estimate
  }

  @Test(
    "The highest threshold that the prompt is strictly above reprices the whole request",
    arguments: [
      (200_000, nil, 200_020), (200_001, "prompt>200000", 600_023), (500_000, "prompt>200000", 1_500_020),
      (500_001, "prompt>500000", 2_500_075), (1, nil, 21), (0, nil, 20),
    ])
  func thresholds(tokens: Int, tier: String?, total: Int) throws {
    let estimate = try estimate(TokenUsage(inputTokens: tokens, outputTokens: 10), offer())
    #expect(estimate.tier?.text == tier)
    #expect(estimate.total == ExactDecimal(total))
  }

  @Test("Cached tokens count towards the threshold, and have the price of the tier")
  func cached() throws {
    let usage = try TokenUsage(inputTokens: 500_001, cachedInputTokens: 500_000)
    let long = try estimate(usage, offer())
    #expect(long.total == ExactDecimal(2_000_005))
    #expect(long.assumptions.isEmpty)
    let shorter = try estimate(TokenUsage(inputTokens: 300_000, cachedInputTokens: 299_999), offer())
    #expect(shorter.total == ExactDecimal(900_000))
    #expect(shorter.assumptions.count == 1)
  }

  @Test(
    "Several requests reach a threshold only when each of them does", arguments: [(400_000, false), (400_001, true)])
  func requests(tokens: Int, isLong: Bool) throws {
    let estimate = try estimate(TokenUsage(inputTokens: tokens, requests: 2), offer())
    #expect((estimate.tier != nil) == isLong)
    #expect(estimate.assumptions == ["the prompt tokens are spread evenly over the 2 requests"])
  }

  @Test("A batch has the batch price; components that the tier does not name keep the base price")
  func batch() throws {
    let usage = try TokenUsage(inputTokens: 10, outputTokens: 10, isBatch: true)
    let batch = try estimate(usage, offer(batch: [.prompt: "0.5"]))
    #expect(batch.tier == .batch)
    #expect(batch.total == ExactDecimal(25))
    #expect(batch.assumptions.isEmpty)
    let interactive = try estimate(TokenUsage(inputTokens: 10, outputTokens: 10), offer(batch: [.prompt: "0.5"]))
    #expect(interactive.total == ExactDecimal(30))
    #expect(interactive.tier == nil)
  }

  @Test("A batch without a published batch price is billed at the regular prices, and the estimate says so")
  func missingBatchPrice() throws {
    let short = try estimate(TokenUsage(inputTokens: 10, isBatch: true), offer())
    #expect(short.total == ExactDecimal(10))
    #expect(short.assumptions == ["no batch price is published: billed at the regular prices, an upper bound"])
    let long = try estimate(TokenUsage(inputTokens: 200_001, isBatch: true), offer(batch: [.prompt: "0.5"]))
    #expect(long.total == ExactDecimal(600_003))
    #expect(
      long.assumptions == [
        "no batch price is published for prompts above 200000 tokens: billed at the regular prices, an upper bound"
      ])
  }

  @Test("A listing for batches only serves batches, at its base prices")
  func batchListing() throws {
    let listing = try offer(id: "model:batch")
    let batch = try estimate(TokenUsage(inputTokens: 10, isBatch: true), listing)
    #expect(batch.total == ExactDecimal(10))
    #expect(batch.assumptions.isEmpty)
    #expect(
      CostEstimate.cost(of: try TokenUsage(inputTokens: 10), offer: listing)
        == .unavailable(reason: "the offer is for batch requests only"))
  }
}
