/// How an offer stands in a row of the table `offers`.
public enum OfferRow {
  /// The columns, in the order in which rows are written and read.
  public static let columns = [
    "provider", "id", "model_id", "variant", "name", "description", "owned_by", "context_length", "max_input",
    "max_output", "input_modalities", "output_modalities", "supported_parameters", "capabilities", "tokenizer",
    "quantization", "hugging_face_id", "aliases", "status", "created", "deprecation_date", "expiry_date", "pricing",
    "source", "observed_at", "provenance",
  ]

  /// The values of the columns.
  public static func values(_ offer: Offer) -> [ColumnValue] {
    [
      .text(offer.provider.text), .text(offer.id), .text(offer.modelID), ColumnValue(offer.variant),
      .text(offer.name), ColumnValue(offer.description), ColumnValue(offer.ownedBy), ColumnValue(offer.contextLength),
      ColumnValue(offer.maxInput), ColumnValue(offer.maxOutput),
      .text(JSONWriter.array(offer.inputModalities.map(\.rawValue))),
      .text(JSONWriter.array(offer.outputModalities.map(\.rawValue))),
      .text(JSONWriter.array(offer.supportedParameters)), .text(JSONWriter.array(offer.capabilities.map(\.rawValue))),
      ColumnValue(offer.tokenizer), ColumnValue(offer.quantization), ColumnValue(offer.huggingFaceID),
      .text(JSONWriter.array(offer.aliases)), .text(offer.status.rawValue), ColumnValue(offer.created),
      ColumnValue(offer.deprecationDate?.description), ColumnValue(offer.expiryDate?.description),
      .text(offer.pricing.json), .text(offer.source), .integer(offer.observedAt),
      .text(offer.provenance.json),
    ]
  }
}

/// Reads the rows of one load.
///
/// The same lists and prices stand in many rows, so each distinct text is parsed once and its value shared, which saves
/// most of the time and a good part of the memory.
public struct OfferRowReader {
  private var stringLists: [String: [String]] = [:]
  private var modalityLists: [String: [Modality]] = [:]
  private var capabilityLists: [String: [Capability]] = [:]
  private var pricings: [String: Pricing] = [:]

  /// A reader that has read nothing yet.
  public init() {}

  /// The offer in a row.
  ///
  /// - Throws: ``StoreError/corruptRow(provider:offer:reason:)``.
  public mutating func offer(
    _ row: some StoredRow, of provider: ProviderSlug
  ) throws(StoreError) -> Offer {
    do {
      return try read(row, provider)
    } catch {
      let id = row.text(1) ?? "?"
      throw .corruptRow(provider: provider.text, offer: id, reason: error.description)
    }
  }

  private mutating func read(_ row: some StoredRow, _ provider: ProviderSlug) throws(OfferError) -> Offer {
    var offer = Offer(
      provider: provider, modelID: try text(row, 2), variant: row.text(3), name: try text(row, 4),
      source: try text(row, 23), observedAt: row.integer(24) ?? 0)
    offer.description = row.text(5)
    offer.ownedBy = row.text(6)
    offer.contextLength = row.integer(7)
    offer.maxInput = row.integer(8)
    offer.maxOutput = row.integer(9)
    offer.inputModalities = try modalities(row, 10)
    offer.outputModalities = try modalities(row, 11)
    offer.supportedParameters = try strings(row, 12)
    offer.capabilities = try capabilities(row, 13)
    offer.tokenizer = row.text(14)
    offer.quantization = row.text(15)
    offer.huggingFaceID = row.text(16)
    offer.aliases = try strings(row, 17)
    let status = try text(row, 18)
    guard let known = OfferStatus(rawValue: status) else { throw unknown(18, status) }
    offer.status = known
    offer.created = row.integer(19)
    offer.deprecationDate = try date(row, 20)
    offer.expiryDate = try date(row, 21)
    offer.pricing = try pricing(row, 22)
    offer.provenance = try Provenance(json: text(row, 25))
    return try offer.bounded()
  }

  private func text(_ row: some StoredRow, _ column: Int) throws(OfferError) -> String {
    guard let text = row.text(column) else {
      throw OfferError(field: OfferRow.columns[column], reason: "is missing")
    }
    return text
  }

  private func date(_ row: some StoredRow, _ column: Int) throws(OfferError) -> CalendarDate? {
    guard let text = row.text(column) else { return nil }
    guard let date = CalendarDate(text) else { throw unknown(column, text) }
    return date
  }

  private mutating func modalities(_ row: some StoredRow, _ column: Int) throws(OfferError) -> [Modality] {
    let text = try text(row, column)
    if let known = modalityLists[text] { return known }
    var list: [Modality] = []
    for name in try strings(row, column) {
      guard let modality = Modality(rawValue: name) else { throw unknown(column, name) }
      list.append(modality)
    }
    modalityLists[text] = list
    return list
  }

  private mutating func capabilities(_ row: some StoredRow, _ column: Int) throws(OfferError) -> [Capability] {
    let text = try text(row, column)
    if let known = capabilityLists[text] { return known }
    var list: [Capability] = []
    for name in try strings(row, column) {
      guard let capability = Capability(rawValue: name) else { throw unknown(column, name) }
      list.append(capability)
    }
    capabilityLists[text] = list
    return list
  }

  private mutating func strings(_ row: some StoredRow, _ column: Int) throws(OfferError) -> [String] {
    let text = try text(row, column)
    if let known = stringLists[text] { return known }
    let elements: [JSONValue]?
    do {
      elements = try JSONReader.parse(text).array
    } catch {
      throw OfferError(field: OfferRow.columns[column], reason: error.description)
    }
    guard let list = elements?.compactMap(\.string), list.count == elements?.count else {
      throw OfferError(field: OfferRow.columns[column], reason: "must be an array of strings")
    }
    stringLists[text] = list
    return list
  }

  private mutating func pricing(_ row: some StoredRow, _ column: Int) throws(OfferError) -> Pricing {
    let text = try text(row, column)
    if let known = pricings[text] { return known }
    do {
      let pricing = try Pricing(json: text)
      pricings[text] = pricing
      return pricing
    } catch {
      throw OfferError(error)
    }
  }

  private func unknown(_ column: Int, _ text: String) -> OfferError {
    OfferError(field: OfferRow.columns[column], reason: "\"\(text.prefix(60))\" has no meaning here")
  }
}
