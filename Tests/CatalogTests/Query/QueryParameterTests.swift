import Catalog
import Testing

@Suite("Parameters of queries")
struct QueryParameterTests {
  @Test("Every parameter is read into the part of the query that it names")
  func everyParameter() throws {
    let query = try OfferQuery(parameters: [
      ("q", "gpt 4"), ("gateway", "beta,alpha"), ("provider", "Gamma"), ("developer", "OpenAI"),
      ("modality", "text+image->text"), ("input_modality", "audio"), ("output_modality", "image"),
      ("capability", "tools,vision"), ("min_context", "1000"), ("max_context", "2000"), ("min_price", "1e-7"),
      ("max_price", "0.5"), ("is_free", "false"), ("price_state", "priced,free"), ("status", "active"),
      ("sort_by", "prompt_price"), ("order", "desc"),
    ])
    #expect(query.text == "gpt 4")
    #expect(query.providers.map(\.text).sorted() == ["alpha", "beta", "gamma"])
    #expect(query.developer == "OpenAI")
    #expect(query.inputModalities == [.text, .image, .audio])
    #expect(query.outputModalities == [.text, .image])
    #expect(query.capabilities == [.tools, .vision])
    #expect(query.minimumContext == 1_000)
    #expect(query.maximumContext == 2_000)
    #expect(query.minimumPrice == (try QueryFixture.decimal("0.0000001")))
    #expect(query.maximumPrice == (try QueryFixture.decimal("0.5")))
    #expect(query.isFree == false)
    #expect(query.priceStates == [.priced, .free])
    #expect(query.statuses == [.active])
    #expect(query.sort == .promptPrice)
    #expect(query.isDescending)
  }

  @Test("What is given in no way leaves the query as it is")
  func nothing() throws {
    #expect(try OfferQuery(parameters: []) == OfferQuery())
    #expect(try OfferQuery(parameters: [("q", " "), ("gateway", "all")]) == OfferQuery())
    #expect(try OfferQuery(parameters: [("provider", "alpha,ALL")]).providers.isEmpty)
    #expect(try OfferQuery(parameters: [("modality", "image")]).anyModalities == [.image])
    #expect(try OfferQuery(parameters: [("modality", "text->")]).inputModalities == [.text])
    #expect(try OfferQuery(parameters: [("modality", "->image")]).outputModalities == [.image])
    #expect(try UniqueQuery(parameters: []) == UniqueQuery())
  }

  @Test(
    "A value that is not allowed is refused with the values that are",
    arguments: [
      ("sort", "cheapest", "catalog, relevance, name, price, prompt_price"), ("order", "down", "asc, desc"),
      ("order", "ASC", "asc, desc"), ("is_free", "1", "true, false"), ("capability", "tools,telepathy", "web_search"),
      ("modality", "text>text", "embedding"), ("modality", "->", "text+image->text"),
      ("modality", "text+->text", "moderation"), ("input_modality", "smell", "video"), ("status", "gone", "deprecated"),
      ("price_state", "cheap", "not_token_priced"), ("min_context", "-1", "0 to 100000000"),
      ("min_context", "+1", "0 to 100000000"), ("max_context", "100000001", "0 to 100000000"),
      ("max_context", "99999999999999999999", "whole number"), ("min_context", "", "whole number"),
      ("min_price", "-1", "not negative"), ("max_price", "$1", "decimal number"), ("max_price", "1e999", "decimal"),
      ("max_price", "", "decimal"), ("gateway", "no spaces", "provider slugs"), ("gateway", "alpha,", "provider slugs"),
      ("developer", "", "1 to 256 bytes"), ("q", "a b c d e f g h i", "at most 8 words"),
    ])
  func invalidValue(name: String, value: String, allowed: String) throws {
    let error = #expect(throws: QueryError.self) { try OfferQuery(parameters: [(name, value)]) }
    let message = try #require(error).description
    #expect(message.contains(name))
    #expect(message.contains(allowed), "\(message)")
    #expect(error?.allowedValues?.isEmpty == false)
    #expect(error?.isUnknownParameter == false)
  }

  @Test(
    "A long or hostile value is refused and never repeated in full", arguments: ["q", "gateway", "sort", "developer"])
  func hostileValue(name: String) throws {
    let value = String(repeating: "\u{1B}[31mx y\n", count: 100_000)
    let error = #expect(throws: QueryError.self) { try OfferQuery(parameters: [(name, value)]) }
    guard case .invalidValue(_, let shown, _) = try #require(error) else {
      Issue.record("not refused because of the value")
      return
    }
    #expect(shown.unicodeScalars.count <= 80)
    #expect(!shown.unicodeScalars.contains { $0.value < 0x20 })
  }

  @Test("At most 64 providers can be named, however they are given")
  func tooManyProviders() throws {
    let slugs = (0..<65).map { "p\($0)" }
    #expect(try OfferQuery(parameters: [("gateway", slugs.prefix(64).joined(separator: ","))]).providers.count == 64)
    #expect(throws: QueryError.self) { try OfferQuery(parameters: [("gateway", slugs.joined(separator: ","))]) }
    #expect(throws: QueryError.self) { try OfferQuery(parameters: slugs.map { ("provider", $0) }) }
  }

  @Test("Two hundred bytes of text are searched, one more is refused")
  func textLength() throws {
    #expect(throws: Never.self) { try OfferQuery(parameters: [("q", String(repeating: "x", count: 200))]) }
    #expect(throws: QueryError.self) { try OfferQuery(parameters: [("q", String(repeating: "x", count: 201))]) }
  }

  @Test("An unknown name is refused with the names that exist")
  func unknownName() throws {
    let error = #expect(throws: QueryError.self) { try OfferQuery(parameters: [("colour", "red")]) }
    #expect(error?.isUnknownParameter == true)
    #expect(error?.allowedValues == OfferQuery.parameters.map(\.name))
    #expect(error?.description.hasPrefix("unknown parameter \"colour\"; allowed are q, gateway, provider,") == true)
  }

  @Test("A parameter with one value cannot be given twice, not under its other name either")
  func repeated() throws {
    let error = QueryError.repeatedParameter(name: "sort")
    #expect(throws: error) { try OfferQuery(parameters: [("sort", "name"), ("sort_by", "name")]) }
    #expect(throws: QueryError.repeatedParameter(name: "q")) { try OfferQuery(parameters: [("q", "a"), ("q", "a")]) }
    #expect(try OfferQuery(parameters: [("status", "active"), ("status", "preview")]).statuses.count == 2)
  }

  @Test("A range that nothing can be in is refused")
  func emptyRange() throws {
    let contexts = QueryError.emptyRange(minimum: "min_context", maximum: "max_context")
    #expect(throws: contexts) { try OfferQuery(parameters: [("min_context", "2"), ("max_context", "1")]) }
    let prices = QueryError.emptyRange(minimum: "min_price", maximum: "max_price")
    #expect(throws: prices) { try OfferQuery(parameters: [("max_price", "0.1"), ("min_price", "0.10001")]) }
    #expect(throws: Never.self) { try OfferQuery(parameters: [("max_price", "0.1"), ("min_price", "0.10")]) }
  }

  @Test("Every parameter in the table is read, and says what it allows")
  func table() throws {
    for parameter in OfferQuery.parameters + UniqueQuery.parameters {
      #expect(!parameter.description.isEmpty && !parameter.allowedText.isEmpty)
    }
    #expect(Set(OfferQuery.parameters.map(\.name)).count == OfferQuery.parameters.count)
    #expect(Set(UniqueQuery.parameters.map(\.name)).count == UniqueQuery.parameters.count)
  }
}
