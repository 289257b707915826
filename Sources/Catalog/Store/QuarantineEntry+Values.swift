extension QuarantineEntry.Field {
  /// The member of an offer that it is about; nil for removals and identities.
  public var member: OfferMember? {
    switch self {
    case .pricing: .pricing
    case .contextLength: .contextLength
    case .maxInput: .maxInput
    case .maxOutput: .maxOutput
    case .removal, .identity: nil
    }
  }

  /// The same as a field that a source states.
  var fields: OfferFields { member?.field ?? [] }

  /// The value in an offer, as an entry keeps it.
  func value(of offer: Offer) -> String? {
    switch self {
    case .pricing: offer.pricing.json
    case .contextLength: offer.contextLength.map(String.init)
    case .maxInput: offer.maxInput.map(String.init)
    case .maxOutput: offer.maxOutput.map(String.init)
    case .removal, .identity: nil
    }
  }

  /// Whether two values say the same. The raw text of prices has members that mean nothing.
  func isSame(_ value: String?, _ other: String?) -> Bool {
    guard self == .pricing, value != other, let value, let other else { return value == other }
    do {
      var (pricing, otherPricing) = (try Pricing(json: value), try Pricing(json: other))
      pricing.raw = nil
      otherPricing.raw = nil
      return pricing == otherPricing
    } catch {
      // What cannot be read says nothing.
      return false
    }
  }

  /// Puts a value that an entry keeps into an offer.
  ///
  /// - Throws: ``OfferError`` when it does not fit.
  func set(_ value: String?, in offer: inout Offer) throws(OfferError) {
    guard let member else { return }
    let json: JSONValue
    do {
      json = try JSONReader.parse(value ?? "null", limits: .small)
    } catch {
      throw OfferError(field: rawValue, reason: error.description)
    }
    try member.read(json, into: &offer)
  }
}

extension QuarantineEntry {
  /// The entry after a decision.
  func decided(_ state: State, at time: String?, by name: String) -> QuarantineEntry {
    QuarantineEntry(
      id: id, provider: provider, offer: offer, field: field, reason: reason, message: message, isHeld: isHeld,
      servedValue: servedValue, proposedValue: proposedValue, source: source, state: state, since: since,
      decidedAt: time, decidedBy: name)
  }
}
