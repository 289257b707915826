import Catalog
import Foundation
import TestSupport
import Testing

@Suite("Calendar dates")
struct CalendarDateTests {
  @Test("Days and seconds agree with Foundation's calendar over four centuries")
  func agreesWithFoundation() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for day in stride(from: -40_000, through: 120_000, by: 37) {
      let date = try #require(CalendarDate(unixSeconds: day * 86_400 + 4_711))
      let parts = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86_400))
      #expect(
        date.components.year == parts.year && date.components.month == parts.month && date.components.day == parts.day)
      #expect(CalendarDate(date.description) == date)
    }
  }

  @Test(
    "A day is read from a date, a month or a time",
    arguments: [
      ("2025-12-31", "2025-12-31"), ("2025-12", "2025-12-01"), ("2025-05-22T10:11:12Z", "2025-05-22"),
      ("2024-02-29", "2024-02-29"),
    ])
  func reading(text: String, day: String) {
    #expect(CalendarDate(text)?.description == day)
  }

  @Test(
    "What is no date is nil",
    arguments: ["", "2025", "2025-13-01", "2025-25-11", "2023-02-29", "25-01-01", "2025-1-1", "x"])
  func refusing(text: String) {
    #expect(CalendarDate(text) == nil)
  }
}

@Suite("Provider slugs")
struct ProviderSlugTests {
  @Test("Slugs are lower-case words", arguments: ["openrouter", "vercel-ai-gateway", "302ai", "a.b_c-d"])
  func valid(text: String) throws {
    #expect(try ProviderSlug(text).text == text)
  }

  @Test(
    "Nothing that could break a key, a label or an address is a slug",
    arguments: ["", "OpenAI", "a b", "a/b", "a:b", "-a", "ü", "a\n", "a{b}", String(repeating: "a", count: 65)])
  func invalid(text: String) {
    #expect(throws: ProviderSlug.Invalid.self) { try ProviderSlug(text) }
  }
}

@Suite("Offers")
struct OfferTests {
  @Test("An offer out of bounds is refused with the field")
  func bounds() throws {
    var cases: [(String, Offer)] = []
    let edit = { (field: String, change: (inout Offer) -> Void) in
      var offer = try Offer.sample()
      change(&offer)
      cases.append((field, offer))
    }
    try edit("id") { $0.modelID = "" }
    try edit("id") { $0.modelID = String(repeating: "x", count: 257) }
    try edit("id") { $0.modelID = "a\nb" }
    try edit("name") { $0.name = String(repeating: "x", count: 513) }
    try edit("context_length") { $0.contextLength = 0 }
    try edit("max_output") { $0.maxOutput = -1 }
    try edit("max_input") { $0.maxInput = 100_000_001 }
    try edit("created") { $0.created = 999_999_999_999_999 }
    try edit("aliases") { $0.aliases = [""] }
    for (field, offer) in cases {
      #expect { try offer.bounded() } throws: { ($0 as? OfferError)?.field == field }
    }
  }

  @Test("Lists are sorted and without duplicates, and a long description is cut between characters")
  func normalised() throws {
    var offer = try Offer.sample()
    offer.supportedParameters = ["top_p", "stop", "top_p"]
    offer.capabilities = [.vision, .tools, .vision]
    offer.aliases = ["b", offer.modelID, "a"]
    offer.description = String(repeating: "😀", count: 3_000)
    let bounded = try offer.bounded()
    #expect(bounded.supportedParameters == ["stop", "top_p"])
    #expect(bounded.capabilities == [.tools, .vision])
    #expect(bounded.aliases == ["a", "b"])
    let description = try #require(bounded.description)
    #expect(description.utf8.count <= Offer.maximumDescriptionLength)
    #expect(description.dropLast().allSatisfy { $0 == "😀" })
    #expect(try bounded.bounded() == bounded)
  }

  @Test("An import touches only the fields that its source states")
  func stated() throws {
    var generator = SplitMix64(seed: 7)
    let old = try Offer.random(id: "x", using: &generator)
    let new = try Offer.random(id: "x", using: &generator)
    #expect(new.keeping(old, except: []).saysTheSame(as: old))
    #expect(new.keeping(old, except: .all) == new)
    let priced = new.keeping(old, except: .pricing)
    #expect(priced.pricing == new.pricing && priced.contextLength == old.contextLength)
  }
}
