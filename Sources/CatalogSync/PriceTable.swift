internal import Catalog

/// What one of a provider's numbers counts.
enum PriceScale: Sendable {
  /// US dollars for one token; for components that are not billed by the token, for one of their unit.
  case usdPerUnit
  /// US dollars for one token, also for components that have another unit by default.
  case usdPerToken
  /// US dollars for a million tokens; for components that are not billed by the token, for one of their unit.
  case usdPerMillion
  /// US dollars for a million tokens, also for components that have another unit by default. Source: genai-prices, whose
  /// names end in `_mtok`.
  case usdPerMillionTokens
  /// The same from providers that compute in binary floating point, rounded to twelve significant digits.
  case usdPerMillionNoisy
  /// Ten-thousandths of a US dollar for a million tokens, which is also US cents for a hundred million tokens. Sources:
  /// Novita's list, and for the cents https://docs.x.ai/docs/api-reference#list-language-models
  case tenThousandthsPerMillion
  /// US dollars for a thousand searches.
  case usdPerThousandSearches
  /// US dollars for a thousand requests.
  case usdPerThousandRequests

  /// The price that a number stands for.
  func price(_ number: ExactDecimal, for component: PriceComponent) throws(ExactDecimal.ParseError) -> Price {
    let isToken = component.defaultUnit == .token
    switch self {
    case .usdPerUnit: return .stored(number, per: component.defaultUnit)
    case .usdPerToken: return .perToken(number)
    case .usdPerMillion: return isToken ? try .perMillion(number) : .stored(number, per: component.defaultUnit)
    case .usdPerMillionTokens: return try .perMillion(number)
    case .usdPerMillionNoisy:
      let price: Price = isToken ? try .perMillion(number) : .stored(number, per: component.defaultUnit)
      return price.denoised()
    case .tenThousandthsPerMillion: return try .tenThousandthsPerMillion(number)
    case .usdPerThousandSearches: return try .perThousandSearches(number)
    case .usdPerThousandRequests: return .perRequest(try number.shifted(by: -3))
    }
  }
}

/// How a provider writes its numbers. A provider that changes this has changed its format, perhaps its unit too, so the
/// other way is refused rather than guessed at.
enum PriceNotation: Sendable {
  case string, number

  /// What is expected, for messages.
  var expectation: String {
    switch self {
    case .string: "a decimal string"
    case .number: "a number"
    }
  }
}

/// One member of a provider's prices.
struct PriceColumn: Sendable {
  let name: String
  /// Where the number stands inside the member, where that is an object such as `{"usd":3,"diem":3}`.
  let inner: String?
  let component: PriceComponent
  let scale: PriceScale?
  let condition: PriceCondition?

  /// A column.
  ///
  /// - Parameters:
  ///   - scale: the unit, where it is not the table's.
  ///   - condition: when the price applies, where it is not a base price.
  init(
    _ name: String, _ component: PriceComponent, inner: String? = nil, scale: PriceScale? = nil,
    when condition: PriceCondition? = nil
  ) {
    self.name = name
    self.inner = inner
    self.component = component
    self.scale = scale
    self.condition = condition
  }
}

/// How a format states prices: where they stand, how they are written, in which unit, and what each is for.
struct PriceTable: Sendable {
  /// The members that lead to the prices, such as `["metadata", "pricing"]`; empty where the row itself has them.
  let path: [String]
  let notation: PriceNotation
  let scale: PriceScale
  let columns: [String: PriceColumn]
  /// Members that are no prices of a request.
  let ignored: Set<String>
  /// Which members of the row are kept as raw prices, where prices are members of the row itself.
  let isPriceMember: @Sendable (String) -> Bool
  /// Reads prices that are not columns, such as those under conditions.
  let tiers: (@Sendable (Fields, PriceTable, inout PriceReading) throws(ImportError) -> Void)?

  /// A table.
  init(
    _ path: [String], _ notation: PriceNotation, _ scale: PriceScale, _ columns: [PriceColumn],
    ignoring ignored: Set<String> = [], isPriceMember: @escaping @Sendable (String) -> Bool = { _ in true },
    tiers: (@Sendable (Fields, PriceTable, inout PriceReading) throws(ImportError) -> Void)? = nil
  ) {
    self.path = path
    self.notation = notation
    self.scale = scale
    self.columns = Dictionary(columns.map { ($0.name, $0) }) { first, _ in first }
    self.ignored = ignored
    self.isPriceMember = isPriceMember
    self.tiers = tiers
  }

  /// What a row says about the price of its offer, whose modalities must be set already.
  func pricing(in row: Fields, of offer: Offer) throws(ImportError) -> Pricing {
    guard let fields = try prices(in: row) else {
      return PriceReading().unknown("the provider gives no price", of: path.joined(separator: "."), in: row)
    }
    var reading = PriceReading()
    try read(fields, when: nil, into: &reading)
    try tiers?(fields, self, &reading)
    reading.raw = raw(fields)
    return try reading.pricing(of: offer, at: path.joined(separator: "."), in: row)
  }

  /// A price of a row whose numbers do not count what the table says; the numbers are kept as they are.
  func notTokenPriced(_ note: String, in row: Fields) throws(ImportError) -> Pricing {
    .notTokenPriced(note, raw: try prices(in: row).flatMap(raw))
  }

  private func prices(in row: Fields) throws(ImportError) -> Fields? {
    var fields = row
    for name in path {
      guard let inner = try fields.fields(name) else { return nil }
      fields = inner
    }
    return fields
  }

  /// Reads the columns that stand among `fields`; under `condition` unless a column has its own.
  func read(
    _ fields: Fields, when condition: PriceCondition?, into reading: inout PriceReading
  ) throws(ImportError) {
    for (name, value) in fields.object.members where value != .null {
      guard let column = columns[name] else {
        if isPriceMember(name), !ignored.contains(name) {
          fields.noteOnce(.droppedValue, String(name.prefix(60)), "is not a price that the format knows")
        }
        continue
      }
      guard let number = try number(column, in: fields) else { continue }
      reading.add(
        try price(number, of: column, in: fields), for: column.component, when: column.condition ?? condition)
    }
  }

  /// What a column's number stands for.
  func price(_ number: ExactDecimal, of column: PriceColumn, in fields: Fields) throws(ImportError) -> Price {
    do {
      return try (column.scale ?? scale).price(number, for: column.component)
    } catch {
      throw fields.misfit(column.name, error.description)
    }
  }

  private func number(_ column: PriceColumn, in fields: Fields) throws(ImportError) -> ExactDecimal? {
    guard let inner = column.inner else { return try number(column.name, in: fields) }
    guard let object = try fields.fields(column.name) else { return nil }
    return try number(inner, in: object)
  }

  /// A number in the table's notation, nil where the member is missing, `null` or empty.
  func number(_ name: String, in fields: Fields) throws(ImportError) -> ExactDecimal? {
    let text: String
    switch (notation, fields[name]) {
    case (_, nil), (.string, .string("")): return nil
    case (.string, .string(let string)): text = string
    case (.number, .number(let number)): text = number
    case (_, .some(let value)): throw fields.misfit(name, "expected \(notation.expectation), found \(value.kind)")
    }
    do {
      return try ExactDecimal(parsing: text)
    } catch {
      throw fields.misfit(name, error.description)
    }
  }

  /// The longest raw text that is kept, in bytes.
  private static let maximumRawLength = 4_096

  private func raw(_ fields: Fields) -> String? {
    let members = fields.object.members.filter { isPriceMember($0.name) }
    var json = JSONWriter()
    json.value(.object(JSONObject(members)))
    guard json.bytes.count <= Self.maximumRawLength else {
      fields.noteOnce(.droppedValue, "raw", "the provider's prices are too long to be kept as they are")
      return nil
    }
    return members.isEmpty ? nil : json.text
  }
}
