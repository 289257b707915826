/// What an offer's JSON object says about it in the project's own format, which exports, imports and manual updates share;
/// the members that say which offer it is, and where the facts come from, are not among these.
public enum OfferMember: String, Sendable, Hashable, CaseIterable {
  case name, description
  case ownedBy = "owned_by"
  case contextLength = "context_length"
  case maxInput = "max_input"
  case maxOutput = "max_output"
  case inputModalities = "input_modalities"
  case outputModalities = "output_modalities"
  case supportedParameters = "supported_parameters"
  case capabilities, tokenizer, quantization
  case huggingFaceID = "hugging_face_id"
  case aliases, status, created
  case deprecationDate = "deprecation_date"
  case expiryDate = "expiry_date"
  case pricing

  /// How the value of a member is written.
  public enum Kind: Sendable {
    /// A string: any text, a word of a fixed set, or a day as `YYYY-MM-DD`.
    case text
    /// A whole number.
    case number
    /// An array of strings.
    case list
    /// An object, see ``Pricing/json``.
    case pricing
  }

  /// How the value is written.
  public var kind: Kind {
    switch self {
    case .contextLength, .maxInput, .maxOutput, .created: .number
    case .inputModalities, .outputModalities, .supportedParameters, .capabilities, .aliases: .list
    case .pricing: .pricing
    default: .text
    }
  }

  /// The field that it belongs to.
  var field: OfferFields {
    switch self {
    case .name: .name
    case .description: .description
    case .ownedBy: .ownedBy
    case .contextLength: .contextLength
    case .maxInput: .maxInput
    case .maxOutput: .maxOutput
    case .inputModalities, .outputModalities: .modalities
    case .supportedParameters: .supportedParameters
    case .capabilities: .capabilities
    case .tokenizer: .tokenizer
    case .quantization: .quantization
    case .huggingFaceID: .huggingFaceID
    case .aliases: .aliases
    case .status: .status
    case .created: .created
    case .deprecationDate: .deprecationDate
    case .expiryDate: .expiryDate
    case .pricing: .pricing
    }
  }

  /// Takes the member's value over into an offer; `null` clears it, where an offer can be without it.
  ///
  /// Prices are changed by a whole pricing as ``Pricing/json``, or by some members of it; `null` removes a member.
  ///
  /// - Throws: ``OfferError`` when the value is of another kind; bounds are checked by ``Offer/bounded()``.
  public func read(_ value: JSONValue, into offer: inout Offer) throws(OfferError) {
    switch self {
    case .name: offer.name = try text(value)
    case .description: offer.description = try optional(value, text)
    case .ownedBy: offer.ownedBy = try optional(value, text)
    case .contextLength: offer.contextLength = try optional(value, integer)
    case .maxInput: offer.maxInput = try optional(value, integer)
    case .maxOutput: offer.maxOutput = try optional(value, integer)
    case .inputModalities: offer.inputModalities = try words(value)
    case .outputModalities: offer.outputModalities = try words(value)
    case .supportedParameters: offer.supportedParameters = try texts(value)
    case .capabilities: offer.capabilities = try words(value)
    case .tokenizer: offer.tokenizer = try optional(value, text)
    case .quantization: offer.quantization = try optional(value, text)
    case .huggingFaceID: offer.huggingFaceID = try optional(value, text)
    case .aliases: offer.aliases = try texts(value)
    case .status: offer.status = try word(text(value))
    case .created: offer.created = try optional(value, integer)
    case .deprecationDate: offer.deprecationDate = try optional(value, day)
    case .expiryDate: offer.expiryDate = try optional(value, day)
    case .pricing: offer.pricing = try pricing(value, offer.pricing)
    }
  }

  private func misfit(_ reason: String) -> OfferError { OfferError(field: rawValue, reason: reason) }

  private func optional<Value>(
    _ value: JSONValue, _ read: (JSONValue) throws(OfferError) -> Value
  ) throws(OfferError) -> Value? {
    value == .null ? nil : try read(value)
  }

  private func text(_ value: JSONValue) throws(OfferError) -> String {
    guard let text = value.string else { throw misfit("must be a string, not \(value.kind)") }
    return text
  }

  private func integer(_ value: JSONValue) throws(OfferError) -> Int {
    if let integer = value.int { return integer }
    guard case .number(let text) = value else { throw misfit("must be a whole number, not \(value.kind)") }
    throw misfit("must be a whole number, not \(text.prefix(40))")
  }

  private func texts(_ value: JSONValue) throws(OfferError) -> [String] {
    guard value != .null else { return [] }
    guard let elements = value.array else { throw misfit("must be an array of strings, not \(value.kind)") }
    var texts: [String] = []
    for element in elements {
      guard let text = element.string else { throw misfit("must be an array of strings, but holds \(element.kind)") }
      texts.append(text)
    }
    return texts
  }

  private func words<Word: RawRepresentable & CaseIterable>(
    _ value: JSONValue
  ) throws(OfferError) -> [Word] where Word.RawValue == String {
    var words: [Word] = []
    for text in try texts(value) { words.append(try word(text)) }
    return words
  }

  private func word<Word: RawRepresentable & CaseIterable>(
    _ text: String
  ) throws(OfferError) -> Word where Word.RawValue == String {
    guard let word = Word(rawValue: text) else {
      throw misfit("\"\(text.prefix(40))\" is none of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return word
  }

  private func day(_ value: JSONValue) throws(OfferError) -> CalendarDate {
    let text = try text(value)
    guard let day = CalendarDate(text) else { throw misfit("\"\(text.prefix(40))\" is not a date") }
    return day
  }

  private func pricing(_ value: JSONValue, _ pricing: Pricing) throws(OfferError) -> Pricing {
    do {
      return try PricingPatch(value).applied(to: pricing)
    } catch {
      throw OfferError(error)
    }
  }
}
