/// Why a JSON value is not a ``Pricing``.
public struct PricingCodingError: Error, Equatable, CustomStringConvertible {
  /// The member that does not fit, such as `tiers[0].prompt`; empty for the value as a whole.
  public let member: String
  /// What is wrong with it.
  public let reason: String

  /// What is wrong and where, for a person.
  public var description: String { member.isEmpty ? "pricing: \(reason)" : "pricing.\(member): \(reason)" }
}

/// Prices as JSON, the form that the database and the project's own documents keep:
///
///     {"state":"priced","prompt":"0.0000025","image":{"amount":"0.001","unit":"token"},
///      "tiers":[{"when":"prompt>200000","prompt":"0.000005"}],"note":"…","raw":"…"}
///
/// A rate is a member named like its ``PriceComponent``: a decimal string of US dollars for one of the component's
/// default unit, or an object that names another unit. Members that say nothing are left out. Two equal values always
/// give the same text.
extension Pricing {
  /// The longest ``note`` and ``raw`` that are read, in bytes.
  public static let maximumTextLength = 16_384

  /// The prices as compact JSON, with the members in a fixed order.
  public var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  /// Writes the prices as one JSON object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("state", state.rawValue)
      Self.write(rates, to: &json)
      if !tiers.isEmpty {
        json.name("tiers")
        json.array { json in for tier in tiers { Self.write(tier, to: &json) } }
      }
      if let note { json.member("note", note) }
      if let raw { json.member("raw", raw) }
    }
  }

  private static func write(_ tier: PriceTier, to json: inout JSONWriter) {
    json.object { json in
      json.member("when", tier.condition.text)
      write(tier.rates, to: &json)
    }
  }

  private static func write(_ rates: [PriceComponent: Price], to json: inout JSONWriter) {
    guard !rates.isEmpty else { return }
    for component in PriceComponent.allCases {
      guard let price = rates[component] else { continue }
      json.name(dynamic: component.rawValue)
      if price.unit == component.defaultUnit {
        json.value(price.amount.description)
      } else {
        json.object { json in
          json.member("amount", price.amount.description)
          json.member("unit", price.unit.rawValue)
        }
      }
    }
  }

  /// Reads what ``json`` writes.
  ///
  /// - Throws: ``PricingCodingError`` when the text is not JSON or anything in it is not exactly as expected.
  public init(json: String) throws(PricingCodingError) {
    let value: JSONValue
    do {
      value = try JSONReader.parse(json, limits: .small)
    } catch {
      throw PricingCodingError(member: "", reason: error.description)
    }
    try self.init(value)
  }

  /// Reads the value that ``write(to:)`` writes.
  ///
  /// - Throws: ``PricingCodingError`` for unknown members, wrong types, negative amounts and a state that contradicts
  ///   the rates.
  public init(_ value: JSONValue) throws(PricingCodingError) {
    let members = try Members(value)
    guard let state = members.state else { throw PricingCodingError(member: "state", reason: "is missing") }
    self = try Self.pricing(state, members.rates, members.tiers)
    note = members.note
    raw = members.raw
  }

  /// The members of a pricing, each checked on its own.
  struct Members {
    var state: PriceState?
    var rates: [PriceComponent: Price] = [:]
    var tiers: [PriceTier] = []
    var note: String?
    var raw: String?

    init(_ value: JSONValue) throws(PricingCodingError) {
      guard let object = value.object else {
        throw PricingCodingError(member: "", reason: "must be an object, not \(value.kind)")
      }
      for (name, value) in object.members {
        switch name {
        case "state": state = try Pricing.state(value)
        case "tiers": tiers = try Pricing.tiers(value)
        case "note": note = try Pricing.text(value, member: name)
        case "raw": raw = try Pricing.text(value, member: name)
        default: try Pricing.read(value, member: name, path: "", into: &rates)
        }
      }
    }
  }

  private static func pricing(
    _ state: PriceState, _ rates: [PriceComponent: Price], _ tiers: [PriceTier]
  ) throws(PricingCodingError) -> Pricing {
    switch state {
    case .unknown, .dynamic:
      guard rates.isEmpty, tiers.isEmpty else {
        throw PricingCodingError(member: "state", reason: "is \"\(state.rawValue)\", but there are rates")
      }
      return state == .unknown ? .unknown() : .dynamic()
    case .free:
      guard tiers.isEmpty, rates.values.allSatisfy({ $0.amount.isZero }) else {
        throw PricingCodingError(member: "state", reason: "is \"free\", but there are rates above zero or tiers")
      }
      return .free()
    case .notTokenPriced where rates.isEmpty && tiers.isEmpty: return .notTokenPriced(nil)
    case .priced, .notTokenPriced:
      let pricing: Pricing
      do {
        pricing = try .priced(rates, tiers: tiers)
      } catch {
        throw PricingCodingError(member: "state", reason: "is \"\(state.rawValue)\", but \(error.description)")
      }
      guard pricing.state == state else {
        let found = pricing.state == .priced ? "a" : "no"
        throw PricingCodingError(
          member: "state", reason: "is \"\(state.rawValue)\", but there is \(found) token price above zero")
      }
      return pricing
    }
  }

  private static func state(_ value: JSONValue) throws(PricingCodingError) -> PriceState {
    guard let text = value.string, let state = PriceState(rawValue: text) else {
      let names = PriceState.allCases.map(\.rawValue).joined(separator: ", ")
      throw PricingCodingError(member: "state", reason: "must be one of \(names)")
    }
    return state
  }

  private static func text(_ value: JSONValue, member: String) throws(PricingCodingError) -> String {
    guard let text = value.string else {
      throw PricingCodingError(member: member, reason: "must be a string, not \(value.kind)")
    }
    guard text.utf8.count <= maximumTextLength else {
      throw PricingCodingError(member: member, reason: "is longer than \(maximumTextLength) bytes")
    }
    return text
  }

  private static func tiers(_ value: JSONValue) throws(PricingCodingError) -> [PriceTier] {
    guard let elements = value.array else {
      throw PricingCodingError(member: "tiers", reason: "must be an array, not \(value.kind)")
    }
    guard elements.count <= maximumTiers else {
      throw PricingCodingError(member: "tiers", reason: PricingError.tooManyTiers(elements.count).description)
    }
    var tiers: [PriceTier] = []
    for (index, element) in elements.enumerated() { tiers.append(try tier(element, path: "tiers[\(index)]")) }
    return tiers
  }

  private static func tier(_ value: JSONValue, path: String) throws(PricingCodingError) -> PriceTier {
    guard let object = value.object else {
      throw PricingCodingError(member: path, reason: "must be an object, not \(value.kind)")
    }
    guard let text = object["when"]?.string, let condition = PriceCondition(text: text) else {
      throw PricingCodingError(
        member: "\(path).when",
        reason: "must be \"prompt>\" and a number of tokens, \"batch\", \"flex\" or \"priority\"")
    }
    var rates: [PriceComponent: Price] = [:]
    for (name, value) in object.members where name != "when" {
      try read(value, member: name, path: "\(path).", into: &rates)
    }
    return PriceTier(condition, rates)
  }

  private static func read(
    _ value: JSONValue, member: String, path: String, into rates: inout [PriceComponent: Price]
  ) throws(PricingCodingError) {
    guard let component = PriceComponent(rawValue: member) else {
      throw PricingCodingError(member: "\(path)\(member.prefix(40))", reason: "is not a member of a pricing")
    }
    if let object = value.object {
      rates[component] = try price(object, member: path + member)
    } else {
      rates[component] = .stored(try amount(value, member: path + member), per: component.defaultUnit)
    }
  }

  private static func price(_ object: JSONObject, member: String) throws(PricingCodingError) -> Price {
    for (name, _) in object.members where name != "amount" && name != "unit" {
      throw PricingCodingError(member: "\(member).\(name.prefix(40))", reason: "is not a member of a rate")
    }
    guard let unit = object["unit"]?.string.flatMap(PriceUnit.init(rawValue:)) else {
      let names = PriceUnit.allCases.map(\.rawValue).joined(separator: ", ")
      throw PricingCodingError(member: "\(member).unit", reason: "must be one of \(names)")
    }
    return .stored(try amount(object["amount"] ?? .null, member: "\(member).amount"), per: unit)
  }

  private static func amount(_ value: JSONValue, member: String) throws(PricingCodingError) -> ExactDecimal {
    guard let text = value.string else {
      throw PricingCodingError(member: member, reason: "must be a decimal number in a string, not \(value.kind)")
    }
    let amount: ExactDecimal
    do {
      amount = try ExactDecimal(parsing: text)
    } catch {
      throw PricingCodingError(member: member, reason: error.description)
    }
    guard !amount.isNegative else { throw PricingCodingError(member: member, reason: "is negative (\(amount))") }
    return amount
  }
}
