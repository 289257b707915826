import Catalog
import CatalogSync
import TestSupport
import Testing

@Suite("Hostile bodies")
struct FuzzTests {
  private static let values = [
    "null", "true", "-1", "0", "1e400", "1e-40", "1e36", "99999999999999999999999999999999999999999", "\"\"", "\"x\"",
    "[]",
    "{}", "[[[[]]]]", "{\"a\":{\"b\":[1]}}", "\"\\ud800\"", "9223372036854775808", "-9223372036854775808", "0.1",
  ]

  private static let samples: [(format: String, body: String)] =
    PriceTests.samples.map { ($0.format, $0.body) } + [
      ("openai", #"{"object":"list","data":[{"id":"a","created":1715367049,"owned_by":"b"}]}"#),
      ("anthropic", #"{"data":[{"id":"a","display_name":"A","created_at":"2025-05-22T00:00:00Z"}],"has_more":false}"#),
      ("cohere", #"{"models":[{"name":"a","endpoints":["chat"],"context_length":8,"features":["tools"]}]}"#),
      ("moonshot", #"{"data":[{"id":"a","context_length":8,"supports_image_in":true,"supports_reasoning":true}]}"#),
      ("replicate", #"{"models":[{"owner":"o","name":"a","description":"d"}],"name":"official"}"#),
      (
        "genai-prices",
        #"""
        [{"id":"x-ai","models":[{"id":"a","prices":[{"prices":{"input_mtok":2,"output_mtok":3}},{"constraint":
        {"start_date":"2026-01-01"},"prices":{"input_mtok":{"base":1,"tiers":[{"start":8,"price":2}]},"output_mtok":2}}]}]}]
        """#
      ),
      (
        "xai",
        #"""
        {"models":[{"id":"a","prompt_text_token_price":25,"completion_text_token_price":50,"long_context_threshold":8,
        "prompt_text_token_price_long_context":50,"input_modalities":["text"],"aliases":["b"]}]}
        """#
      ),
      ("mistral", #"{"data":[{"id":"a","capabilities":{"vision":true},"aliases":["b"],"deprecation":"2025-01-01"}]}"#),
      (
        "gemini", #"{"models":[{"name":"models/a","inputTokenLimit":8,"supportedGenerationMethods":["embedContent"]}]}"#
      ),
      (
        "modelcatalog",
        #"""
        {"format":"modelcatalog/1","source":{"name":"x"},"providers":[{"slug":"p","name":"P"}],"offers":[{"provider":"p",
        "id":"m","capabilities":["tools"],"created":5,"pricing":{"state":"priced","prompt":"0.1"},"expiry_date":"2030-01-01"}]}
        """#
      ),
    ]

  @Test("A damaged body is refused with an ImportError, or gives offers within bounds", arguments: samples)
  func damaged(_ name: String, _ body: String) throws {
    let format = try ImportFormat.named(name)
    let intact = Array(body.utf8)
    var random = SplitMix64(seed: 42)
    var refused = 0
    for _ in 0..<180 {
      let body = Self.damage(intact, &random)
      let parsed: ParsedBody
      do {
        parsed = try format.parse(body, context: ImportContext(observedAt: observed))
      } catch {
        refused += 1
        #expect(error.description.utf8.count < 2_000)
        continue
      }
      for offer in parsed.listings.flatMap(\.offers) {
        #expect(throws: Never.self) { try offer.bounded() }
        #expect(offer.pricing.rates.values.allSatisfy { !$0.amount.isNegative })
        #expect(throws: Never.self) { try Pricing(json: offer.pricing.json) }
      }
    }
    #expect((1..<180).contains(refused))
  }

  private static func damage(_ body: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var body = body
    for _ in 0...Int.random(in: 0...2, using: &random) where !body.isEmpty {
      let place = Int.random(in: body.indices, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: body[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1 where Int.random(in: 0..<4, using: &random) == 0: body.removeSubrange(place...)
      case 2: body.remove(at: place)
      default: swapValue(after: place, in: &body, &random)
      }
    }
    return body
  }

  /// Puts another value behind the next colon.
  private static func swapValue(after place: Int, in body: inout [UInt8], _ random: inout SplitMix64) {
    guard let colon = body[place...].firstIndex(of: UInt8(ascii: ":")) else { return }
    let start = colon + 1
    let end = body[start...].firstIndex { [UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]")].contains($0) }
    body.replaceSubrange(
      start..<(end ?? body.count), with: Array((values.randomElement(using: &random) ?? "null").utf8))
  }
}
