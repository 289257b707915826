import Catalog
import TestSupport
import Testing

@Suite("History of an offer")
struct OfferHistoryTests {
  private static let first = #"{"state":"priced","prompt":"0.0000025","completion":"0.00001"}"#

  @Test("Prices are told since when they were in effect, to the last digit")
  func prices() throws {
    var log = try LogFixture()
    log.add(
      .added, day: 1, nil, nil, #"{"state":"priced","prompt":"0.0000025","completion":"0.00001","raw":"{\"p\":2.5}"}"#)
    log.add(.changed, day: 3, "context_length", "1000", "2000")
    log.add(.changed, day: 5, "pricing.prompt", "0.0000025", "0.000000000000000123456789")
    log.add(.changed, day: 5, "pricing.input_cache_read", nil, "0.00000125")
    log.add(.changed, day: 9, "pricing.completion", "0.00001", "0.0000123456789")
    log.add(.changed, day: 9, "pricing.image", nil, #"{"amount":"0.001","unit":"token"}"#)
    log.add(.changed, day: 9, "pricing.tiers", nil, #"[{"when":"batch","prompt":"0.000001"}]"#)
    log.add(.changed, day: 9, "pricing.note", nil, "{\"odd\"")
    let tiny = "0.000000000000000123456789"
    let history = log.history(current: try .sample())
    #expect(
      history.lines == [
        "01-05 \(Self.first)",
        #"05-09 {"state":"priced","prompt":"\#(tiny)","completion":"0.00001","input_cache_read":"0.00000125"}"#,
        #"09- {"state":"priced","prompt":"\#(tiny)","completion":"0.0000123456789","input_cache_read":"0.00000125","#
          + #""image":{"amount":"0.001","unit":"token"},"tiers":[{"when":"batch","prompt":"0.000001"}],"#
          + #""note":"{\"odd\""}"#,
      ])
    #expect(
      history.changes.map(\.words).map { $0.prefix(30) } == [
        "added acme-1 - nil 0.0000025/0", "changed acme-1 context_length ",
      ])
  }

  @Test("Where the log does not say what an offer cost at first, that follows from what it costs now")
  func backwards() throws {
    var log = try LogFixture()
    log.add(.changed, day: 5, "pricing.prompt", "0.000001", "0.000002")
    log.add(.changed, day: 7, "pricing.state", "priced", "free")
    log.add(.changed, day: 7, "pricing.prompt", "0.000002", nil)
    log.add(.changed, day: 7, "pricing.completion", "0.000003", nil)
    let expected = [
      #"-05 {"state":"priced","prompt":"0.000001","completion":"0.000003"}"#,
      #"05-07 {"state":"priced","prompt":"0.000002","completion":"0.000003"}"#, #"07- {"state":"free"}"#,
    ]
    #expect(log.history(current: .free(raw: "0")).lines == expected)
    log.add(.removed, day: 9, nil, #"{"state":"free"}"#)
    #expect(log.history().lines == expected.dropLast() + [#"07-09 {"state":"free"}"#])
  }

  @Test("An offer without any log has its present price; one that is gone without a price in the log says so")
  func nothingLogged() throws {
    let log = try LogFixture()
    #expect(log.history(current: try .sample()).lines == ["- \(Self.first)"])
    #expect(log.history().lines.isEmpty)
    var old = try LogFixture()
    old.add(.added, day: 2)
    old.add(.changed, day: 3, "pricing.prompt", "0.1", "0.2")
    old.add(.removed, day: 4)
    #expect(old.history().lines == ["02-04 the change log does not say what it cost then"])
  }

  @Test("An offer that was removed and came back has a gap")
  func gap() throws {
    var log = try LogFixture()
    log.add(.added, day: 1, nil, nil, Self.first)
    log.add(.removed, day: 4, nil, Self.first)
    log.add(.added, day: 6, nil, nil, Self.first)
    #expect(log.history(current: try .sample()).lines == ["01-04 \(Self.first)", "06- \(Self.first)"])
    log.add(.removed, day: 8, nil, Self.first)
    log.add(.added, day: 8, nil, nil, Self.first)
    #expect(log.history(current: try .sample()).lines == ["01-04 \(Self.first)", "06- \(Self.first)"])
  }

  @Test("An old list that is imported late does not rewrite what was in effect before it was known")
  func lateImport() throws {
    var log = try LogFixture()
    log.add(.added, day: 10, written: 11, nil, nil, #"{"state":"free"}"#)
    log.add(.changed, day: 5, written: 20, "pricing.state", "free", "dynamic")
    log.add(.changed, day: 15, written: 21, "pricing.state", "dynamic", "unknown")
    #expect(
      log.history().lines == [#"10-20 {"state":"free"}"#, #"20-21 {"state":"dynamic"}"#, #"21- {"state":"unknown"}"#])
  }

  @Test("What an operator puts over a price is what was in effect, and is among the other changes")
  func overrides() throws {
    var log = try LogFixture()
    log.add(.added, day: 1, nil, nil, Self.first)
    log.add(.changed, day: 3, "override.pricing", nil, #"{"prompt":"0.000001"}"#)
    log.add(.changed, day: 5, "pricing.completion", "0.00001", "0.00002")
    log.add(.changed, day: 7, "override.pricing", #"{"prompt":"0.000001"}"#, #"{"state":"free"}"#)
    log.add(.changed, day: 9, "override.pricing", #"{"state":"free"}"#, nil)
    let expected = [
      "01-03 \(Self.first)", #"03-05 {"state":"priced","prompt":"0.000001","completion":"0.00001"}"#,
      #"05-07 {"state":"priced","prompt":"0.000001","completion":"0.00002"}"#, #"07-09 {"state":"free"}"#,
      #"09- {"state":"priced","prompt":"0.0000025","completion":"0.00002"}"#,
    ]
    #expect(log.history(current: try .sample(completion: "0.00002")).lines == expected)
    #expect(log.history().changes.compactMap(\.field) == Array(repeating: "override.pricing", count: 3))
  }

  @Test("An override that is set or ended while there is no such offer makes no offer, and counts from when it is back")
  func overridesWithoutOffer() throws {
    var log = try LogFixture()
    log.add(.changed, day: 1, "override.pricing", nil, #"{"prompt":"0.000001"}"#)
    #expect(log.history().lines.isEmpty)
    log.add(.added, day: 2, nil, nil, Self.first)
    log.add(.removed, day: 4, nil, Self.first)
    log.add(.changed, day: 5, "override.pricing", #"{"prompt":"0.000001"}"#, nil)
    let expected = [#"02-04 {"state":"priced","prompt":"0.000001","completion":"0.00001"}"#]
    #expect(log.history().lines == expected)
    log.add(.added, day: 6, nil, nil, Self.first)
    #expect(log.history(current: try .sample()).lines == expected + ["06- \(Self.first)"])
    #expect(log.history().changes.count == 5)
  }

  @Test("An override of an offer that was there before the log begins is told from when it was set")
  func overrideBeforeLog() throws {
    var log = try LogFixture()
    log.add(.changed, day: 3, "override.pricing", nil, #"{"state":"free"}"#)
    #expect(log.history(current: try .sample()).lines == ["-03 \(Self.first)", #"03- {"state":"free"}"#])
  }

  @Test("A row that replaces another in SQL, which is only logged as added, ends what was before")
  func replacedRow() throws {
    var log = try LogFixture()
    log.add(.added, day: 1, nil, nil, Self.first)
    log.add(.added, day: 3, nil, nil, #"{"state":"free"}"#)
    #expect(log.history(current: .free()).lines == ["01-03 \(Self.first)", #"03- {"state":"free"}"#])
  }

  @Test(
    "What is no price is said to be none, and what follows is told again",
    arguments: [
      ("pricing.prompt", "cheap", "pricing.prompt: "), ("pricing.colour", "red", "pricing.colour: "),
      ("pricing.tiers", "[", "pricing.tiers: must be an array"), ("pricing.prompt", "{", "pricing.prompt: "),
      ("override.pricing", "{", "pricing: the override is no JSON"), ("override.pricing", "5", "pricing: must be an"),
    ])
  func nonsense(field: String, value: String, problem: String) throws {
    var log = try LogFixture()
    let before = field == "pricing.prompt" ? "0.0000025" : nil
    log.add(.added, day: 1, nil, nil, Self.first)
    log.add(.changed, day: 3, field, before, value)
    log.add(.changed, day: 5, field, value, before)
    let points = log.history().prices
    #expect(points.map { $0.pricing?.json } == [Self.first, nil, Self.first])
    #expect(points[1].problem?.hasPrefix(problem) == true, "\(points[1].words)")
  }

  @Test("The JSON has exact texts, what is not known as null, and the newest where not all fits")
  func json() throws {
    var log = try LogFixture()
    log.add(.added, day: 1, nil, nil, Self.first)
    log.add(.changed, day: 2, "pricing.prompt", "0.0000025", "no")
    log.add(.changed, day: 3, "pricing.prompt", "no", "0.000003")
    log.add(.changed, day: 3, "name", "a", "b")
    let history = ModelHistory(of: "acme-1", current: [], log: log.changes)
    var json = JSONWriter()
    json.object { json in history.writeMembers(limit: 1, to: &json) }
    #expect(
      json.text == #"{"object":"model.history","id":"acme-1","currency":"USD","offers":[{"source_gateway":"acme","#
        + #""id":"acme-1","prices":[{"from":"2026-01-03T00:00:00.000Z","to":null,"state":"priced","prompt":"0.000003","#
        + #""completion":"0.00001"}],"changes":[{"sequence":4,"source_gateway":"acme","id":"acme-1","kind":"changed","#
        + #""field":"name","old":"a","new":"b","revision":4,"at":"2026-01-03T00:00:00.000Z","#
        + #""effective_at":"2026-01-03T00:00:00.000Z"}],"truncated":true}]}"#)
    json = JSONWriter()
    json.object { json in history.writeMembers(limit: 3, to: &json) }
    #expect(
      json.text.contains(
        #"{"from":"2026-01-02T00:00:00.000Z","to":"2026-01-03T00:00:00.000Z","state":null,"problem":"pricing.prompt: "#)
    )
    #expect(json.text.contains(#""truncated":false"#))
  }
}
