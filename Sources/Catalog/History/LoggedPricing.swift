/// Prices as the change log names them: member by member of ``Pricing/json``, without `raw`, which is not logged.
struct LoggedPricing {
  private var members: [String: JSONValue] = [:]

  /// The members of prices in an addition or removal. What is no JSON object has none, and so is no ``pricing()``.
  init(json: String) {
    for (name, value) in Self.parsed(json)?.object?.members ?? [] where name != "raw" { members[name] = value }
  }

  /// Sets a member as ``Offer/loggedFields()`` writes its value or, with nil, removes it.
  mutating func set(_ member: String, _ text: String?) {
    // Texts stand as they are in the log, everything else as JSON.
    let isDocument = member == "tiers" || (PriceComponent(rawValue: member) != nil && text?.first == "{")
    members[member] = text.map { isDocument ? Self.parsed($0) ?? .string($0) : .string($0) }
  }

  /// The prices that the members make.
  ///
  /// - Throws: ``PricingCodingError`` when they make none: somebody wrote something else into the database.
  func pricing() throws(PricingCodingError) -> Pricing {
    try Pricing(.object(JSONObject(members.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })))
  }

  private static func parsed(_ text: String) -> JSONValue? {
    do {
      return try JSONReader.parse(text, limits: .small)
    } catch {
      // The text stays what it is, and is refused by name when the prices are read.
      return nil
    }
  }
}
