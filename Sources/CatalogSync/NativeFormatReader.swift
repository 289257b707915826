internal import Catalog

extension ImportFormat {
  static let native = ImportFormat(
    manyProviders: "modelcatalog", "this program's own export; exact prices in USD per unit, lossless",
    layout: .list("offers"), states: OfferFields.all.subtracting(.description), mayState: .description,
    conclude: { session throws(ImportError) in try NativeOffer.readHeader(session) }
  ) { (row, session) throws(ImportError) in
    let row = row.identified(as: try row.requiredString("id"))
    let provider = try NativeOffer.slug("provider", in: row)
    guard session.wants(provider) else { return }
    var offer = session.offer(row.place.id, of: provider)
    try NativeOffer.read(row, into: &offer)
    try session.add(offer, from: row)
  }
}

/// Reads what ``NativeFormat`` writes. A member or word that it never writes is refused: the document would say something
/// that this version does not understand.
enum NativeOffer {
  private static let members: Set<String> = [
    "provider", "id", "variant", "name", "description", "owned_by", "context_length", "max_input", "max_output",
    "input_modalities", "output_modalities", "supported_parameters", "capabilities", "tokenizer", "quantization",
    "hugging_face_id", "aliases", "status", "created", "deprecation_date", "expiry_date", "pricing", "source",
    "observed_at",
  ]

  static func read(_ row: Fields, into offer: inout Offer) throws(ImportError) {
    for (name, _) in row.object.members where !members.contains(name) {
      throw row.misfit(String(name.prefix(60)), "is not a member of an offer in \(NativeFormat.version)")
    }
    offer.variant = try text("variant", in: row)
    offer.name = try text("name", in: row) ?? offer.modelID
    offer.description = try text("description", in: row)
    offer.ownedBy = try text("owned_by", in: row)
    offer.contextLength = try row.tokens("context_length")
    offer.maxInput = try row.tokens("max_input")
    offer.maxOutput = try row.tokens("max_output")
    offer.inputModalities = try words("input_modalities", in: row)
    offer.outputModalities = try words("output_modalities", in: row)
    offer.supportedParameters = try texts("supported_parameters", in: row)
    offer.capabilities = try words("capabilities", in: row)
    offer.tokenizer = try text("tokenizer", in: row)
    offer.quantization = try text("quantization", in: row)
    offer.huggingFaceID = try text("hugging_face_id", in: row)
    offer.aliases = try texts("aliases", in: row)
    offer.status =
      try text("status", in: row).map { text throws(ImportError) in try word(text, "status", row) } ?? .active
    offer.created = try row.integer("created")
    offer.deprecationDate = try date("deprecation_date", in: row)
    offer.expiryDate = try date("expiry_date", in: row)
    offer.source = try text("source", in: row) ?? offer.source
    offer.observedAt = try row.integer("observed_at") ?? offer.observedAt
    offer.pricing = try pricing(in: row)
  }

  /// The slug in a member.
  static func slug(_ name: String, in fields: Fields) throws(ImportError) -> ProviderSlug {
    let text = try fields.requiredString(name)
    do {
      return try ProviderSlug(text)
    } catch {
      throw fields.misfit(name, error.description)
    }
  }

  /// Text exactly as written: unlike provider bodies, the document's white space means something.
  private static func text(_ name: String, in row: Fields) throws(ImportError) -> String? {
    guard let value = row[name] else { return nil }
    guard let text = value.string else { throw row.misfit(name, "expected a string, found \(value.kind)") }
    return text
  }

  private static func texts(_ name: String, in row: Fields) throws(ImportError) -> [String] {
    guard let value = row[name] else { return [] }
    var texts: [String] = []
    for element in value.array ?? [value] {
      guard value.array != nil, let text = element.string else {
        throw row.misfit(name, "expected an array of strings, found \(element.kind)")
      }
      texts.append(text)
    }
    return texts
  }

  private static func words<Word: RawRepresentable & CaseIterable>(
    _ name: String, in row: Fields
  ) throws(ImportError) -> [Word] where Word.RawValue == String {
    var words: [Word] = []
    for text in try texts(name, in: row) { words.append(try word(text, name, row)) }
    return words
  }

  private static func word<Word: RawRepresentable & CaseIterable>(
    _ text: String, _ name: String, _ row: Fields
  ) throws(ImportError) -> Word where Word.RawValue == String {
    guard let word = Word(rawValue: text) else {
      let allowed = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw row.misfit(name, "\"\(text.prefix(40))\" is none of \(allowed)")
    }
    return word
  }

  private static func date(_ name: String, in row: Fields) throws(ImportError) -> CalendarDate? {
    guard let text = try text(name, in: row) else { return nil }
    guard let date = CalendarDate(text) else { throw row.misfit(name, "\"\(text.prefix(40))\" is not a date") }
    return date
  }

  private static func pricing(in row: Fields) throws(ImportError) -> Pricing {
    guard let value = row["pricing"] else { throw row.misfit("pricing", "is missing") }
    do {
      return try Pricing(value)
    } catch {
      throw row.misfit(error.member.isEmpty ? "pricing" : "pricing.\(error.member)", error.reason)
    }
  }

  /// Reads the members beside the offers: the version, the metadata and the providers' names.
  static func readHeader(_ session: ImportSession) throws(ImportError) {
    let header = Fields(
      object: JSONObject(session.header.map { (name: $0.key, value: $0.value) }),
      place: RowPlace(format: session.format.name, row: "of the header"), notes: session.notes)
    let version = try header.requiredString("format")
    guard version == NativeFormat.version else {
      throw header.misfit("format", "expected \"\(NativeFormat.version)\", found \"\(version.prefix(40))\"")
    }
    session.metadata[NativeFormat.exportedAtName] = try text(NativeFormat.exportedAtName, in: header)
    if let source = try header.fields("source") {
      for (name, _) in source.object.members { session.metadata[name] = try text(name, in: source) }
    }
    for provider in try header.list("providers") {
      let slug = try slug("slug", in: provider)
      session.describe(
        Provider(slug: slug, name: try text("name", in: provider), siteURL: try text("site_url", in: provider)))
    }
  }
}
