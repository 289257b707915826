import Catalog

/// One offer in full, with the other offers of its model.
enum OfferSheet {
  static func print(_ offer: CatalogOffer, in snapshot: CatalogSnapshot) {
    let facts = offer.offer
    Output.line(Output.printable(facts.name))
    let rows: [(String, String?)] = [
      ("id", facts.id), ("provider", "\(offer.provider.slug) (\(offer.provider.name))"),
      ("canonical id", offer.identity.key.text), ("variant", facts.variant ?? offer.identity.offerVariant),
      ("developer", offer.developer), ("status", facts.status.rawValue),
      ("context", facts.contextLength.map { "\(Output.grouped($0)) tokens" }),
      ("largest input", facts.maxInput.map { "\(Output.grouped($0)) tokens" }),
      ("largest output", facts.maxOutput.map { "\(Output.grouped($0)) tokens" }),
      ("takes", list(facts.inputModalities.map(\.rawValue))), ("gives", list(facts.outputModalities.map(\.rawValue))),
      ("can", list(facts.capabilities.map(\.rawValue))), ("parameters", list(facts.supportedParameters)),
      ("quantization", facts.quantization), ("Hugging Face", facts.huggingFaceID), ("aliases", list(facts.aliases)),
      ("created", facts.created.flatMap { CalendarDate(unixSeconds: $0) }?.description),
      ("deprecated from", facts.deprecationDate?.description), ("ends", facts.expiryDate?.description),
      ("price", priceLine(facts.pricing)), ("raw price", facts.pricing.raw),
      ("source", "\(facts.source), observed \(CalendarDate(unixSeconds: facts.observedAt)?.description ?? "-")"),
    ]
    for (name, value) in rows {
      guard let value else { continue }
      Output.line("  \(name)\(String(repeating: " ", count: 16 - name.count))\(Output.printable(value))")
    }
    for rate in rates(facts.pricing) { Output.line("  \(String(repeating: " ", count: 16))\(rate)") }
    let others = snapshot.uniqueModel(offer.identity.key.text)?.offers ?? []
    guard others.count > 1 else { return }
    Output.line()
    Output.line("Sold by \(Set(others.map(\.provider.slug)).count) providers, cheapest first:")
    OfferTable.print(others)
  }

  private static func list(_ values: [String]) -> String? { values.isEmpty ? nil : values.joined(separator: ", ") }

  private static func priceLine(_ pricing: Pricing) -> String {
    pricing.state.rawValue + (pricing.note.map { " (\($0))" } ?? "")
  }

  private static func rates(_ pricing: Pricing) -> [String] {
    var lines = PriceComponent.allCases.compactMap { component in pricing[component].map { line(component, $0) } }
    for tier in pricing.tiers {
      for component in PriceComponent.allCases {
        if let price = tier.rates[component] { lines.append("\(line(component, price)) when \(tier.condition.text)") }
      }
    }
    return lines
  }

  private static func line(_ component: PriceComponent, _ price: Price) -> String {
    let perToken = price.unit == .token ? " (\(Output.perMillion(price)) per million)" : ""
    return "\(component.rawValue): $\(price.amount) per \(price.unit.rawValue)\(perToken)"
  }
}
