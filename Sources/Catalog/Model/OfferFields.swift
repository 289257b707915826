/// The fields of an ``Offer`` that a source can state.
///
/// A plain OpenAI list states ids only. Importing it must not wipe the prices and limits that another source gave, so an
/// import touches only what its format states and keeps the rest.
public struct OfferFields: OptionSet, Sendable, Hashable {
  /// One bit per field.
  public let rawValue: UInt32

  /// A set by its bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// ``Offer/name``.
  public static let name = OfferFields(rawValue: 1 << 0)
  /// ``Offer/description``.
  public static let description = OfferFields(rawValue: 1 << 1)
  /// ``Offer/ownedBy``.
  public static let ownedBy = OfferFields(rawValue: 1 << 2)
  /// ``Offer/contextLength``.
  public static let contextLength = OfferFields(rawValue: 1 << 3)
  /// ``Offer/maxInput``.
  public static let maxInput = OfferFields(rawValue: 1 << 4)
  /// ``Offer/maxOutput``.
  public static let maxOutput = OfferFields(rawValue: 1 << 5)
  /// ``Offer/inputModalities`` and ``Offer/outputModalities``.
  public static let modalities = OfferFields(rawValue: 1 << 6)
  /// ``Offer/supportedParameters``.
  public static let supportedParameters = OfferFields(rawValue: 1 << 7)
  /// ``Offer/capabilities``.
  public static let capabilities = OfferFields(rawValue: 1 << 8)
  /// ``Offer/tokenizer``.
  public static let tokenizer = OfferFields(rawValue: 1 << 9)
  /// ``Offer/quantization``.
  public static let quantization = OfferFields(rawValue: 1 << 10)
  /// ``Offer/huggingFaceID``.
  public static let huggingFaceID = OfferFields(rawValue: 1 << 11)
  /// ``Offer/aliases``.
  public static let aliases = OfferFields(rawValue: 1 << 12)
  /// ``Offer/status``.
  public static let status = OfferFields(rawValue: 1 << 13)
  /// ``Offer/created``.
  public static let created = OfferFields(rawValue: 1 << 14)
  /// ``Offer/deprecationDate``.
  public static let deprecationDate = OfferFields(rawValue: 1 << 15)
  /// ``Offer/expiryDate``.
  public static let expiryDate = OfferFields(rawValue: 1 << 16)
  /// ``Offer/pricing``.
  public static let pricing = OfferFields(rawValue: 1 << 17)

  /// Every field.
  public static let all = OfferFields(rawValue: (1 << 18) - 1)

  /// Each field with its name.
  public static let named: [(name: String, field: OfferFields)] = [
    ("name", .name), ("description", .description), ("owned_by", .ownedBy), ("context_length", .contextLength),
    ("max_input", .maxInput), ("max_output", .maxOutput), ("modalities", .modalities),
    ("supported_parameters", .supportedParameters), ("capabilities", .capabilities), ("tokenizer", .tokenizer),
    ("quantization", .quantization), ("hugging_face_id", .huggingFaceID), ("aliases", .aliases), ("status", .status),
    ("created", .created), ("deprecation_date", .deprecationDate), ("expiry_date", .expiryDate), ("pricing", .pricing),
  ]

  /// The fields one by one.
  var each: [OfferFields] { Self.named.lazy.map(\.field).filter(contains) }
}

extension Offer {
  /// The fields that say something: a price that is not unknown, a limit, a list that is not empty, a name of its own.
  public var carriedFields: OfferFields {
    var fields: OfferFields = .status
    if name != modelID { fields.insert(.name) }
    if description != nil { fields.insert(.description) }
    if ownedBy != nil { fields.insert(.ownedBy) }
    if contextLength != nil { fields.insert(.contextLength) }
    if maxInput != nil { fields.insert(.maxInput) }
    if maxOutput != nil { fields.insert(.maxOutput) }
    if !inputModalities.isEmpty || !outputModalities.isEmpty { fields.insert(.modalities) }
    if !supportedParameters.isEmpty { fields.insert(.supportedParameters) }
    if !capabilities.isEmpty { fields.insert(.capabilities) }
    if tokenizer != nil { fields.insert(.tokenizer) }
    if quantization != nil { fields.insert(.quantization) }
    if huggingFaceID != nil { fields.insert(.huggingFaceID) }
    if !aliases.isEmpty { fields.insert(.aliases) }
    if created != nil { fields.insert(.created) }
    if deprecationDate != nil { fields.insert(.deprecationDate) }
    if expiryDate != nil { fields.insert(.expiryDate) }
    if pricing.state != .unknown { fields.insert(.pricing) }
    return fields
  }

  /// This offer with every field that `stated` does not contain taken from `previous`, with its source.
  public func keeping(_ previous: Offer, except stated: OfferFields) -> Offer {
    var merged = self
    if !stated.contains(.name) { merged.name = previous.name }
    if !stated.contains(.description) { merged.description = previous.description }
    if !stated.contains(.ownedBy) { merged.ownedBy = previous.ownedBy }
    if !stated.contains(.contextLength) { merged.contextLength = previous.contextLength }
    if !stated.contains(.maxInput) { merged.maxInput = previous.maxInput }
    if !stated.contains(.maxOutput) { merged.maxOutput = previous.maxOutput }
    if !stated.contains(.modalities) {
      merged.inputModalities = previous.inputModalities
      merged.outputModalities = previous.outputModalities
    }
    if !stated.contains(.supportedParameters) { merged.supportedParameters = previous.supportedParameters }
    if !stated.contains(.capabilities) { merged.capabilities = previous.capabilities }
    if !stated.contains(.tokenizer) { merged.tokenizer = previous.tokenizer }
    if !stated.contains(.quantization) { merged.quantization = previous.quantization }
    if !stated.contains(.huggingFaceID) { merged.huggingFaceID = previous.huggingFaceID }
    if !stated.contains(.aliases) { merged.aliases = previous.aliases }
    if !stated.contains(.status) { merged.status = previous.status }
    if !stated.contains(.created) { merged.created = previous.created }
    if !stated.contains(.deprecationDate) { merged.deprecationDate = previous.deprecationDate }
    if !stated.contains(.expiryDate) { merged.expiryDate = previous.expiryDate }
    if !stated.contains(.pricing) { merged.pricing = previous.pricing }
    guard source != previous.source || !provenance.isEmpty || !previous.provenance.isEmpty else { return merged }
    let carried = merged.carriedFields
    for field in OfferFields.all.each {
      let origin = stated.contains(field) ? self.source(of: field) : previous.source(of: field)
      merged.provenance[field] = origin.source == source || !carried.contains(field) ? nil : origin
    }
    return merged
  }

  /// Whether both say the same: every field, but not where and when it was observed.
  public func saysTheSame(as other: Offer) -> Bool {
    var other = other
    other.source = source
    other.observedAt = observedAt
    other.provenance = provenance
    return self == other
  }
}
