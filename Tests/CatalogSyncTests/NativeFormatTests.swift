import Catalog
import CatalogSync
import TestSupport
import Testing

@Suite("The project's own format")
struct NativeFormatTests {
  @Test("Every field of every offer survives being written and read", arguments: 1...20 as ClosedRange<UInt64>)
  func roundTrip(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let parts = try ["alpha", "b.2_c"].map { slug in
      let slug = try ProviderSlug(slug)
      let provider = Provider(slug: slug, name: "Näme \"\(seed)\"", siteURL: seed % 2 == 0 ? "https://a.example" : nil)
      let offers = try (0..<20).map { try Self.offer($0, of: slug, &random) }
      return ProviderPart(provider: provider, offers: offers)
    }
    let metadata = ["name": "Test", "license": "CC0-1.0", "note": "line\nbreak"]
    let written = NativeFormat.write(
      parts: parts, metadata: metadata, exportedAt: "2026-01-01T00:00:00Z", includeDescriptions: true)
    let parsed = try ImportFormat.named("modelcatalog").parse(written, context: ImportContext(observedAt: 1))

    #expect(parsed.listings.map(\.provider) == parts.map(\.provider))
    for (listing, part) in zip(parsed.listings, parts) { #expect(listing.offers == part.offers) }
    #expect(parsed.metadata == metadata.merging(["exported_at": "2026-01-01T00:00:00Z"]) { $1 })
    #expect(parsed.rows == 40)
    #expect(parsed.notices == [])
    let again = NativeFormat.write(
      parts: parsed.listings.map { ProviderPart(provider: $0.provider, offers: $0.offers) }, metadata: parsed.metadata,
      exportedAt: "2026-01-01T00:00:00Z", includeDescriptions: true)
    #expect(again == written)
  }

  @Test("One line for each provider and offer, and nothing that says nothing")
  func layout() throws {
    let slug = try ProviderSlug("p")
    let part = ProviderPart(
      provider: Provider(slug: slug), offers: [Offer(provider: slug, modelID: "m", source: "s", observedAt: 7)])
    let text = String(
      decoding: NativeFormat.write(
        parts: [part], metadata: [:], exportedAt: "2026-01-01T00:00:00Z", includeDescriptions: true), as: UTF8.self)
    #expect(
      text == #"""
        {"format":"modelcatalog/1","exported_at":"2026-01-01T00:00:00Z","source":{},"providers":[
        {"slug":"p","name":"p"}],"offers":[
        {"provider":"p","id":"m","name":"m","status":"active","pricing":{"state":"unknown"},"source":"s","observed_at":7}]}

        """#)
  }

  @Test("A document without descriptions leaves those of its reader alone")
  func withoutDescriptions() throws {
    let slug = try ProviderSlug("p")
    var offer = Offer(provider: slug, modelID: "m", source: "s", observedAt: 7)
    offer.description = "Long"
    let part = ProviderPart(provider: Provider(slug: slug), offers: [offer])
    for includes in [true, false] {
      let written = NativeFormat.write(
        parts: [part], metadata: [:], exportedAt: "2026-01-01T00:00:00Z", includeDescriptions: includes)
      let listing = try parse("modelcatalog", String(decoding: written, as: UTF8.self)).listings[0]
      #expect(listing.stated.contains(.description) == includes)
      #expect(listing.stated.isSuperset(of: OfferFields.all.subtracting([.description, .created, .ownedBy])))
    }
  }

  @Test(
    "What this version never writes is refused",
    arguments: [
      (
        #""format":"modelcatalog/2","#, "",
        "row of the header, format: expected \"modelcatalog/1\", found \"modelcatalog/2\""
      ),
      ("", "", "row of the header, format: is missing"),
      (
        #""format":"modelcatalog/1","#, #","colour":1"#,
        "row 0 (m), colour: is not a member of an offer in modelcatalog/1"
      ),
      (#""format":"modelcatalog/1","#, #","status":"new""#, "row 0 (m), status: \"new\" is none of"),
      (
        #""format":"modelcatalog/1","#, #","pricing":{"state":"priced","prompt":0.1}"#,
        "row 0 (m), pricing.prompt: must be a decimal number in a string"
      ),
      (
        #""format":"modelcatalog/1","#, #","pricing":{"state":"free","prompt":"-1"}"#,
        "row 0 (m), pricing.prompt: is negative"
      ),
    ])
  func refused(_ header: String, _ members: String, _ message: String) throws {
    let pricing = members.contains("pricing") ? "" : #","pricing":{"state":"unknown"}"#
    let body = #"{\#(header)"offers":[{"provider":"p","id":"m"\#(pricing)\#(members)}]}"#
    let refusal = try #require(try refusal("modelcatalog", body))
    #expect(refusal.hasPrefix("modelcatalog: \(message)"))
  }

  @Test(
    "An update by hand that says what an export says of an offer is that offer",
    arguments: 1...10 as ClosedRange<UInt64>)
  func update(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let slug = try ProviderSlug("p")
    for index in 0..<20 {
      var offer = try Self.offer(index, of: slug, &random)
      let written = NativeFormat.write(
        parts: [ProviderPart(provider: Provider(slug: slug), offers: [offer])], metadata: [:],
        exportedAt: "2026-01-01T00:00:00Z", includeDescriptions: true)
      let row = try #require(try JSONReader.parse(written).object?["offers"]?.array?.first?.object)
      let facts = row.members.filter { !["provider", "id", "source", "observed_at"].contains($0.name) }
      guard case .putOffer(let stated) = try CatalogEdit.putOffer(id: offer.id, of: slug, .object(JSONObject(facts)))
      else { continue }
      offer.source = stated.source
      offer.observedAt = stated.observedAt
      #expect(stated == offer)
    }
  }

  private static func offer(_ index: Int, of slug: ProviderSlug, _ random: inout SplitMix64) throws -> Offer {
    var offer = Offer(
      provider: slug, modelID: "m/\(index)", variant: pick("fp8", &random), name: pick(" Nämé, \"x\" ", &random),
      source: "test", observedAt: .random(in: 1...2_000_000_000, using: &random))
    offer.description = pick("Two\nlines \u{1F600} \\ \t", &random)
    offer.ownedBy = pick("owner", &random)
    offer.contextLength = pick(.random(in: 1...Offer.maximumTokens, using: &random), &random)
    offer.maxInput = pick(.random(in: 1...Offer.maximumTokens, using: &random), &random)
    offer.maxOutput = pick(.random(in: 1...Offer.maximumTokens, using: &random), &random)
    offer.inputModalities = Modality.allCases.filter { _ in Bool.random(using: &random) }
    offer.outputModalities = Modality.allCases.filter { _ in Bool.random(using: &random) }
    offer.supportedParameters = ["seed", "tools", "top_p"].filter { _ in Bool.random(using: &random) }
    offer.capabilities = Capability.allCases.filter { _ in Bool.random(using: &random) }
    offer.tokenizer = pick("GPT", &random)
    offer.quantization = pick("int4", &random)
    offer.huggingFaceID = pick("a/b", &random)
    offer.aliases = ["x", "y"].filter { _ in Bool.random(using: &random) }
    offer.status = OfferStatus.allCases.randomElement(using: &random) ?? .active
    offer.created = pick(.random(in: 0...2_000_000_000, using: &random), &random)
    offer.deprecationDate = CalendarDate(daysSinceEpoch: .random(in: 0...40_000, using: &random)).flatMap {
      pick($0, &random)
    }
    offer.expiryDate = CalendarDate(daysSinceEpoch: .random(in: 0...60_000, using: &random)).flatMap {
      pick($0, &random)
    }
    offer.pricing = try pricing(&random)
    return try offer.bounded()
  }

  private static func pricing(_ random: inout SplitMix64) throws -> Pricing {
    let raw = pick(#"{"prompt":"0.1"}"#, &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return .unknown(pick("why", &random), raw: raw)
    case 1: return .dynamic(raw: raw)
    case 2: return .free(raw: raw)
    case 3: return .notTokenPriced(pick("why", &random), raw: raw)
    default:
      var rates = try rates(&random)
      rates[.request] = .perRequest(try ExactDecimal(parsing: "0.5"))
      let conditions: [PriceCondition] = [.batch, .promptTokensAbove(200_000), .priority]
      let tiers = try conditions.filter { _ in Bool.random(using: &random) }.map { condition in
        PriceTier(condition, try Self.rates(&random).merging([.prompt: .perToken(ExactDecimal(1))]) { $1 })
      }
      return try .priced(rates, tiers: tiers, raw: raw)
    }
  }

  private static func rates(_ random: inout SplitMix64) throws -> [PriceComponent: Price] {
    var rates: [PriceComponent: Price] = [:]
    for component in PriceComponent.allCases where Bool.random(using: &random) {
      let digits = Int.random(in: 1...1_000_000_000_000, using: &random)
      let amount = try ExactDecimal(parsing: "\(digits)").shifted(by: .random(in: -20...0, using: &random))
      let unit = Bool.random(using: &random) ? component.defaultUnit : .token
      rates[component] = .stored(amount, per: unit)
    }
    return rates
  }

  private static func pick<Value>(_ value: Value, _ random: inout SplitMix64) -> Value? {
    Bool.random(using: &random) ? value : nil
  }
}
