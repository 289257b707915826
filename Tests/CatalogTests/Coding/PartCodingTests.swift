import TestSupport
import Testing
import TieredCaching

@testable import Catalog

@Suite("Encoded parts")
struct PartCodingTests {
  @Test("A part that another worker reads is the one that was written, in every field", arguments: 0..<40)
  func roundTrip(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let offers = try (0..<Int.random(in: 0..<60, using: &random)).map { index in
      var offer = try Offer.random(id: "vendor-\(index % 7)/model-\(index)", using: &random)
      if Bool.random(using: &random) { offer.variant = "fp8" }
      if Bool.random(using: &random) { offer.huggingFaceID = "meta-llama/Llama-3.1-8B-Instruct" }
      return offer
    }
    let part = try CodedParts.part(offers, changedAt: Bool.random(using: &random) ? "2026-01-02T03:04:05Z" : nil)
    let read = try CatalogPart(encoded: part.encoded(), part: CodedParts.id, revision: Revision(7))
    try CodedParts.expectEqual(read, part)
    #expect(read.revision == Revision(7))
    #expect(read.encoded() == part.encoded())
  }

  @Test("Every field of an offer, and offers that fall on one key, are kept")
  func everyField() throws {
    let part = try CodedParts.part([
      try .sampleWithEverything(id: "acme-1"), try .sampleWithEverything(id: "acme-2"),
      try .sample(id: "openai/gpt-4o"), try .sample(id: "gpt-4o"), try .sample(id: "größer 🚀"),
    ])
    #expect(!part.collisions.isEmpty)
    try CodedParts.expectEqual(try CodedParts.read(part.encoded()), part)
  }

  @Test(
    "Prices keep all their digits", arguments: ["0", "1", "0.1", "0.000000000000000000000000000000000001", "12e30"])
  func exactPrices(text: String) throws {
    var offer = try Offer.sample()
    let price = Price.perToken(try ExactDecimal(parsing: text))
    offer.pricing = try .priced([.prompt: price, .request: .perRequest(ExactDecimal(.max))])
    let part = try CodedParts.part([offer])
    #expect(try CodedParts.read(part.encoded()).offers.first?.offer.pricing[.prompt] == price)
    try CodedParts.expectEqual(try CodedParts.read(part.encoded()), part)
  }

  @Test("A part of another provider is refused, as one catalog must not have a provider twice")
  func otherProvider() throws {
    let bytes = try CodedParts.part([.sample()]).encoded()
    #expect(throws: PartCodingError.otherProvider(found: "acme", expected: "other")) {
      try CatalogPart(encoded: bytes, part: PartID("other"), revision: .zero)
    }
  }

  @Test("A part of another format, or of a program with other names, is refused by name")
  func otherFormat() throws {
    var bytes = try CodedParts.part([.sample()]).encoded()
    bytes[4] = 99
    #expect(throws: PartCodingError.otherFormat(found: "99", expected: "\(PartFormat.number)")) {
      try CodedParts.read(bytes)
    }
    bytes[4] = UInt8(PartFormat.number)
    bytes[6] = UInt8(ascii: "x")
    let found = "x" + PartFormat.vocabulary.dropFirst()
    #expect(throws: PartCodingError.otherFormat(found: found, expected: PartFormat.vocabulary)) {
      try CodedParts.read(bytes)
    }
  }

  @Test("What is no part, is cut or goes on is refused")
  func damaged() throws {
    let bytes = try CodedParts.part([.sample()]).encoded()
    #expect(throws: PartCodingError.notAPart) { try CodedParts.read([]) }
    #expect(throws: PartCodingError.notAPart) { try CodedParts.read(Array("{\"id\":1}".utf8)) }
    for count in 0..<bytes.count {
      #expect(throws: PartCodingError.self) { try CodedParts.read(Array(bytes.prefix(count))) }
    }
    #expect(throws: PartCodingError.invalid(field: "end", offset: bytes.count)) { try CodedParts.read(bytes + [0]) }
  }

  @Test("A forged count is refused before memory is taken for it")
  func forgedCount() throws {
    var bytes = try CodedParts.part([.sample()]).encoded()
    bytes.replaceSubrange(22..<26, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(throws: PartCodingError.truncated(offset: 26)) { try CodedParts.read(bytes) }
  }

  @Test("A forged tag cannot add lines to the head of a response")
  func forgedTag() throws {
    let part = try CodedParts.part([.sample()])
    var bytes = part.encoded()
    let tag = try #require(part.offers.first?.recordTag)
    let place = try #require(bytes.firstRange(of: Array(tag.utf8)))
    bytes.replaceSubrange(place, with: Array("\r\nSet-Cookie: a=b".utf8).prefix(tag.utf8.count))
    let error = #expect(throws: PartCodingError.self) { try CodedParts.read(bytes) }
    #expect(error?.description.contains("recordTag") == true)
  }

  @Test("Catalogs from read parts answer like catalogs from the database")
  func snapshots() throws {
    var random = SplitMix64(seed: 11)
    let offers = try (0..<200).map { try Offer.random(id: "openai/gpt-\($0 % 90)-\($0)", using: &random) }
    let part = try CodedParts.part(offers)
    let manifest = Manifest(lifetime: "test", revisions: [CodedParts.id: Revision(1)])
    let derived = CatalogSnapshot(manifest: manifest, parts: [part])
    let read = CatalogSnapshot(manifest: manifest, parts: [try CodedParts.read(part.encoded())])
    #expect(read.uniqueModels.map(\.record) == derived.uniqueModels.map(\.record))
    #expect(read.statistics.byCapability == derived.statistics.byCapability)
    #expect(read.statistics.totals == derived.statistics.totals)
  }
}

/// Parts of one made-up provider.
enum CodedParts {
  static let id = PartID("acme")

  static func part(_ offers: [Offer], changedAt: String? = nil) throws -> CatalogPart {
    let provider = Provider(slug: try .sample(), name: "Acme \"Labs\"", siteURL: "https://acme.example")
    let sorted = offers.sorted { $0.id < $1.id }
    return CatalogPart(
      ProviderPart(provider: provider, offers: sorted, changedAt: changedAt), revision: Revision(7))
  }

  static func read(_ bytes: [UInt8]) throws(PartCodingError) -> CatalogPart {
    try CatalogPart(encoded: bytes, part: id, revision: Revision(7))
  }

  static func expectEqual(_ read: CatalogPart, _ written: CatalogPart) throws {
    #expect(read.provider == written.provider)
    #expect(read.changedAt == written.changedAt)
    #expect(read.collisions == written.collisions)
    #expect(read.joinedRecords == written.joinedRecords)
    try #require(read.offers.count == written.offers.count)
    for (read, written) in zip(read.offers, written.offers) {
      #expect(read.offer == written.offer)
      #expect(read.provider == written.provider)
      #expect(fields(of: read.identity) == fields(of: written.identity))
      #expect(read.isFirstParty == written.isFirstParty)
      #expect(read.priceRank == written.priceRank)
      #expect(read.record == written.record)
      #expect(read.recordTag == written.recordTag)
      #expect(read.sellerRecord == written.sellerRecord)
      #expect(read.searchText == written.searchText)
    }
  }

  /// One by one, as two keys are equal when their texts are.
  private static func fields(of identity: ModelIdentity) -> [String?] {
    [
      identity.key.vendor, identity.key.model, identity.key.text, identity.family, identity.version, identity.size,
      identity.variant, identity.date, identity.offerVariant,
    ]
  }
}
