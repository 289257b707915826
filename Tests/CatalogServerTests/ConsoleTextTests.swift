import Catalog
import TestSupport
import Testing
import TieredCaching

@testable import CatalogServer

@Suite("Numbers, prices and times of the console")
struct ConsoleTextTests {
  @Test(
    "are prices by the million tokens, exact to the last digit",
    arguments: [
      ("0.0000025", "$2.50"), ("0.00001", "$10.00"), ("0.0000000518308", "$0.0518308"), ("0", "$0.00"),
      ("0.0012345678", "$1,234.5678"),
    ])
  func prices(perToken: String, text: String) throws {
    #expect(ConsoleText.price(try .sample(perToken)) == text)
  }

  @Test("keep the unit of what is not billed by the token")
  func units() throws {
    #expect(ConsoleText.price(.perImage(try ExactDecimal(parsing: "0.04"))) == "$0.04 / image")
  }

  @Test(
    "are grouped and cut to what a person reads",
    arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (131_072, "131,072"), (-1_234_567, "-1,234,567")])
  func grouped(number: Int, text: String) {
    #expect(ConsoleText.grouped(number) == text)
  }

  @Test("have the unit that suits them")
  func measures() {
    #expect(ConsoleText.duration(.microseconds(12)) == "12 µs")
    #expect(ConsoleText.duration(.microseconds(3_400)) == "3.4 ms")
    #expect(ConsoleText.duration(.seconds(1)) == "1 s")
    #expect(ConsoleText.duration(.seconds(1_800)) == "30 min")
    #expect(ConsoleText.duration(.seconds(-1)) == "0 µs")
    #expect(ConsoleText.duration(.seconds(Int.max)) == "16,666,666,666 min")
    #expect(ConsoleText.bytes(931) == "931 B")
    #expect(ConsoleText.bytes(4_600_000) == "4.6 MB")
    #expect(ConsoleText.time("2026-05-21T08:22:33.000Z") == "2026-05-21 08:22")
    #expect(ConsoleText.time(unixSeconds: 1_700_000_000) == "2023-11-14 22:13")
  }

  @Test("are cut where they are long, which is to be seen, and whole beside it")
  func longValues() {
    let short = LongValue("1234", longest: 4)
    #expect(short.text == "1234" && short.whole == nil)
    let long = LongValue("12345", longest: 4)
    #expect(long.text == "1234…" && long.whole == "12345")
  }

  @Test("escape by scalars, so that no accent hides a quotation mark")
  func escaped() {
    #expect(Markup.escaped("\"\u{301}<\u{338}>&'\u{1}") == "&quot;\u{301}&lt;\u{338}&gt;&amp;'\u{FFFD}")
    #expect(Markup.percentEncoded("a/b c%&=é~") == "a%2Fb%20c%25%26%3D%C3%A9~")
  }

  @Test("draw prices as steps, with a gap while there was no offer")
  func chart() throws {
    let provider = try ProviderSlug("acme")
    var sequence = 0
    func change(_ kind: CatalogChange.Kind, _ day: String, _ old: String?, _ new: String?, _ field: String? = nil)
      -> CatalogChange
    {
      sequence += 1
      return CatalogChange(
        sequence: sequence, provider: provider, offer: "m", kind: kind, field: field, oldValue: old, newValue: new,
        revision: .zero, at: "\(day)T00:00:00.000Z", effectiveAt: "\(day)T00:00:00.000Z")
    }
    let two = #"{"state":"priced","prompt":"0.000002","completion":"0.000004"}"#
    let one = #"{"state":"priced","prompt":"0.000001","completion":"0.000004"}"#
    let log = [
      change(.added, "2026-01-01", nil, two), change(.changed, "2026-01-03", "0.000002", "0.000001", "pricing.prompt"),
      change(.removed, "2026-01-05", one, nil), change(.added, "2026-01-07", nil, two),
    ]
    let now = try #require(CalendarDate("2026-01-09")).unixSeconds
    let history = OfferHistory(
      of: OfferReference(provider: provider, offer: "m"),
      current: try .sample(prompt: "0.000002", completion: "0.000004"),
      log: log)
    let input = try #require(PriceChart("input", "Input price", .prompt, of: [history], now: now))
    // Two dollars for two days, one for two days, nothing for two, two dollars again.
    #expect(input.series.map(\.path) == ["M64.0 12.0H224.0V102.0H384.0M544.0 12.0H704.0"])
    #expect(input.series.map(\.last) == ["$2.00"])
    #expect(input.yMarks.map(\.label) == ["$0", "$0.5", "$1", "$1.5", "$2"])
    #expect(input.xMarks.first?.label == "2026-01-01" && input.xMarks.last?.label == "2026-01-09")
    let output = try #require(PriceChart("output", "Output price", .completion, of: [history], now: now))
    #expect(output.series.map(\.path) == ["M64.0 12.0H384.0M544.0 12.0H704.0"])
    #expect(PriceChart("x", "x", .image, of: [history], now: now) == nil)
  }
  @Test(
    "draw prices that nobody asks for, with labels that say how high they are",
    arguments: [
      ("12345678901234567890", ["$0", "$3.1e24", "$6.2e24", "$9.3e24", "$1.2e25"]),
      ("99999999999999999999", ["$0", "$2.5e25", "$5e25", "$7.5e25", "$1e26"]),
      ("0.0004", ["$0", "$100", "$200", "$300", "$400"]),
    ])
  func hugePrices(price: String, labels: [String]) throws {
    let history = OfferHistory(
      of: OfferReference(provider: try .sample(), offer: "m"), current: try .sample(prompt: price), log: [])
    let chart = try #require(PriceChart("x", "x", .prompt, of: [history], now: 1_700_000_000))
    #expect(chart.yMarks.map(\.label) == labels)
  }

  @Test("draw nothing at times that are none", arguments: ["inf:1:00", "nan:1:00"])
  func hugeTimes(clock: String) throws {
    let change = CatalogChange(
      sequence: 1, provider: try .sample(), offer: "m", kind: .added, field: nil, oldValue: nil,
      newValue: try Pricing.sample().json, revision: .zero, at: "2026-01-01T\(clock)",
      effectiveAt: "2026-01-01T\(clock)")
    let history = OfferHistory(
      of: OfferReference(provider: try .sample(), offer: "m"), current: try .sample(), log: [change])
    let now = try #require(CalendarDate("2026-01-09")).unixSeconds
    let chart = try #require(PriceChart("x", "x", .prompt, of: [history], now: now))
    #expect(chart.xMarks.map(\.label).first == "2026-01-01")
  }
}
