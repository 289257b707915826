import Catalog

/// Prices written out, one after the other, as people read them.
enum PriceList {
  /// The rates of an offer and those of its tiers, such as `prompt $2.50` and `batch: prompt $1.25, completion $5.00`.
  ///
  /// - Parameter shown: components that stand elsewhere; of tiers nothing does.
  static func texts(of pricing: Pricing, without shown: Set<PriceComponent> = []) -> [String] {
    var texts = rates { shown.contains($0) ? nil : pricing[$0] }
    for tier in pricing.tiers {
      let rates = rates { tier.rates[$0] }
      if !rates.isEmpty { texts.append("\(tier.condition.text): \(rates.joined(separator: ", "))") }
    }
    return texts
  }

  /// What is known of prices that are kept as JSON: the state in a word where it is not "priced", and all rates.
  ///
  /// - Returns: nil for what is not the JSON of prices.
  static func text(json: String) -> String? {
    do {
      let pricing = try Pricing(json: json)
      let state = pricing.state == .priced ? [] : [ConsoleText.state(pricing.state)]
      return (state + texts(of: pricing)).joined(separator: " · ")
    } catch {
      // Somebody wrote something else there, and it is shown as it is.
      return nil
    }
  }

  private static func rates(_ price: (PriceComponent) -> Price?) -> [String] {
    PriceComponent.allCases.compactMap { component in
      price(component).map { "\(component.rawValue.replacing("_", with: " ")) \(ConsoleText.price($0))" }
    }
  }
}
