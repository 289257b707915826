/// Writes a part as ``PartFormat`` says.
struct PartEncoder {
  private var strings = Interner<String>()
  private var textLists = Interner<[String]>()
  private var modalityLists = Interner<[Modality]>()
  private var capabilityLists = Interner<[Capability]>()
  private var body = ByteWriter()

  static func encode(_ part: CatalogPart) -> [UInt8] {
    var encoder = PartEncoder()
    encoder.body.reserve(part.joinedRecords.count * 2)
    encoder.write(part)
    return encoder.assembled()
  }

  /// The tables are known when the body was written, and come before it.
  private func assembled() -> [UInt8] {
    var bytes = ByteWriter()
    bytes.reserve(body.bytes.count * 2)
    bytes.raw(PartFormat.magic)
    bytes.integer(PartFormat.number)
    bytes.raw(PartFormat.vocabulary.utf8)
    bytes.list(strings.values) { $1.block($0.utf8) }
    bytes.list(textLists.values) { texts, bytes in
      bytes.list(texts) { text, bytes in bytes.integer(strings.place(known: text)) }
    }
    bytes.list(modalityLists.values) { list, bytes in bytes.list(list) { $0.write(to: &$1) } }
    bytes.list(capabilityLists.values) { list, bytes in bytes.list(list) { $0.write(to: &$1) } }
    bytes.raw(body.bytes)
    return bytes.bytes
  }

  private mutating func write(_ part: CatalogPart) {
    text(part.provider.slug.text)
    text(part.provider.name)
    text(part.provider.siteURL)
    text(part.changedAt)
    body.count(part.offers.count)
    for offer in part.offers {
      write(offer.offer)
      write(offer.identity)
      writeDerived(offer)
    }
    body.count(part.collisions.count)
    for collision in part.collisions {
      write(collision.key)
      text(collision.offerVariant)
      texts(collision.offers)
    }
  }

  private mutating func write(_ offer: Offer) {
    text(offer.modelID)
    text(offer.variant)
    text(offer.name)
    text(offer.description)
    text(offer.ownedBy)
    body.optional(offer.contextLength)
    body.optional(offer.maxInput)
    body.optional(offer.maxOutput)
    body.integer(modalityLists.place(of: offer.inputModalities))
    body.integer(modalityLists.place(of: offer.outputModalities))
    texts(offer.supportedParameters)
    body.integer(capabilityLists.place(of: offer.capabilities))
    text(offer.tokenizer)
    text(offer.quantization)
    text(offer.huggingFaceID)
    texts(offer.aliases)
    offer.status.write(to: &body)
    body.optional(offer.created)
    body.optional(offer.deprecationDate?.daysSinceEpoch)
    body.optional(offer.expiryDate?.daysSinceEpoch)
    write(offer.pricing)
    text(offer.source)
    body.integer(Int64(offer.observedAt))
  }

  private mutating func write(_ pricing: Pricing) {
    pricing.state.write(to: &body)
    pricing.rates.write(to: &body)
    body.list(pricing.tiers) { tier, body in
      tier.condition.write(to: &body)
      tier.rates.write(to: &body)
    }
    text(pricing.note)
    text(pricing.raw)
  }

  private mutating func write(_ key: CanonicalKey) {
    text(key.vendor)
    text(key.model)
  }

  private mutating func write(_ identity: ModelIdentity) {
    write(identity.key)
    text(identity.family)
    text(identity.version)
    text(identity.size)
    text(identity.variant)
    text(identity.date)
    text(identity.offerVariant)
  }

  private mutating func writeDerived(_ offer: CatalogOffer) {
    body.flag(offer.isFirstParty)
    body.flag(offer.priceRank != nil)
    offer.priceRank?.blended.write(to: &body)
    text(offer.recordTag)
    body.block(offer.record)
    body.block(offer.sellerRecord)
    body.block(offer.searchText)
  }

  private mutating func text(_ text: String?) {
    body.integer(text.map { strings.place(of: $0) + 1 } ?? 0)
  }

  private mutating func texts(_ texts: [String]) {
    for text in texts { _ = strings.place(of: text) }
    body.integer(textLists.place(of: texts))
  }
}

/// Gives equal values one place in a table.
private struct Interner<Value: Hashable> {
  private(set) var values: [Value] = []
  private var places: [Value: UInt32] = [:]

  mutating func place(of value: Value) -> UInt32 {
    if let place = places[value] { return place }
    let place = UInt32(values.count)
    places[value] = place
    values.append(value)
    return place
  }

  /// The place of a value that was given one before.
  func place(known value: Value) -> UInt32 { places[value] ?? .max }
}
