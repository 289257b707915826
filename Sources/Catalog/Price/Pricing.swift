/// What is known about the price of an offer. Unknown, free, dynamic and zero are different things.
public enum PriceState: String, Sendable, Hashable, CaseIterable {
  /// Tokens have a price.
  case priced
  /// The provider says that the offer costs nothing.
  case free
  /// The price is decided per request, for example by a router.
  case dynamic
  /// The source gave no price, or one that cannot be trusted.
  case unknown
  /// The offer is billed by something else than tokens: images, seconds, requests.
  case notTokenPriced = "not_token_priced"
}

/// When a ``PriceTier`` applies instead of the base prices.
public enum PriceCondition: Sendable, Hashable {
  /// The request has more prompt tokens than this; the whole request is then billed at the tier.
  case promptTokensAbove(Int)
  /// The request is processed in a batch.
  case batch
  /// The request is processed when there is capacity.
  case flex
  /// The request is processed with priority.
  case priority

  /// The condition as text: `prompt>200000`, `batch`, `flex`, `priority`.
  public var text: String {
    switch self {
    case .promptTokensAbove(let tokens): "prompt>\(tokens)"
    case .batch: "batch"
    case .flex: "flex"
    case .priority: "priority"
    }
  }

  /// Reads what ``text`` writes; nil for anything else.
  public init?(text: String) {
    switch text {
    case "batch": self = .batch
    case "flex": self = .flex
    case "priority": self = .priority
    default:
      let prefix = "prompt>"
      guard text.hasPrefix(prefix), let tokens = Int(text.dropFirst(prefix.count)), tokens > 0 else { return nil }
      self = .promptTokensAbove(tokens)
    }
  }
}

/// Prices that replace the base prices under a condition. Components that it does not name keep their base price.
public struct PriceTier: Sendable, Hashable {
  /// When the tier applies.
  public var condition: PriceCondition
  /// The prices that it changes.
  public var rates: [PriceComponent: Price]

  /// A tier with its condition and the prices it changes.
  public init(_ condition: PriceCondition, _ rates: [PriceComponent: Price]) {
    self.condition = condition
    self.rates = rates
  }
}

/// All that is known about what an offer costs.
public struct Pricing: Sendable, Hashable {
  /// Whether there is a price at all.
  public private(set) var state: PriceState
  /// The base prices by component.
  public private(set) var rates: [PriceComponent: Price]
  /// Prices under conditions, in the order of ``PriceCondition/text``.
  public private(set) var tiers: [PriceTier]
  /// Why the price is unknown or what is odd about it, for a person.
  public var note: String?
  /// The provider's own text of the prices, for example `{"prompt":"0.0000003"}`; nil where it gave none.
  public var raw: String?

  /// The most tiers that one offer may have.
  public static let maximumTiers = 16

  private init(
    _ state: PriceState, rates: [PriceComponent: Price] = [:], tiers: [PriceTier] = [], note: String? = nil,
    raw: String? = nil
  ) {
    self.state = state
    self.rates = rates
    self.tiers = tiers
    self.note = note
    self.raw = raw
  }

  /// The price is not known; `note` says why.
  public static func unknown(_ note: String? = nil, raw: String? = nil) -> Pricing {
    Pricing(.unknown, note: note, raw: raw)
  }

  /// The provider decides the price per request.
  public static func dynamic(raw: String? = nil) -> Pricing { Pricing(.dynamic, raw: raw) }

  /// The provider says that the offer is free.
  public static func free(raw: String? = nil) -> Pricing { Pricing(.free, raw: raw) }

  /// Prices per token where `rates` has a prompt or completion price, otherwise prices by another unit.
  ///
  /// - Parameters:
  ///   - rates: prices by component, none of them negative, at least one above zero.
  ///   - tiers: prices under conditions.
  ///   - raw: the provider's own text.
  /// - Throws: ``PricingError`` when the prices do not make sense together.
  public static func priced(
    _ rates: [PriceComponent: Price], tiers: [PriceTier] = [], raw: String? = nil
  ) throws(PricingError) -> Pricing {
    for (component, price) in rates where price.amount.isNegative {
      throw .negative(component.rawValue, price.amount.description)
    }
    for tier in tiers {
      for (component, price) in tier.rates where price.amount.isNegative {
        throw .negative("\(tier.condition.text) \(component.rawValue)", price.amount.description)
      }
    }
    guard tiers.count <= maximumTiers else { throw .tooManyTiers(tiers.count) }
    guard rates.values.contains(where: { !$0.amount.isZero }) else { throw .nothingPriced }
    let tokens = [rates[.prompt], rates[.completion]].compactMap { $0 }
    let isTokenPriced = tokens.contains { !$0.amount.isZero }
    return Pricing(
      isTokenPriced ? .priced : .notTokenPriced, rates: rates,
      tiers: tiers.sorted { $0.condition.text < $1.condition.text }, raw: raw)
  }

  /// Prices as ``state`` and the other properties gave them, in the same order; nil where they contradict each other.
  init?(
    state: PriceState, rates: [PriceComponent: Price], tiers: [PriceTier], note: String?, raw: String?
  ) {
    switch state {
    case .unknown, .dynamic, .free:
      guard rates.isEmpty, tiers.isEmpty else { return nil }
    case .notTokenPriced where rates.isEmpty:
      guard tiers.isEmpty else { return nil }
    case .priced, .notTokenPriced:
      guard tiers.count <= Self.maximumTiers, rates.values.contains(where: { !$0.amount.isZero }),
        zip(tiers, tiers.dropFirst()).allSatisfy({ $0.condition.text <= $1.condition.text })
      else { return nil }
      let isTokenPriced = [rates[.prompt], rates[.completion]].contains { $0.map { !$0.amount.isZero } ?? false }
      guard isTokenPriced == (state == .priced) else { return nil }
    }
    self.init(state, rates: rates, tiers: tiers, note: note, raw: raw)
  }

  /// Billed by something else than tokens, at prices that the source did not give.
  public static func notTokenPriced(_ note: String?, raw: String? = nil) -> Pricing {
    Pricing(.notTokenPriced, note: note, raw: raw)
  }

  /// The price of one component in the base prices.
  public subscript(_ component: PriceComponent) -> Price? { rates[component] }
}

/// Why prices do not make sense together.
public enum PricingError: Error, Equatable, CustomStringConvertible {
  /// A price below zero; providers use it for "dynamic", which adapters must say as ``Pricing/dynamic(raw:)``.
  case negative(String, String)
  /// All prices are zero; whether that means free or unknown only the adapter can tell.
  case nothingPriced
  /// More tiers than ``Pricing/maximumTiers``.
  case tooManyTiers(Int)

  /// What is wrong, for a person.
  public var description: String {
    switch self {
    case .negative(let component, let amount): "price of \(component) is negative (\(amount))"
    case .nothingPriced: "every price is zero: say free or unknown, not priced"
    case .tooManyTiers(let count): "\(count) price tiers, at most \(Pricing.maximumTiers) are allowed"
    }
  }
}
