import Catalog
import CatalogSync
import Testing

@Suite("The prices of genai-prices")
struct GenAIPricesTests {
  private static func offer(_ prices: String, provider: String = "x-ai", observedAt: Int = observed) throws -> Offer {
    let body = #"[{"id":"\#(provider)","name":"P","models":[{"id":"m","context_window":8,"prices":\#(prices)}]}]"#
    let parsed = try parse("genai-prices", body, observedAt: observedAt)
    #expect(parsed.rows == 1)
    return try #require(parsed.listings.first?.offers.first)
  }

  @Test("Flat prices, tiers, and what is counted in thousands")
  func prices() throws {
    let offer = try Self.offer(
      #"""
      {"input_mtok":{"base":3,"tiers":[{"start":200000,"price":6}]},"output_mtok":15,"cache_read_mtok":0.3,
      "cache_write_1h_mtok":6,"input_image_mtok":10,"requests_kcount":12,"web_searches_kcount":10,"input_video_mtok":1}
      """#)
    #expect(offer.provider.text == "xai")
    #expect(offer.price(.prompt) == "0.000003")
    #expect(offer.price(.prompt, when: .promptTokensAbove(200_000)) == "0.000006")
    #expect(offer.price(.cacheWriteOneHour) == "0.000006")
    #expect(offer.pricing[.image] == .perToken(try ExactDecimal(parsing: "0.00001")))
    #expect(offer.pricing[.request] == .perRequest(try ExactDecimal(parsing: "0.012")))
    #expect(offer.pricing[.webSearch] == .perSearch(try ExactDecimal(parsing: "0.01")))
  }

  @Test("Of prices with dates, those of the day of the observation apply")
  func dates() throws {
    let prices = #"""
      [{"prices":{"input_mtok":10,"output_mtok":40}},
      {"constraint":{"start_date":"2026-09-21"},"prices":{"input_mtok":2,"output_mtok":8}},
      {"constraint":{"start_date":"2030-01-01"},"prices":{"input_mtok":1,"output_mtok":1}}]
      """#
    #expect(try Self.offer(prices).price(.prompt) == "0.000002")
    #expect(try Self.offer(prices, observedAt: observed - 2 * 86_400).price(.prompt) == "0.00001")
  }

  @Test("A price that depends on the time of day is unknown")
  func timeOfDay() throws {
    let offer = try Self.offer(
      #"""
      [{"prices":{"input_mtok":1,"output_mtok":4}},
      {"constraint":{"start_time":"00:30:00Z","end_time":"16:30:00Z"},"prices":{"input_mtok":2,"output_mtok":8}}]
      """#)
    #expect(offer.pricing.state == .unknown)
    #expect(offer.pricing.note == "the price depends on start_time, end_time")
  }

  @Test("Providers behind the Hugging Face router are offers of the router")
  func huggingFace() throws {
    let offer = try Self.offer(#"{"input_mtok":1,"output_mtok":4}"#, provider: "huggingface_fireworks-ai")
    #expect(offer.provider.text == "huggingface")
    #expect(offer.id == "m:fireworks-ai")
  }

  @Test("It states prices only, so that it never replaces what a provider says of itself")
  func states() throws {
    let body = #"[{"id":"p","models":[{"id":"m","name":"M","prices":{"input_mtok":1,"output_mtok":4}}]}]"#
    #expect(try parse("genai-prices", body).listings[0].stated == [.pricing])
  }
}
