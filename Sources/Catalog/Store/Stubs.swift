extension Offer {
  public func source(of field: OfferFields) -> FieldSource { FieldSource(source: source, observedAt: observedAt) }
}
extension OfferFields { public static let named: [(name: String, field: OfferFields)] = [] }
