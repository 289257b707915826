import TieredCaching

/// Reads what ``PartEncoder`` writes, field by field in the same order.
enum PartDecoder {
  /// The fewest bytes that an offer and a collision take: a forged count is found before memory is taken for it.
  private static let offerSize = 100
  private static let collisionSize = 16

  static func decode(
    _ bytes: inout ByteReader, part: PartID, revision: Revision
  ) throws(PartCodingError) -> CatalogPart.Contents {
    try readHeader(&bytes)
    let tables = try PartTables(from: &bytes)
    let provider = try provider(part, tables, &bytes)
    let changedAt = try tables.optionalText("changedAt", from: &bytes)
    let offers = try bytes.list(elementSize: offerSize) { bytes throws(PartCodingError) in
      try CatalogOffer(from: &bytes, tables: tables, provider: provider)
    }
    let collisions = try bytes.list(elementSize: collisionSize) { bytes throws(PartCodingError) in
      IdentityCollision(
        provider: provider.slug, key: try CanonicalKey(from: &bytes, tables: tables),
        offerVariant: try tables.optionalText("offerVariant", from: &bytes),
        offers: try tables.texts("collision", from: &bytes))
    }
    guard bytes.isAtEnd else { throw bytes.invalid("end") }
    return CatalogPart.Contents(
      provider: provider, revision: revision, offers: offers, changedAt: changedAt, collisions: collisions)
  }

  private static func readHeader(_ bytes: inout ByteReader) throws(PartCodingError) {
    for byte in PartFormat.magic {
      guard !bytes.isAtEnd, try bytes.integer(UInt8.self) == byte else { throw .notAPart }
    }
    let number = try bytes.integer(UInt16.self)
    guard number == PartFormat.number else {
      throw .otherFormat(found: "\(number)", expected: "\(PartFormat.number)")
    }
    let vocabulary = try bytes.text(count: PartFormat.vocabulary.utf8.count, "vocabulary")
    guard vocabulary == PartFormat.vocabulary else {
      throw .otherFormat(found: vocabulary, expected: PartFormat.vocabulary)
    }
  }

  private static func provider(
    _ part: PartID, _ tables: PartTables, _ bytes: inout ByteReader
  ) throws(PartCodingError) -> Provider {
    let text = try tables.text("provider", from: &bytes)
    guard text == part.text else { throw .otherProvider(found: text, expected: part.text) }
    let slug: ProviderSlug
    do { slug = try ProviderSlug(text) } catch { throw bytes.invalid("provider") }
    return Provider(
      slug: slug, name: try tables.text("provider name", from: &bytes),
      siteURL: try tables.optionalText("siteURL", from: &bytes))
  }
}

extension CatalogOffer {
  convenience init(
    from bytes: inout ByteReader, tables: PartTables, provider: Provider
  ) throws(PartCodingError) {
    // Straight into the arguments, in the order of the bytes: a constant in between would copy the whole offer.
    self.init(
      try Offer(from: &bytes, tables: tables, provider: provider.slug), provider: provider,
      identity: try ModelIdentity(from: &bytes, tables: tables), isFirstParty: try bytes.flag("isFirstParty"),
      priceRank: try bytes.flag("priceRank") ? PriceRank(blended: try ExactDecimal(from: &bytes)) : nil,
      recordTag: try Self.tag(from: &bytes, tables: tables), record: try bytes.block(),
      sellerRecord: try bytes.block(), searchText: try bytes.block())
  }

  /// The tag becomes part of a response's head, where a forged one must not add lines.
  private static func tag(from bytes: inout ByteReader, tables: PartTables) throws(PartCodingError) -> String {
    let tag = try tables.text("recordTag", from: &bytes)
    let isTag = tag.utf8.count == 16 && tag.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard isTag else { throw bytes.invalid("recordTag") }
    return tag
  }
}

extension Offer {
  init(from bytes: inout ByteReader, tables: PartTables, provider: ProviderSlug) throws(PartCodingError) {
    let modelID = try tables.text("modelID", from: &bytes)
    let variant = try tables.optionalText("variant", from: &bytes)
    let name = try tables.text("name", from: &bytes)
    self.init(provider: provider, modelID: modelID, variant: variant, name: name, source: "", observedAt: 0)
    description = try tables.optionalText("description", from: &bytes)
    ownedBy = try tables.optionalText("ownedBy", from: &bytes)
    contextLength = try bytes.optional("contextLength")
    maxInput = try bytes.optional("maxInput")
    maxOutput = try bytes.optional("maxOutput")
    inputModalities = try tables.modalities("inputModalities", from: &bytes)
    outputModalities = try tables.modalities("outputModalities", from: &bytes)
    supportedParameters = try tables.texts("supportedParameters", from: &bytes)
    capabilities = try tables.capabilities("capabilities", from: &bytes)
    tokenizer = try tables.optionalText("tokenizer", from: &bytes)
    quantization = try tables.optionalText("quantization", from: &bytes)
    huggingFaceID = try tables.optionalText("huggingFaceID", from: &bytes)
    aliases = try tables.texts("aliases", from: &bytes)
    status = try OfferStatus("status", from: &bytes)
    created = try bytes.optional("created")
    deprecationDate = try CalendarDate("deprecationDate", from: &bytes)
    expiryDate = try CalendarDate("expiryDate", from: &bytes)
    pricing = try Pricing(from: &bytes, tables: tables)
    source = try tables.text("source", from: &bytes)
    observedAt = Int(try bytes.integer(Int64.self))
  }
}

extension CalendarDate {
  /// A day or none.
  fileprivate init?(_ field: StaticString, from bytes: inout ByteReader) throws(PartCodingError) {
    guard let days = try bytes.optional(field) else { return nil }
    guard let date = CalendarDate(daysSinceEpoch: days) else { throw bytes.invalid(field) }
    self = date
  }
}

extension CanonicalKey {
  init(from bytes: inout ByteReader, tables: PartTables) throws(PartCodingError) {
    let vendor = try tables.optionalText("vendor", from: &bytes)
    self.init(vendor: vendor, model: try tables.text("model", from: &bytes))
  }
}

extension ModelIdentity {
  init(from bytes: inout ByteReader, tables: PartTables) throws(PartCodingError) {
    self.init(
      key: try CanonicalKey(from: &bytes, tables: tables), family: try tables.text("family", from: &bytes),
      version: try tables.optionalText("version", from: &bytes), size: try tables.optionalText("size", from: &bytes),
      variant: try tables.optionalText("identity variant", from: &bytes),
      date: try tables.optionalText("date", from: &bytes),
      offerVariant: try tables.optionalText("offerVariant", from: &bytes))
  }
}
