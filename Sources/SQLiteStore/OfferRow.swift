import Catalog
import GRDB

/// How an offer stands in a row of the table `offers`.
enum OfferRow {
  /// The columns, in the order in which rows are written and read.
  static let columns = [
    "provider", "id", "model_id", "variant", "name", "description", "owned_by", "context_length", "max_input",
    "max_output", "input_modalities", "output_modalities", "supported_parameters", "capabilities", "tokenizer",
    "quantization", "hugging_face_id", "aliases", "status", "created", "deprecation_date", "expiry_date", "pricing",
    "source", "observed_at",
  ]

  static let insertSQL = """
    INSERT INTO offers (\(columns.joined(separator: ", ")))
    VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
    """

  static let updateSQL = """
    UPDATE offers SET \(columns.map { "\($0) = ?" }.joined(separator: ", ")) WHERE provider = ? AND id = ?
    """

  static let selectSQL = "SELECT \(columns.joined(separator: ", ")) FROM offers WHERE provider = ? ORDER BY id"

  static let selectOneSQL = "SELECT \(columns.joined(separator: ", ")) FROM offers WHERE provider = ? AND id = ?"

  /// The values of the columns.
  static func values(_ offer: Offer) -> [(any DatabaseValueConvertible)?] {
    [
      offer.provider.text, offer.id, offer.modelID, offer.variant, offer.name, offer.description, offer.ownedBy,
      offer.contextLength, offer.maxInput, offer.maxOutput,
      JSONWriter.array(offer.inputModalities.map(\.rawValue)),
      JSONWriter.array(offer.outputModalities.map(\.rawValue)),
      JSONWriter.array(offer.supportedParameters), JSONWriter.array(offer.capabilities.map(\.rawValue)),
      offer.tokenizer, offer.quantization, offer.huggingFaceID, JSONWriter.array(offer.aliases),
      offer.status.rawValue, offer.created, offer.deprecationDate?.description, offer.expiryDate?.description,
      offer.pricing.json, offer.source, offer.observedAt,
    ]
  }
}

/// Reads the rows of one load.
///
/// The same lists and prices stand in many rows, so each distinct text is parsed once and its value shared, which saves
/// most of the time and a good part of the memory.
struct OfferRowReader {
  private var stringLists: [String: [String]] = [:]
  private var modalityLists: [String: [Modality]] = [:]
  private var capabilityLists: [String: [Capability]] = [:]
  private var pricings: [String: Pricing] = [:]

  /// The offer in a row that ``OfferRow/selectSQL`` or ``OfferRow/selectOneSQL`` selected.
  ///
  /// - Throws: ``StoreError/corruptRow(provider:offer:reason:)``.
  mutating func offer(_ row: Row, of provider: ProviderSlug) throws(StoreError) -> Offer {
    do {
      return try read(row, provider)
    } catch {
      let id = row[1] as String? ?? "?"
      throw .corruptRow(provider: provider.text, offer: id, reason: error.description)
    }
  }

  private mutating func read(_ row: Row, _ provider: ProviderSlug) throws(OfferError) -> Offer {
    var offer = Offer(
      provider: provider, modelID: try text(row, 2), variant: row[3], name: try text(row, 4),
      source: try text(row, 23), observedAt: row[24] as Int? ?? 0)
    offer.description = row[5]
    offer.ownedBy = row[6]
    offer.contextLength = row[7]
    offer.maxInput = row[8]
    offer.maxOutput = row[9]
    offer.inputModalities = try modalities(row, 10)
    offer.outputModalities = try modalities(row, 11)
    offer.supportedParameters = try strings(row, 12)
    offer.capabilities = try capabilities(row, 13)
    offer.tokenizer = row[14]
    offer.quantization = row[15]
    offer.huggingFaceID = row[16]
    offer.aliases = try strings(row, 17)
    let status = try text(row, 18)
    guard let known = OfferStatus(rawValue: status) else { throw unknown(18, status) }
    offer.status = known
    offer.created = row[19]
    offer.deprecationDate = try date(row, 20)
    offer.expiryDate = try date(row, 21)
    offer.pricing = try pricing(row, 22)
    return try offer.bounded()
  }

  private func text(_ row: Row, _ column: Int) throws(OfferError) -> String {
    guard let text = row[column] as String? else {
      throw OfferError(field: OfferRow.columns[column], reason: "is missing")
    }
    return text
  }

  private func date(_ row: Row, _ column: Int) throws(OfferError) -> CalendarDate? {
    guard let text = row[column] as String? else { return nil }
    guard let date = CalendarDate(text) else { throw unknown(column, text) }
    return date
  }

  private mutating func modalities(_ row: Row, _ column: Int) throws(OfferError) -> [Modality] {
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

  private mutating func capabilities(_ row: Row, _ column: Int) throws(OfferError) -> [Capability] {
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

  private mutating func strings(_ row: Row, _ column: Int) throws(OfferError) -> [String] {
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

  private mutating func pricing(_ row: Row, _ column: Int) throws(OfferError) -> Pricing {
    let text = try text(row, column)
    if let known = pricings[text] { return known }
    do {
      let pricing = try Pricing(json: text)
      pricings[text] = pricing
      return pricing
    } catch {
      throw OfferError(field: error.member.isEmpty ? "pricing" : "pricing.\(error.member)", reason: error.reason)
    }
  }

  private func unknown(_ column: Int, _ text: String) -> OfferError {
    OfferError(field: OfferRow.columns[column], reason: "\"\(text.prefix(60))\" has no meaning here")
  }
}
