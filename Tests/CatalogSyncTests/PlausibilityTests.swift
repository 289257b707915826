import Catalog
import CatalogSync
import TestSupport
import Testing
import TieredCaching

@Suite("What cannot be believed unseen")
struct PlausibilityTests {
  private static func offer(
    _ id: String = "m", prompt: String? = nil, completion: String? = nil, context: Int? = nil, provider: String = "acme"
  ) throws -> Offer {
    var offer = Offer(provider: try ProviderSlug(provider), modelID: id, source: "test", observedAt: observed)
    offer.contextLength = context
    var rates: [PriceComponent: Price] = [:]
    if let prompt { rates[.prompt] = .perToken(try ExactDecimal(parsing: prompt)) }
    if let completion { rates[.completion] = .perToken(try ExactDecimal(parsing: completion)) }
    if !rates.isEmpty { offer.pricing = try .priced(rates) }
    return offer
  }

  private func findings(
    _ before: [Offer], _ after: [Offer], market: MarketPrices = MarketPrices()
  ) throws -> [PlausibilityFinding] {
    let provider = Provider(slug: try ProviderSlug("acme"))
    let current = before.isEmpty ? nil : ProviderPart(provider: provider, offers: before)
    let listing = ProviderListing(provider: provider, offers: after, stated: .all)
    let diff = try ListingDiff(
      current: current, listings: [listing], options: ImportOptions(format: "test", force: true))
    return Plausibility(market: market).findings(in: diff)
  }

  @Test(
    "A price that is ten times what it was, or a tenth, is held; one that moves less is not",
    arguments: [
      ("0.000001", "0.00001", false), ("0.000001", "0.0000100001", true), ("0.00001", "0.000001", false),
      ("0.0000100001", "0.000001", true), ("0.0000025", "0.000003", false), ("0.0000025", "2.5", true),
    ])
  func jump(_ before: String, _ after: String, _ isHeld: Bool) throws {
    let found = try findings(
      [Self.offer(prompt: before, completion: before)], [Self.offer(prompt: after, completion: after)])
    #expect(found.contains { $0.isHeld && $0.field == .pricing } == isHeld, "\(found)")
    #expect(found.allSatisfy { $0.offer == "m" && !$0.message.isEmpty })
  }

  @Test("A price per million that is taken for one per token is out of every band, also on a new offer")
  func band() throws {
    let found = try findings([], [Self.offer(prompt: "2.5", completion: "10")])
    #expect(found.map(\.reason) == [.outOfBand])
    #expect(found.map(\.isHeld) == [true])
    #expect(
      try findings([], [Self.offer(prompt: "0.00000000000025", completion: "0.000001")]).map(\.reason) == [.outOfBand])
    // The dearest and the cheapest tokens that are sold.
    #expect(try findings([], [Self.offer(prompt: "0.00015", completion: "0.0006")]).isEmpty)
    #expect(try findings([], [Self.offer(prompt: "0.000000001", completion: "0.000000002")]).isEmpty)
  }

  @Test("A price that is gone is held, whatever is in its place")
  func gone() throws {
    let priced = try Self.offer(prompt: "0.000001", completion: "0.000002")
    var free = priced
    free.pricing = .free()
    var unknown = priced
    unknown.pricing = .unknown("none given")
    for new in [free, unknown, try Self.offer(prompt: "0.000001", completion: "0")] {
      #expect(try findings([priced], [new]).map(\.reason) == [.turnedToZero])
    }
    // The other way round is news, but nothing to be afraid of.
    #expect(try findings([unknown], [priced]).isEmpty)
    #expect(try findings([free], [priced]).isEmpty)
  }

  @Test(
    "A limit of less than half is held, one of half is not",
    arguments: [(64_000, false), (63_999, true), (256_000, false)])
  func limits(_ after: Int, _ isHeld: Bool) throws {
    let found = try findings([Self.offer(context: 128_000)], [Self.offer(context: after)])
    #expect(found.map(\.field) == (isHeld ? [.contextLength] : []))
  }

  @Test("The removal of more than half of the offers is held as one finding about the provider")
  func massRemoval() throws {
    let offers = try (0..<10).map { try Self.offer("m\($0)") }
    #expect(try findings(offers, Array(offers.prefix(5))).isEmpty)
    let found = try findings(offers, Array(offers.prefix(4)))
    #expect(found.map(\.reason) == [.massRemoval])
    #expect(found.map(\.offer) == [""])
  }

  @Test("Offers that only a curated list knew go when the provider speaks for itself")
  func curated() throws {
    let offers = try (0..<10).map { number in
      var offer = try Self.offer("m\(number)")
      offer.source = "litellm"
      return offer
    }
    #expect(try findings(offers, [Self.offer("own")]).isEmpty)
  }

  @Test("The removal of most of what a curated list knew is held as well")
  func shrunkCuratedList() throws {
    let offers = try (0..<10).map { number in
      var offer = try Self.offer("m\(number)")
      offer.source = "litellm"
      return offer
    }
    #expect(try findings(offers, Array(offers.prefix(5))).isEmpty)
    #expect(try findings(offers, Array(offers.prefix(4))).map(\.reason) == [.massRemoval])
  }

  @Test("Prices of a tier, and of tokens of any kind, are held like those of a prompt")
  func tiers() throws {
    let offer = { (tier: String, audio: String) in
      var offer = try Self.offer()
      let rates: [PriceComponent: Price] = [
        .prompt: .perToken(try ExactDecimal(parsing: "0.000001")),
        .audioInput: .perToken(try ExactDecimal(parsing: audio)),
      ]
      let long = PriceTier(.promptTokensAbove(200_000), [.prompt: .perToken(try ExactDecimal(parsing: tier))])
      offer.pricing = try .priced(rates, tiers: [long])
      return offer
    }
    let usual = try offer("0.000002", "0.00004")
    #expect(try findings([usual], [offer("0.000002", "0.00005")]).isEmpty)
    #expect(try findings([], [offer("2", "0.00004")]).map(\.reason) == [.outOfBand])
    #expect(try findings([usual], [offer("0.00003", "0.00004")]).map(\.reason) == [.jump])
    #expect(try findings([usual], [offer("0.000002", "0.0000039")]).map(\.reason) == [.jump])
    #expect(try findings([usual], [offer("0", "0.00004")]).map(\.reason) == [.turnedToZero])
    #expect(
      try findings([], [offer("2", "0.00004")]).allSatisfy { $0.message.contains("prompt>200000 prompt price 2") })
  }

  @Test("A price far from what others ask is flagged and never held: real sellers differ by a hundred times")
  func market() throws {
    let others = try ["p1": "0.0000001", "p2": "0.0000002", "p3": "0.0000003"].map { provider, price in
      try Self.offer("meta-llama/llama-3.1-8b-instruct", prompt: price, completion: price, provider: provider)
    }
    var parts: [PartID: ProviderPart] = [:]
    for offer in others {
      parts[PartID(offer.provider.text)] = ProviderPart(provider: Provider(slug: offer.provider), offers: [offer])
    }
    let revisions = parts.mapValues { _ in Revision(1) }
    let snapshot = CatalogSnapshot(PartDelta(manifest: Manifest(lifetime: "x", revisions: revisions), parts: parts))
    let market = MarketPrices(snapshot)
    let id = "meta-llama/llama-3.1-8b-instruct"
    let dear = try findings([], [Self.offer(id, prompt: "0.00002", completion: "0.00002")], market: market)
    #expect(dear.map(\.reason) == [.medianDeviation])
    #expect(dear.map(\.isHeld) == [false])
    #expect(try findings([], [Self.offer(id, prompt: "0.000001", completion: "0.000001")], market: market).isEmpty)
  }

  @Test("New offers that nothing tells apart are flagged, each with the other's id")
  func duplicates() throws {
    let found = try findings([], [Self.offer("gpt-4o"), Self.offer("openai/gpt-4o")])
    #expect(found.map(\.reason) == [.duplicateIdentity, .duplicateIdentity])
    #expect(found.allSatisfy { !$0.isHeld })
    #expect(found.first { $0.offer == "gpt-4o" }?.message.contains("openai/gpt-4o") == true)
  }
}
