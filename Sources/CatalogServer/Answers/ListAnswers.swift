import Catalog
import NIOCore

extension AnswerBuilder {
  /// `GET /v1/models`: every offer that the filters leave, or unique models, in an OpenAI-compatible envelope.
  func models(_ parameters: inout Parameters) throws(Problem) -> ByteBuffer {
    if try parameters.takeBool("unique_models") == true { return try uniqueEnvelope(&parameters, defaultLimit: nil) }
    let page = try Page(&parameters, defaultLimit: nil, version: snapshot.version)
    let query = parameters.takeRest()
    let gateway = query.first { $0.name == "gateway" || $0.name == "provider" }?.value ?? "all"
    if query.isEmpty, page.limit == nil, page.offset == 0 {
      return envelope(joined: snapshot.parts.map(\.joinedRecords), count: snapshot.offers.count, gateway: "all", page)
    }
    if query.count == 1, query[0].name == "gateway" || query[0].name == "provider", gateway != "all",
      !gateway.contains(","), page.limit == nil, page.offset == 0,
      let part = snapshot.part(try snapshot.knownProvider(gateway))
    {
      return envelope(joined: [part.joinedRecords], count: part.offers.count, gateway: gateway, page)
    }
    let offers = try run(query, extra: Page.parameters + ["unique_models"])
    return envelope(offers, gateway: gateway, page)
  }

  /// `GET /v1/models/search`: like the list, by relevance, in short pages.
  func search(_ parameters: inout Parameters) throws(Problem) -> ByteBuffer {
    let page = try Page(&parameters, defaultLimit: 20, version: snapshot.version)
    let query = parameters.takeRest()
    let offers = try run(query, extra: Page.parameters)
    let shown = page.slice(offers)
    return object { json in
      json.member("success", true)
      writeRecords(shown, to: &json)
      json.name("meta")
      json.object { json in
        page.write(total: offers.count, returned: shown.count, version: snapshot.version, to: &json)
        json.name("filters_applied")
        json.object { json in
          for parameter in query {
            json.name(dynamic: parameter.name)
            json.value(parameter.value)
          }
        }
      }
    }
  }

  /// `GET /v1/models/by-category/{category}`.
  func category(_ name: String, _ parameters: inout Parameters) throws(Problem) -> ByteBuffer {
    guard let category = ModelCategory(rawValue: name) else {
      throw .badRequest("unknown category \"\(name.prefix(40))\"", allowed: ModelCategory.allCases.map(\.rawValue))
    }
    let page = try Page(&parameters, defaultLimit: 200, version: snapshot.version)
    try parameters.finish(known: Page.parameters)
    let offers = snapshot.offers.filter(category.contains)
    let shown = page.slice(offers)
    return object { json in
      json.member("category", name)
      writeRecords(shown, to: &json)
      page.write(total: offers.count, returned: shown.count, version: snapshot.version, to: &json)
    }
  }

  /// `GET /v1/models/unique`.
  func uniqueModels(_ parameters: inout Parameters) throws(Problem) -> ByteBuffer {
    let page = try Page(&parameters, defaultLimit: 100, version: snapshot.version)
    let models = try runUnique(&parameters)
    let shown = page.slice(models)
    return object { json in
      json.name("models")
      json.array { json in
        for model in shown { json.raw(model.record) }
      }
      page.write(total: models.count, returned: shown.count, version: snapshot.version, to: &json)
    }
  }

  private func uniqueEnvelope(_ parameters: inout Parameters, defaultLimit: Int?) throws(Problem) -> ByteBuffer {
    let page = try Page(&parameters, defaultLimit: defaultLimit, version: snapshot.version)
    let models = try runUnique(&parameters)
    let shown = page.slice(models)
    return object { json in
      json.member("object", "list")
      json.name("data")
      json.array { json in
        for model in shown { json.raw(model.record) }
      }
      page.write(total: models.count, returned: shown.count, version: snapshot.version, to: &json)
    }
  }

  private func runUnique(_ parameters: inout Parameters) throws(Problem) -> [UniqueModel] {
    let query: UniqueQuery
    do {
      query = try UniqueQuery(parameters: parameters.takeRest())
    } catch {
      throw Problem(error, extra: Page.parameters)
    }
    try checkKnown(query.unknownProviders(in: snapshot))
    return query.run(on: snapshot)
  }

  private func run(_ query: [(name: String, value: String)], extra: [String]) throws(Problem) -> [CatalogOffer] {
    let offerQuery: OfferQuery
    do {
      offerQuery = try OfferQuery(parameters: query)
    } catch {
      throw Problem(error, extra: extra)
    }
    try checkKnown(offerQuery.unknownProviders(in: snapshot))
    return offerQuery.run(on: snapshot)
  }

  /// Refuses a query for providers that have no offers.
  private func checkKnown(_ unknown: [ProviderSlug]) throws(Problem) {
    if let first = unknown.first { _ = try snapshot.knownProvider(first.text) }
  }

  private func writeRecords(_ offers: ArraySlice<CatalogOffer>, to json: inout JSONWriter) {
    json.name("data")
    json.array { json in
      for offer in offers { json.raw(offer.record) }
    }
  }

  /// The envelope of some offers.
  private func envelope(_ offers: [CatalogOffer], gateway: String, _ page: Page) -> ByteBuffer {
    let shown = page.slice(offers)
    return object { json in
      json.member("object", "list")
      writeRecords(shown, to: &json)
      page.write(total: offers.count, returned: shown.count, version: snapshot.version, to: &json)
      json.member("gateway", gateway)
    }
  }

  /// The envelope of whole parts, copied as they are.
  private func envelope(joined: [[UInt8]], count: Int, gateway: String, _ page: Page) -> ByteBuffer {
    var tail = JSONWriter()
    tail.object { json in
      page.write(total: count, returned: count, version: snapshot.version, to: &json)
      json.member("gateway", gateway)
    }
    var buffer = ByteBuffer()
    buffer.reserveCapacity(joined.reduce(256) { $0 + $1.count + 1 })
    buffer.writeStaticString(#"{"object":"list","data":["#)
    for (index, records) in joined.enumerated() {
      if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
      buffer.writeBytes(records)
    }
    buffer.writeStaticString("],")
    buffer.writeBytes(tail.bytes.dropFirst())
    return buffer
  }
}

extension Problem {
  /// The problem that a query has; `extra` names parameters that the route knows beside those of the query.
  init(_ error: QueryError, extra: [String]) {
    self = .badRequest(
      error.description, allowed: error.allowedValues.map { $0 + (error.isUnknownParameter ? extra : []) } ?? [])
  }
}
