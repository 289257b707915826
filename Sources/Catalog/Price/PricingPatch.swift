extension Pricing {
  /// The prices after a manual update.
  ///
  /// Where the update names a `state`, it is a whole pricing as ``init(_:)`` reads it, and nothing is kept. Otherwise it
  /// sets the members that it gives and removes those that it gives as `null`, and the state follows from the result.
  /// The provider's own text of the prices is dropped with the prices that it was about.
  ///
  /// - Parameter value: members as in ``json``.
  /// - Throws: ``PricingCodingError`` when a member does not fit, or the prices do not make sense together.
  func patched(by value: JSONValue) throws(PricingCodingError) -> Pricing {
    guard let object = value.object else {
      throw PricingCodingError(member: "", reason: "must be an object, not \(value.kind)")
    }
    guard object["state"] == nil else { return try Pricing(value) }
    let given = try Members(.object(JSONObject(object.members.filter { $0.value != .null })))
    var rates = self.rates.merging(given.rates) { $1 }
    for (name, _) in object.members where object[name] == .null {
      if let component = PriceComponent(rawValue: name) {
        rates[component] = nil
      } else if !["tiers", "note", "raw"].contains(name) {
        throw PricingCodingError(member: String(name.prefix(40)), reason: "is not a member of a pricing")
      }
    }
    let tiers = object["tiers"] == nil ? self.tiers : given.tiers
    var patched = self
    if rates != self.rates || tiers != self.tiers {
      patched = try Self.priced(rates, tiers: tiers, note: note, ifStillOf: state)
    }
    if object["note"] != nil { patched.note = given.note }
    if object["raw"] != nil { patched.raw = given.raw }
    return patched
  }

  /// Prices with a note about the state that they had before, if they still have it.
  private static func priced(
    _ rates: [PriceComponent: Price], tiers: [PriceTier], note: String?, ifStillOf state: PriceState
  ) throws(PricingCodingError) -> Pricing {
    do {
      var pricing = try Pricing.priced(rates, tiers: tiers)
      if pricing.state == state { pricing.note = note }
      return pricing
    } catch {
      throw PricingCodingError(member: "", reason: "\(error.description); name the \"state\"")
    }
  }
}
