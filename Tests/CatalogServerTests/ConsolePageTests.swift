import Catalog
import Foundation
import Logging
import TestSupport
import Testing
import TieredCaching

@testable import CatalogServer

@Suite("The pages of the console that anybody may read", .timeLimit(.minutes(2)))
struct ConsolePageTests {
  @Test(
    "are well-formed, say which version they show, and work without a script",
    arguments: [
      "/console", "/console/", "/console?q=gpt&sort=cheapest_price&min_providers=2", "/console?q=nothing+has+this",
      "/console?page=9", "/console/offers", "/console/offers?gateway=router&price_state=dynamic&sort=context",
      "/console/model?id=openai/gpt-4o", "/console/model?id=gpt-4o", "/console/model?id=a%2Fb%20c%25d",
      "/console/compare", "/console/compare?model=openai/gpt-4o&model=acme-1:fp8&model=no-such-model", "/console/cost",
      "/console/cost?model=openai/gpt-4o&input_tokens=1000000&output_tokens=5",
      "/console/cost?model=openai/gpt-4o&input_tokens=5&cached_input_tokens=9", "/console/providers",
      "/console/provider?id=router", "/console/changes", "/console/changes?gateway=router&kind=added&field=pricing",
      "/console/deprecations", "/console/deprecations?gateway=acme&within_days=36500",
    ])
  func pages(_ target: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let response = try await server.get(target)
      let page = try ConsoleReader(response)
      let version = try #require(server.service.peek()?.value.version)
      #expect(page.elements("footer").first?.allText.contains(version) == true)
      #expect(response["cache-control"] == "no-cache")
      let head = try await server.send("HEAD", target)
      #expect(head.status == 200 && head.body.isEmpty)
      let packed = try await server.get(target, "Accept-Encoding: gzip")
      #expect(packed["content-encoding"] == "gzip" && packed["vary"] == "accept-encoding")
    }
  }

  @Test("list models with their offers side by side, and what the query layer finds")
  func models() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let page = try ConsoleReader(try await server.get("/console?q=gpt-4o"))
      #expect(try page.element(id: "count").text == "1 model")
      let rows = try page.element(id: "results").all.filter { $0.name == "tr" }.dropFirst()
      let row = try #require(rows.first)
      #expect(rows.count == 1)
      // The cheapest offer, and all three sellers.
      #expect(row.allText.contains("$2.00") && row.allText.contains("$8.00"))
      let sellers = row.all.filter { $0.name == "li" }.map { $0.all.map(\.text).joined(separator: " ") }
      #expect(sellers.count == 3)
      #expect(sellers.first?.contains("discount") == true && sellers.first?.contains("$2.00 / $8.00") == true)
      #expect(row.all.contains { $0.attributes["href"] == "/console/model?id=openai%2Fgpt-4o" })
    }
  }

  @Test("say free, varying and unknown prices in words")
  func states() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let page = try ConsoleReader(try await server.get("/console/offers?gateway=router"))
      let prices = page.elements("td").filter { $0.attributes["data-label"] == "Input" }.map(\.text)
      #expect(Set(prices) == ["free", "varies", "unknown", "$3.00"])
      #expect(page.text.contains("nobody says"))
    }
  }

  @Test("say in words what is not billed by the token, and never that it costs nothing")
  func notByToken() async throws {
    let images: [PriceComponent: Price] = [
      .prompt: .perToken(.zero), .image: .perImage(try ExactDecimal(parsing: "0.04")),
    ]
    let offers = try [
      Offer.sample(id: "maker/painter", pricing: .priced(images)),
      Offer.sample(id: "maker/singer", pricing: .notTokenPriced("by the song")),
      Offer.sample(provider: "other", id: "maker/painter", pricing: .unknown()),
      Offer.sample(provider: "other", id: "maker/router", pricing: .dynamic()),
      Offer.sample(provider: "third", id: "maker/router", pricing: .unknown()),
    ]
    try await TestServer.run(offers) { server in
      let cells = { (page: ConsoleReader, label: String) in
        page.elements("td").filter { $0.attributes["data-label"] == label }.map(\.text)
      }
      let offers = try ConsoleReader(try await server.get("/console/offers?gateway=acme"))
      for label in ["Input", "Output", "Cached"] {
        #expect(cells(offers, label) == ["not by token", "not by token"])
      }
      #expect(offers.text.contains("$0.04 / image"))
      let models = try ConsoleReader(try await server.get("/console?sort=name"))
      #expect(Set(cells(models, "Input")) == ["not comparable", "not by token"])
      let target = "/console/compare?model=maker/painter&model=maker/singer&model=maker/router"
      let compared = try ConsoleReader(try await server.get(target))
      let sellers = compared.elements("td").filter { $0.attributes["class"] == "price" }.map(\.text)
      let rows = [
        ["not by token", "not by token", "not sold"], ["unknown", "not sold", "varies"],
        ["not sold", "not sold", "unknown"],
      ]
      #expect(sellers == rows.flatMap(\.self))
    }
  }

  @Test("filter by a price for a million tokens, and keep what is asked for in the form and in the links")
  func filters() async throws {
    let offers = try (0..<120).map {
      try Offer.sample(id: "m-\($0)", pricing: .sample(prompt: $0 % 2 == 0 ? "0.000001" : "0.000002"))
    }
    try await TestServer.run(offers) { server in
      let target = "/console/offers?max_price_million=1.5&capability=&page=1&developer=&gateway=acme"
      let page = try ConsoleReader(try await server.get(target))
      #expect(try page.element(id: "count").text == "60 offers")
      let links = page.elements("a").compactMap { $0.attributes["rel"] == "next" ? $0.attributes["href"] : nil }
      let next = try #require(links.first)
      #expect(next == "/console/offers?max_price_million=1.5&gateway=acme&page=2")
      let second = try ConsoleReader(try await server.get(next))
      let rows = try second.element(id: "results").all.filter { $0.name == "tr" }.dropFirst()
      #expect(rows.count == 10)
      #expect(try second.element(id: "f-price").attributes["value"] == "1.5")
      let selected = second.elements("option").filter { $0.attributes["selected"] != nil }.map(\.text)
      #expect(selected.contains("ACME"))
    }
  }

  @Test("find changes behind the newest ones, and lead to all that there are")
  func changes() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let patch = #"{"pricing":{"prompt":"0.000001"}}"#
      _ = try await server.store.edit(
        .patchOffer(provider: .sample("openai"), id: "gpt-4o", OfferPatch(try JSONReader.parse(Array(patch.utf8)))))
      try await server.store.replace(with: (0..<450).map { try .sample(provider: "bulk", id: "m-\($0)") })
      try await server.service.refresh()
      let rows = { (page: ConsoleReader) in page.elements("tr").filter { $0.children("td").count == 6 } }
      let prices = try ConsoleReader(try await server.get("/console/changes?field=pricing"))
      #expect(rows(prices).count == 1 && prices.text.contains("pricing.prompt"))
      #expect(try prices.element(id: "count").text == "1 change")
      let none = try ConsoleReader(try await server.get("/console/changes?field=status"))
      #expect(none.text.contains("Nothing of this has changed"))
      #expect(!none.elements("a").contains { $0.text == "Older →" })
      var address: String? = "/console/changes?gateway=bulk"
      var counts: [Int] = []
      while let target = address, counts.count < 9 {
        let page = try ConsoleReader(try await server.get(target))
        counts.append(rows(page).count)
        address = page.elements("a").first { $0.text == "Older →" }?.attributes["href"]
      }
      #expect(counts == [200, 200, 50])
    }
  }

  @Test("draw what offers cost since when")
  func chart() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let patch = #"{"pricing":{"prompt":"0.000001"}}"#
      _ = try await server.store.edit(
        .patchOffer(provider: .sample("openai"), id: "gpt-4o", OfferPatch(try JSONReader.parse(Array(patch.utf8)))))
      try await server.service.refresh()
      let page = try ConsoleReader(try await server.get("/console/model?id=openai/gpt-4o"))
      let charts = page.elements("figure")
      #expect(charts.count == 2)
      #expect(charts[0].all.filter { $0.name == "path" && $0.attributes["d"]?.hasPrefix("M") == true }.count == 6)
      #expect(charts[0].allText.contains("$1.00"))
      #expect(page.text.contains("pricing.prompt") && page.text.contains("$2.50"))
    }
  }

  @Test("show a price that nobody asks for as it is stated")
  func hugePrice() async throws {
    let offer = try Offer.sample(id: "dear", pricing: .sample(prompt: "12345678901234567890"))
    try await TestServer.run([offer]) { server in
      let page = try ConsoleReader(try await server.get("/console/model?id=dear"))
      #expect(page.elements("figure").count == 2)
      #expect(page.text.contains("$12345678901234567890000000.00"))
    }
  }

  @Test("show a model without its history when the change log cannot be read")
  func withoutHistory() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      server.store.fail(.changesOfOffers, with: StoreError.unavailable("gone"))
      let page = try ConsoleReader(try await server.get("/console/model?id=openai/gpt-4o"))
      #expect(page.elements("figure").isEmpty)
      #expect(page.text.contains("cannot be read"))
    }
  }

  @Test("compare models, mark the best, and offer names that are near")
  func comparison() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let target = "/console/compare?model=openai/gpt-4o&model=meta/llama-3-8b:free&model=openai/gpt-4p"
      let page = try ConsoleReader(try await server.get(target))
      #expect(page.elements("table").count == 1)
      let heads = page.elements("thead").flatMap(\.all).filter { $0.name == "a" }
      #expect(heads.count == 4)
      let notices = page.elements("div").filter { $0.attributes["class"] == "notice" }
      let notice = try #require(notices.first)
      #expect(notices.count == 1 && notice.allText.contains("No model is called “openai/gpt-4p”"))
      let near = notice.all.filter { $0.name == "li" }.flatMap(\.all).first { $0.text == "openai/gpt-4o" }
      let kept = "/console/compare?model=openai%2Fgpt-4o&model=meta%2Fllama-3-8b%3Afree"
      #expect(near?.attributes["href"]?.hasPrefix(kept) == true)
      let best = page.elements("tr").filter { $0.allText.contains("Cheapest input") }.flatMap(\.all)
      #expect(best.filter { $0.attributes["class"] == "best" }.count == 1)
    }
  }

  @Test("compare the lowest input and the lowest output that any seller asks, whoever is cheapest for both")
  func lowestPrices() async throws {
    let offers = try [
      // Cheapest for both together is the first, and only its output is the lowest.
      Offer.sample(provider: "a", id: "maker/one", pricing: .sample(prompt: "0.000003", completion: "0.000001")),
      Offer.sample(provider: "b", id: "maker/one", pricing: .sample(prompt: "0.000001", completion: "0.00009")),
      Offer.sample(provider: "a", id: "maker/two", pricing: .sample(prompt: "0.000002", completion: "0.000002")),
    ]
    try await TestServer.run(offers) { server in
      let page = try ConsoleReader(try await server.get("/console/compare?model=maker/one&model=maker/two"))
      for (label, texts) in [("Cheapest input", ["$1.00", "$2.00"]), ("Cheapest output", ["$1.00", "$2.00"])] {
        let row = try #require(page.elements("tr").first { $0.children("th").first?.text == label })
        let cells = row.children("td")
        #expect(cells.map { $0.text.trimmingCharacters(in: .whitespaces) } == texts, "\(label)")
        #expect(cells.map { $0.children("span").isEmpty } == [false, true], "\(label)")
      }
    }
  }

  @Test("calculate the same cost as the interface for programs, to the last digit")
  func cost() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let target = "/console/cost?model=openai/gpt-4o&input_tokens=1234567&output_tokens=89"
      let page = try ConsoleReader(try await server.get(target))
      let body = #"{"model":"openai/gpt-4o","input_tokens":1234567,"output_tokens":89}"#
      let (_, json) = try await server.post("/v1/cost/estimate", body)
      let totals = json["offers"]?.array ?? json["data"]?.array ?? json["ranked"]?.array ?? []
      let expected = totals.compactMap { ($0["total"] ?? $0["cost"] ?? $0["total_usd"])?.string }
      try #require(expected.count == 3, "\(json.names)")
      let shown = page.elements("td").filter { $0.attributes["class"] == "number total" }.map(\.text)
      #expect(shown == expected.map { "$\($0)" })
    }
  }

  @Test("keep names that attack inert, whatever is in them")
  func hostile() async throws {
    let names = [
      "<script>alert(1)</script>", "\"onmouseover=\"alert(1)", "'><img src=x onerror=alert(1)>",
      "{{title}}{{{content}}}",
      "&lt;b&gt;", "\"\u{301} onmouseover=alert(1) x=\"", "<\u{338}script>", "]]>", "javascript:alert(1)",
      "../../admin?x=#y",
    ]
    let offers = try names.enumerated().map { index, name in
      var offer = try Offer.sample(provider: "evil", id: "\(name)/\(index)", name: name)
      offer.ownedBy = name
      offer.description = name
      offer.aliases = [name + "-alias"]
      offer.pricing.note = name
      return offer
    }
    try await TestServer.run(offers) { server in
      for target in ["/console", "/console/offers?q=alert", "/console/provider?id=evil", "/console/changes"] {
        _ = try ConsoleReader(try await server.get(target))
      }
      let list = try ConsoleReader(try await server.get("/console/offers"))
      for (index, name) in names.enumerated() {
        #expect(list.elements("a").contains { $0.text == name }, "\(name)")
        let id = Markup.percentEncoded("\(name)/\(index)")
        let page = try ConsoleReader(try await server.get("/console/model?id=\(id)"))
        #expect(page.elements("h1").first?.text == name)
        _ = try ConsoleReader(try await server.get("/console/compare?model=\(id)&model=\(Markup.percentEncoded(name))"))
        let cost = "/console/cost?model=\(id)&input_tokens=1"
        let shown = try ConsoleReader(try await server.get(cost)).element(id: "model")
        #expect(shown.attributes["value"] == "\(name)/\(index)")
      }
      let echoed = try ConsoleReader(try await server.get("/console?q=%22%3E%3Cscript%3E"))
      #expect(try echoed.element(id: "q").attributes["value"] == "\"><script>")
    }
  }

  @Test("link to a provider's site only if it is one")
  func site() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let listings = try [("acme", "javascript:alert(1)"), ("openai", "https://openai.com")].map { slug, site in
        ProviderListing(
          provider: Provider(slug: try .sample(slug), name: slug, siteURL: site),
          offers: [try .sample(provider: slug, id: "new")], stated: .all)
      }
      _ = try await server.store.importListings(listings, options: ImportOptions(format: "test", force: true))
      try await server.service.refresh()
      let acme = try ConsoleReader(try await server.get("/console/provider?id=acme"))
      #expect(!acme.elements("a").contains { $0.attributes["href"]?.contains("javascript") == true })
      let openai = try ConsoleReader(try await server.get("/console/provider?id=openai"))
      #expect(openai.elements("a").contains { $0.attributes["href"] == "https://openai.com" })
    }
  }

  @Test(
    "say what is wrong on a page, with the right status and a way back",
    arguments: [
      ("GET", "/console/nowhere", 404), ("GET", "/console/model", 400), ("GET", "/console/model?id=gpt-4p", 404),
      ("GET", "/console/provider?id=nobody", 404), ("GET", "/console/provider?id=%3Cb%3E", 400),
      ("GET", "/console?sort=nonsense", 400), ("GET", "/console?page=0", 400), ("GET", "/console?gateway=nobody", 400),
      ("GET", "/console?unknown=1", 400), ("GET", "/console/compare?x=1", 400),
      ("GET", "/console/deprecations?max_price_million=1", 400),
      ("GET", "/console/provider?id=acme&max_price_million=cheap", 400),
      ("GET", "/console/changes?before=0", 400), ("GET", "/console/changes?before=x", 400),
      ("GET", "/console/%zz", 400), ("POST", "/console", 405), ("DELETE", "/console/offers", 405),
      ("GET", "/console/assets/nothing.js", 404), ("GET", "/console/logout", 405),
    ])
  func problems(_ method: String, _ target: String, _ status: Int) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let page = try ConsoleReader(try await server.send(method, target), status: status)
      #expect(page.text.contains("\(status)"))
      #expect(page.elements("a").contains { $0.attributes["href"] == "/console" && $0.attributes["class"] == "button" })
    }
  }

  @Test(
    "keep what was typed when a price is none, and say so above an empty list", arguments: ["cheap", "-1", "1e999"],
    ["/console", "/console/offers"])
  func badPrice(price: String, path: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let response = try await server.get("\(path)?q=gpt&gateway=openai&max_price_million=\(price)")
      let page = try ConsoleReader(response, status: 400)
      #expect(try page.element(id: "count").text.contains("must be a number of dollars such as 2.5, not “\(price)”"))
      #expect(try page.element(id: "q").attributes["value"] == "gpt")
      #expect(try page.element(id: "f-price").attributes["value"] == price)
      let selected = page.elements("option").filter { $0.attributes["selected"] != nil }.map(\.text)
      #expect(selected.contains("OPENAI"))
      #expect(try page.element(id: "results").all.filter { $0.attributes["scope"] == "row" }.isEmpty)
    }
  }

  @Test("keep the numbers of a cost when no model has the name, and lead to those that are near")
  func unknownCost() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let target = "/console/cost?model=openai/gpt-4p&input_tokens=123&images=7&batch=true"
      let page = try ConsoleReader(try await server.get(target), status: 404)
      #expect(page.text.contains("no model is called"))
      #expect(try page.element(id: "model").attributes["value"] == "openai/gpt-4p")
      #expect(try page.element(id: "n-input_tokens").attributes["value"] == "123")
      #expect(try page.element(id: "n-images").attributes["value"] == "7")
      #expect(try page.element(id: "batch").attributes["checked"] != nil)
      let near = page.elements("a").first { $0.allText.contains("openai/gpt-4o") }?.attributes["href"]
      #expect(near == "/console/cost?input_tokens=123&images=7&batch=true&model=openai%2Fgpt-4o")
      let found = try ConsoleReader(try await server.get(try #require(near)))
      #expect(!found.elements("td").isEmpty)
    }
  }

  @Test("compare the first 20 of too many models, and say so")
  func tooManyModels() async throws {
    let offers = try (0..<23).map { try Offer.sample(id: "maker/model-\($0)") }
    try await TestServer.run(offers) { server in
      let query = (0..<23).map { "model=maker/model-\($0)" }.joined(separator: "&")
      let page = try ConsoleReader(try await server.get("/console/compare?\(query)"))
      #expect(page.text.contains("Only the first 20 of 23 models are compared."))
      #expect(page.elements("thead").flatMap(\.all).filter { $0.attributes["class"] == "remove" }.count == 20)
      let whole = try ConsoleReader(try await server.get("/console/compare?model=maker/model-1"))
      #expect(!whole.text.contains("Only the first"))
    }
  }

  @Test("lead to models whose names are near")
  func suggestions() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let page = try ConsoleReader(try await server.get("/console/model?id=openai/gpt-4p"), status: 404)
      #expect(page.elements("a").contains { $0.attributes["href"] == "/console/model?id=openai%2Fgpt-4o" })
      let other = try ConsoleReader(try await server.get("/console?sort=nonsense"), status: 400)
      let allowed = try #require(other.elements("ul").first { $0.attributes["class"] == "suggestions" })
      #expect(allowed.allText.contains("cheapest_price") && !allowed.all.contains { $0.name == "a" })
    }
  }

  @Test("tell a change log that is too long from one that cannot be read")
  func longLog() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let snapshot = try await server.service.read().value
      let model = try #require(snapshot.uniqueModel("openai/gpt-4o"))
      let tooLong = ModelDetail(model, log: .tooLong, now: 1_700_000_000, in: snapshot)
      #expect(tooLong.historyProblem == "Too many changes to show: more than 50,000.")
      let away = ModelDetail(model, log: .unavailable, now: 1_700_000_000, in: snapshot)
      #expect(away.historyProblem?.contains("cannot be read") == true)
      for page in [tooLong, away] { #expect(page.changes.isEmpty && !page.nothing.contains("Nothing has changed")) }
    }
  }

  @Test("say that there is no catalog while there is none")
  func notLoaded() async throws {
    let log = RecordingLog()
    try await TestServer.run(
      Catalogs.small(),
      setup: {
        $0.waitsForLoad = false
        $0.prepareStore = { $0.fail(.load, with: StoreError.unavailable("no such table")) }
        $0.logger = log.logger
      }
    ) { server in
      _ = try ConsoleReader(try await server.get("/console"), status: 503)
    }
    // As for any other route: once, and to be looked at.
    let refused = log.lines.filter { $0.message == "Request refused" }
    #expect(refused.map(\.level) == [.warning] && refused.first?.metadata["status"] == "503")
  }

  @Test("have a style sheet and a script that browsers keep until they change")
  func assets() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let page = try ConsoleReader(try await server.get("/console"))
      let sheet = page.elements("link").first { $0.attributes["rel"] == "stylesheet" }?.attributes["href"]
      let script = page.elements("script").first?.attributes["src"]
      for (address, type) in [(sheet, "text/css; charset=utf-8"), (script, "text/javascript; charset=utf-8")] {
        let address = try #require(address)
        let plain = try await server.get(address)
        #expect(plain.status == 200 && plain["content-type"] == type && !plain.body.isEmpty)
        #expect(plain["cache-control"]?.contains("immutable") == true)
        #expect(
          plain["content-security-policy"] == ConsoleReader.policy && plain["x-content-type-options"] == "nosniff")
        let tag = try #require(plain["etag"])
        let again = try await server.get(address, "If-None-Match: \(tag)")
        #expect(again.status == 304 && again.body.isEmpty)
        let packed = try await server.get(address, "Accept-Encoding: gzip")
        #expect(packed["content-encoding"] == "gzip" && packed["etag"] != tag && packed.body.count < plain.body.count)
        // What another version of the program may have under the same name is not kept.
        let other = try await server.get("\(address.prefix { $0 != "?" })?v=0")
        #expect(other["cache-control"] == "no-cache")
        #expect(!plain.text.contains("http://") && !plain.text.contains("https://"))
      }
    }
  }

  @Test("are where browsers are sent that ask for the root; programs get the routes")
  func home() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let browser = try await server.get("/", "Accept: text/html,application/xhtml+xml,*/*;q=0.8")
      #expect(browser.status == 303 && browser["location"] == "/console" && browser["vary"] == "accept")
      for accept in ["Accept: */*", "Accept: application/json", "X-Nothing: text/html"] {
        let program = try await server.get("/", accept)
        #expect(program.status == 200 && program["vary"] == "accept")
        #expect(try program.json["name"] == .string("modelcatalog"))
      }
    }
  }

  @Test("come from templates that are all there and used; a broken one ends the start")
  func templates() throws {
    _ = try ConsoleTemplates()
    let broken = Array("{{#open}} never closed".utf8)
    #expect(throws: ConsoleTemplates.Broken.self) { try ConsoleTemplates(["layout": broken]) }
    #expect(throws: ConsoleTemplates.Broken.self) { try ConsoleTemplates(["layout": Array("{{>nothing}}".utf8)]) }
    #expect(throws: ConsoleTemplates.Broken.self) { try ConsoleTemplates(["layout": [0xFF]]) }
    for (name, bytes) in ConsoleTemplates.sources {
      // Nothing is filled in as it is.
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("{{{") && !text.contains("{{&"), "\(name)")
    }
  }
}
