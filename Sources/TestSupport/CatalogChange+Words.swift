public import Catalog

extension CatalogChange {
  /// What happened to the offer, in one line: kind, id, field, old and new value. Of all prices of an offer that came or went
  /// it says those of prompt and completion tokens (`0.0000025/0.00001`), or the state where there are none.
  public var words: String { "\(kind) \(offer) \(fieldWords)" }

  /// ``words`` with the provider.
  public var wordsWithProvider: String { "\(kind) \(provider) \(offer) \(fieldWords)" }

  private var fieldWords: String {
    let values = field == nil ? [oldValue, newValue].map { $0.map(Self.priceWords) } : [oldValue, newValue]
    return ([field ?? "-"] + values.map { $0 ?? "nil" }).joined(separator: " ")
  }

  private static func priceWords(_ json: String) -> String {
    do {
      let pricing = try Pricing(json: json)
      guard pricing.state == .priced else { return pricing.state.rawValue }
      return [pricing[.prompt], pricing[.completion]].map { $0?.amount.description ?? "-" }.joined(separator: "/")
    } catch {
      return "NOT A PRICE: \(json)"
    }
  }
}
