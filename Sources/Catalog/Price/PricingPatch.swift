/// What a person says about prices: all of them, or some members.
///
/// Where it names a `state`, it is a whole pricing as ``Pricing/init(_:)`` reads it, and nothing is kept. Otherwise it sets the
/// members that it gives and removes those that it gives as `null`, and the state follows from the result. The provider's
/// own text of the prices is dropped with the prices that it was about.
struct PricingPatch: Sendable {
  private let whole: Pricing?
  private let object: JSONObject
  private let given: Pricing.Members

  /// Reads members as in ``Pricing/json``.
  ///
  /// - Throws: ``PricingCodingError`` when a member does not fit.
  init(_ value: JSONValue) throws(PricingCodingError) {
    guard let object = value.object else {
      throw PricingCodingError(member: "", reason: "must be an object, not \(value.kind)")
    }
    self.object = object
    whole = object["state"] == nil ? nil : try Pricing(value)
    given = try Pricing.Members(.object(JSONObject(object.members.filter { $0.value != .null })))
    for (name, value) in object.members where value == .null {
      guard PriceComponent(rawValue: name) != nil || ["tiers", "note", "raw"].contains(name) else {
        throw PricingCodingError(member: String(name.prefix(40)), reason: "is not a member of a pricing")
      }
    }
  }

  /// Whether the patch says anything about a member.
  func names(_ member: String) -> Bool { object[member] != nil }

  /// The prices after it.
  ///
  /// - Throws: ``PricingCodingError`` when the prices do not make sense together.
  func applied(to pricing: Pricing) throws(PricingCodingError) -> Pricing {
    if let whole { return whole }
    var rates = pricing.rates.merging(given.rates) { $1 }
    for (name, value) in object.members where value == .null {
      if let component = PriceComponent(rawValue: name) { rates[component] = nil }
    }
    let tiers = names("tiers") ? given.tiers : pricing.tiers
    var patched = pricing
    if rates != pricing.rates || tiers != pricing.tiers {
      patched = try Self.priced(rates, tiers: tiers, note: pricing.note, ifStillOf: pricing.state)
    }
    if names("note") { patched.note = given.note }
    if names("raw") { patched.raw = given.raw }
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

extension OfferError {
  /// The error in the field `pricing` of an offer.
  init(_ error: PricingCodingError) {
    self.init(field: error.member.isEmpty ? "pricing" : "pricing.\(error.member)", reason: error.reason)
  }
}
