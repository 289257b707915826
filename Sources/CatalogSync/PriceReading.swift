internal import Catalog

/// The prices of one row as they were read, and what follows from them.
struct PriceReading {
  private var rates: [PriceComponent: Price] = [:]
  private var tiers: [PriceCondition: [PriceComponent: Price]] = [:]
  private var hasNegative = false
  /// The provider's own text.
  var raw: String?

  /// Takes a price; of several for one component the first above zero counts.
  mutating func add(_ price: Price, for component: PriceComponent, when condition: PriceCondition?) {
    if price.amount.isNegative { hasNegative = true }
    if let condition {
      tiers[condition, default: [:]][component] = price
    } else if rates[component]?.amount.isZero ?? true {
      rates[component] = price
    }
  }

  /// What the prices mean for an offer. Only two positive facts make a price: a number above zero, or the provider's word
  /// that the offer is free.
  func pricing(of offer: Offer, at path: String, in row: Fields) throws(ImportError) -> Pricing {
    if hasNegative {
      row.note(.dynamicPrice, path, "a price below zero stands for one that is decided per request")
      return .dynamic(raw: raw)
    }
    let tokens = [rates[.prompt], rates[.completion]].compactMap { $0 }
    if tokens.contains(where: { !$0.amount.isZero }) { return try tokenPricing(of: offer, at: path, in: row) }
    if !tokens.isEmpty, Self.saysFree(offer.modelID) { return .free(raw: raw) }
    if hasOtherPrice { return try priced(at: path, in: row) }
    if tokens.isEmpty { return unknown("the provider gives no price", of: path, in: row) }
    if offer.isMadeOfTokens {
      let both = tokens.count == 2 ? "both prices are zero" : "the only price is zero"
      return unknown("\(both), and the provider does not say that it is free", of: path, in: row)
    }
    return .notTokenPriced("the provider gives prices of tokens only, and they are zero", raw: raw)
  }

  /// An unknown price, with a notice.
  func unknown(_ reason: String, of path: String, in row: Fields) -> Pricing {
    row.note(.unknownPrice, path.isEmpty ? "pricing" : path, reason)
    return .unknown(reason, raw: raw)
  }

  /// Whether an id says that the offer is free, as OpenRouter's `:free` and Together's `-Free`.
  private static func saysFree(_ modelID: String) -> Bool {
    let id = modelID.lowercased()
    return id.hasSuffix(":free") || id.hasSuffix("-free")
  }

  /// Whether something else than tokens has a price. A surcharge for searches does not tell what the rest costs.
  private var hasOtherPrice: Bool {
    rates.contains { component, price in
      component != .prompt && component != .completion && component != .webSearch && !price.amount.isZero
    }
  }

  private func tokenPricing(of offer: Offer, at path: String, in row: Fields) throws(ImportError) -> Pricing {
    if rates[.prompt] == nil { return unknown("there is no price of prompt tokens", of: path, in: row) }
    let writesText = offer.outputModalities.isEmpty || offer.outputModalities.contains(.text)
    if rates[.completion] == nil, writesText {
      return unknown("there is no price of completion tokens", of: path, in: row)
    }
    return try priced(at: path, in: row)
  }

  private func priced(at path: String, in row: Fields) throws(ImportError) -> Pricing {
    do {
      return try .priced(statedRates, tiers: statedTiers(at: path, in: row), raw: raw)
    } catch {
      throw row.misfit(path.isEmpty ? "pricing" : path, error.description)
    }
  }

  /// The base prices without the zeros that providers fill in for what they do not sell. A zero for completions is real:
  /// embeddings cost nothing on the way out.
  private var statedRates: [PriceComponent: Price] {
    rates.filter { component, price in component == .prompt || component == .completion || !price.amount.isZero }
  }

  private func statedTiers(at path: String, in row: Fields) -> [PriceTier] {
    tiers.sorted { $0.key.text < $1.key.text }.compactMap { condition, prices in
      let stated = prices.filter { component, price in
        guard price.amount.isZero else { return true }
        if rates[component].map({ !$0.amount.isZero }) ?? false {
          let tier = "\(condition.text) price of \(component.rawValue)"
          row.note(.droppedValue, path, "the \(tier) is zero, the base price is not")
        }
        return false
      }
      return stated.isEmpty ? nil : PriceTier(condition, stated)
    }
  }
}

extension Offer {
  /// Whether what it takes and gives is counted in tokens, as far as the source tells.
  fileprivate var isMadeOfTokens: Bool {
    let counted: Set<Modality> = [.text, .embedding, .rerank, .moderation, .file]
    let takes = inputModalities.isEmpty || !counted.isDisjoint(with: inputModalities)
    let gives = outputModalities.isEmpty || !counted.isDisjoint(with: outputModalities)
    return takes && gives
  }
}
