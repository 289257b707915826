/// Why a row cannot be an offer.
public struct OfferError: Error, Equatable, CustomStringConvertible {
  /// The field that does not fit.
  public let field: String
  /// What is wrong with it.
  public let reason: String

  /// An error in a field.
  public init(field: String, reason: String) {
    self.field = field
    self.reason = reason
  }

  /// What is wrong, for a person.
  public var description: String { "\(field): \(reason)" }
}

extension Offer {
  /// The longest id, in bytes.
  public static let maximumIDLength = 256
  /// The longest name, in bytes.
  public static let maximumNameLength = 512
  /// The longest description, in bytes; longer ones are cut by ``bounded()``.
  public static let maximumDescriptionLength = 8_192
  /// The largest limit in tokens that is believed.
  public static let maximumTokens = 100_000_000

  /// The offer with its description cut and its lists sorted and without duplicates.
  ///
  /// - Throws: ``OfferError`` when a field is out of bounds; nothing that is stored or served may be.
  public func bounded() throws(OfferError) -> Offer {
    try Self.check("id", id, maximum: Self.maximumIDLength)
    try Self.check("name", name, maximum: Self.maximumNameLength)
    for (field, text) in [
      ("variant", variant), ("owned_by", ownedBy), ("tokenizer", tokenizer), ("quantization", quantization),
      ("hugging_face_id", huggingFaceID), ("source", source),
    ] {
      if let text { try Self.check(field, text, maximum: Self.maximumIDLength) }
    }
    for (field, tokens) in [("context_length", contextLength), ("max_input", maxInput), ("max_output", maxOutput)] {
      if let tokens, !(1...Self.maximumTokens).contains(tokens) {
        throw OfferError(field: field, reason: "\(tokens) is not between 1 and \(Self.maximumTokens) tokens")
      }
    }
    guard supportedParameters.count <= 256, aliases.count <= 64 else {
      throw OfferError(field: "supported_parameters", reason: "more than 256 parameters or 64 aliases")
    }
    for alias in aliases { try Self.check("aliases", alias, maximum: Self.maximumIDLength) }
    for parameter in supportedParameters { try Self.check("supported_parameters", parameter, maximum: 128) }
    if let created, CalendarDate(unixSeconds: created) == nil {
      throw OfferError(field: "created", reason: "\(created) is no time in seconds since 1970")
    }
    return normalised()
  }

  private func normalised() -> Offer {
    var offer = self
    offer.description = description.map { $0.utf8.count > Self.maximumDescriptionLength ? Self.cut($0) : $0 }
    offer.inputModalities = Self.ascending(inputModalities)
    offer.outputModalities = Self.ascending(outputModalities)
    offer.supportedParameters = Self.ascending(supportedParameters)
    offer.capabilities = Self.ascending(capabilities)
    offer.aliases = Self.ascending(aliases.contains(modelID) ? aliases.filter { $0 != modelID } : aliases)
    return offer
  }

  /// The elements sorted and without duplicates; lists that come from the database already are, and are not touched.
  private static func ascending<Element: Comparable & Hashable>(_ list: [Element]) -> [Element] {
    let isAscending = zip(list, list.dropFirst()).allSatisfy { $0 < $1 }
    return isAscending ? list : Set(list).sorted()
  }

  private static func cut(_ text: String) -> String {
    var bytes = 0
    return String(
      text.prefix {
        bytes += $0.utf8.count; return bytes <= maximumDescriptionLength - 3
      }) + "…"
  }

  private static func check(_ field: String, _ text: String, maximum: Int) throws(OfferError) {
    guard !text.isEmpty else { throw OfferError(field: field, reason: "is empty") }
    guard text.utf8.count <= maximum else { throw OfferError(field: field, reason: "is longer than \(maximum) bytes") }
    guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw OfferError(field: field, reason: "contains a control character")
    }
  }
}
