/// Adds up the lines of one ``CostEstimate``.
struct CostCalculation {
  /// Why there is no estimate.
  struct Unavailable: Error {
    let reason: String
  }

  private let usage: TokenUsage
  private let offer: Offer
  /// The base prices, with those of the tier in their place.
  private var rates: [PriceComponent: Price]
  private var tier: PriceCondition?
  private var lines: [CostEstimate.Line] = []
  private var total = ExactDecimal.zero
  private var assumptions: [String] = []

  /// The cost of a usage at an offer whose price is ``PriceState/priced`` or ``PriceState/notTokenPriced``.
  static func estimate(_ usage: TokenUsage, _ offer: Offer) throws(Unavailable) -> CostEstimate {
    var calculation = CostCalculation(usage, offer)
    try calculation.applyTier()
    if offer.pricing.state == .priced {
      try calculation.chargePrompt()
      try calculation.chargeAnswer()
      try calculation.chargeImages()
      try calculation.chargeSearches()
      try calculation.chargeRequests()
    } else {
      try calculation.chargeWithoutTokens()
    }
    return CostEstimate(
      total: calculation.total, lines: calculation.lines, tier: calculation.tier, assumptions: calculation.assumptions)
  }

  private init(_ usage: TokenUsage, _ offer: Offer) {
    self.usage = usage
    self.offer = offer
    rates = offer.pricing.rates
  }

  // MARK: Tiers

  private mutating func applyTier() throws(Unavailable) {
    let tiers = offer.pricing.tiers
    let bySize = tiers.compactMap { tier in tier.condition.promptThreshold.map { (threshold: $0, tier: tier) } }
    if usage.requests > 1, !bySize.isEmpty {
      assumptions.append("the prompt tokens are spread evenly over the \(usage.requests) requests")
    }
    let largestPrompt = usage.inputTokens == 0 ? 0 : (usage.inputTokens - 1) / usage.requests + 1
    let long = bySize.filter { largestPrompt > $0.threshold }.max { $0.threshold < $1.threshold }
    let batch = usage.isBatch ? tiers.first { $0.condition == .batch } : nil
    if let applied = long?.tier ?? batch {
      tier = applied.condition
      rates.merge(applied.rates) { _, tiered in tiered }
    }
    // Listings such as `model:batch` have the batch prices as their base prices.
    let isBatchListing = offer.variant == "batch" || offer.modelID.hasSuffix(":batch")
    if isBatchListing, !usage.isBatch { throw Unavailable(reason: "the offer is for batch requests only") }
    guard usage.isBatch, !isBatchListing, tier != .batch else { return }
    let which = long.map { " for prompts above \($0.threshold) tokens" } ?? ""
    assumptions.append("no batch price is published\(which): billed at the regular prices, an upper bound")
  }

  // MARK: Components

  private mutating func chargePrompt() throws(Unavailable) {
    guard usage.inputTokens > 0 else { return }
    guard let prompt = try price(.prompt) else { throw Unavailable(reason: "no prompt price is published") }
    try charge(.prompt, usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteTokens, at: prompt)
    if usage.cachedInputTokens > 0 {
      let cacheRead = try price(.cacheRead)
      if cacheRead == nil {
        assumptions.append(
          "no cache-read price is published: cached tokens are billed at the prompt price, an upper bound")
      }
      try charge(.cacheRead, usage.cachedInputTokens, at: cacheRead ?? prompt)
    }
    if usage.cacheWriteTokens > 0 {
      let cacheWrite = try price(.cacheWrite)
      if cacheWrite == nil {
        assumptions.append("no cache-write price is published: written tokens are billed at the prompt price")
      }
      try charge(.cacheWrite, usage.cacheWriteTokens, at: cacheWrite ?? prompt)
    }
  }

  private mutating func chargeAnswer() throws(Unavailable) {
    guard usage.outputTokens > 0 else { return }
    guard let completion = try price(.completion) else {
      let withoutText: Set<Modality> = [.embedding, .rerank, .moderation]
      guard !offer.outputModalities.isEmpty, withoutText.isSuperset(of: offer.outputModalities) else {
        throw Unavailable(reason: "no completion price is published")
      }
      assumptions.append("the model gives out no text: output tokens are not billed")
      return
    }
    // A reasoning price of zero means that reasoning is billed as part of the answer, not that it is free.
    var reasoningTokens = 0
    if usage.reasoningTokens > 0, let reasoning = try price(.reasoning), !reasoning.amount.isZero {
      reasoningTokens = usage.reasoningTokens
      try charge(.reasoning, reasoningTokens, at: reasoning)
    }
    try charge(.completion, usage.outputTokens - reasoningTokens, at: completion)
  }

  private mutating func chargeImages() throws(Unavailable) {
    guard usage.images > 0 else { return }
    let givesImages = offer.outputModalities.contains(.image) && rates[.imageOutput] != nil
    let component = givesImages ? PriceComponent.imageOutput : .image
    guard let image = try price(component) else { throw Unavailable(reason: "no image price is published") }
    if image.amount.isZero {
      assumptions.append("the image price is zero: images are billed as tokens, which the usage must count")
    }
    try charge(component, usage.images, at: image)
  }

  private mutating func chargeSearches() throws(Unavailable) {
    guard usage.searches > 0 else { return }
    let component = rates[.webSearch] == nil && rates[.query] != nil ? PriceComponent.query : .webSearch
    guard let search = try price(component) else { throw Unavailable(reason: "no search price is published") }
    try charge(component, usage.searches, at: search)
  }

  private mutating func chargeRequests() throws(Unavailable) {
    guard let request = try price(.request), !request.amount.isZero else { return }
    try charge(.request, usage.requests, at: request)
  }

  /// Bills an offer that is not billed by the token; everything that it bills by must be in the usage.
  private mutating func chargeWithoutTokens() throws(Unavailable) {
    let billed = PriceComponent.allCases.filter { rates[$0].map { !$0.amount.isZero } ?? false }
    guard !billed.isEmpty else {
      let note = offer.pricing.note ?? "the prices are not published"
      throw Unavailable(reason: "the offer is not billed by the token: \(note)")
    }
    let counted: Set<PriceComponent> = [.image, .imageOutput, .request, .webSearch, .query]
    if let other = billed.first(where: { !counted.contains($0) }), let price = rates[other] {
      throw Unavailable(reason: "the offer is billed by the \(price.unit.rawValue) (\(other.rawValue))")
    }
    if usage.images == 0, billed.contains(.image) || billed.contains(.imageOutput) {
      throw Unavailable(reason: "the offer is billed by the image: say how many images")
    }
    try chargeImages()
    try chargeSearches()
    try chargeRequests()
    guard !total.isZero else {
      throw Unavailable(reason: "the offer is billed by the search: say how many searches")
    }
    if usage.inputTokens + usage.outputTokens > 0 {
      assumptions.append("the offer is not billed by the token: tokens are not counted")
    }
  }

  // MARK: Arithmetic

  /// The price of a component in its own unit; nil where there is none.
  private func price(_ component: PriceComponent) throws(Unavailable) -> Price? {
    guard let price = rates[component] else { return nil }
    guard price.unit == component.defaultUnit else {
      throw Unavailable(
        reason: "\(component.rawValue) is billed by the \(price.unit.rawValue), not by the "
          + component.defaultUnit.rawValue)
    }
    return price
  }

  private mutating func charge(_ component: PriceComponent, _ units: Int, at price: Price) throws(Unavailable) {
    guard units > 0 else { return }
    guard let amount = price.amount.multiplied(by: units), let sum = total.adding(amount) else {
      throw Unavailable(reason: "the amount has more digits than can be kept exactly")
    }
    lines.append(CostEstimate.Line(component: component, units: units, unitPrice: price, amount: amount))
    total = sum
  }
}

extension PriceCondition {
  /// The prompt tokens above which the condition holds; nil for conditions of another kind.
  fileprivate var promptThreshold: Int? {
    if case .promptTokensAbove(let tokens) = self { tokens } else { nil }
  }
}
