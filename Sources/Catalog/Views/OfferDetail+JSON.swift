extension OfferDetail {
  /// One field of an offer: what the provider says, what is served, and where and when it was seen.
  public struct Field: Sendable {
    /// Its name, as in the change log.
    public let name: String
    /// What the provider says; nil where it says nothing.
    public let stated: String?
    /// What is served; nil where nothing is.
    public let served: String?
    /// Where the stated value comes from.
    public let source: String
    /// When it was observed, in seconds since 1970.
    public let observedAt: Int
  }

  /// All fields that say something.
  ///
  /// - Throws: ``PricingCodingError`` as ``Offer/loggedFields()``.
  public func fields() throws(PricingCodingError) -> [Field] {
    var served: [String: String] = [:]
    for (name, value) in try self.served?.loggedFields() ?? [] { served[name] = value }
    var fields: [Field] = []
    for (name, value) in try stated.loggedFields() {
      let other = served.removeValue(forKey: name)
      if value == nil || value == "[]", other == nil || other == "[]" { continue }
      fields.append(field(name, stated: value, served: other))
    }
    for (name, value) in served.sorted(by: { $0.key < $1.key }) {
      fields.append(field(name, stated: nil, served: value))
    }
    return fields
  }

  private func field(_ name: String, stated value: String?, served: String?) -> Field {
    let source = OfferFields.logged(as: name).map { stated.source(of: $0) }
    return Field(
      name: name, stated: value, served: served, source: source?.source ?? stated.source,
      observedAt: source?.observedAt ?? stated.observedAt)
  }

  /// Writes the members of the detail's JSON object.
  ///
  /// - Throws: ``PricingCodingError`` as ``fields()``.
  public func writeMembers(to json: inout JSONWriter) throws(PricingCodingError) {
    let fields = try fields()
    json.member("source_gateway", stated.provider.text)
    json.member("id", stated.id)
    json.member("hidden", served == nil)
    json.name("fields")
    json.array { json in
      for field in fields {
        json.object { json in
          json.member("field", field.name)
          json.member("stated", field.stated)
          json.member("served", field.served)
          json.member("source", field.source)
          json.member("observed_at", field.observedAt)
        }
      }
    }
    json.member("raw_pricing", stated.pricing.raw)
    json.name("overrides")
    json.array { json in for override in overrides { json.object { override.writeMembers(to: &$0) } } }
    json.name("quarantine")
    json.array { json in for entry in quarantine { json.object { entry.writeMembers(to: &$0) } } }
  }
}

extension OfferFields {
  /// The field that a name of the change log is about; nil for one that belongs to the offer's identity.
  fileprivate static func logged(as name: String) -> OfferFields? {
    if name.hasPrefix("pricing.") { return .pricing }
    if name == "input_modalities" || name == "output_modalities" { return .modalities }
    return named.first { $0.name == name }?.field
  }
}
