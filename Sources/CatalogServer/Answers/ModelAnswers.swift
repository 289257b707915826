import Catalog
import HTTPTypes
import NIOCore

extension AnswerBuilder {
  /// `GET /v1/models/{id}`: one offer; or, where the name is a developer's, that developer's offers.
  func model(_ id: String, _ parameters: inout Parameters) throws(Problem) -> AnswerContent {
    let provider = try parameters.takeProvider(in: snapshot)
    if let offer = snapshot.offers(named: id, provider: provider).first {
      try parameters.finish(known: ["gateway", "provider"])
      return AnswerContent(ByteBuffer(bytes: offer.record), end: AnnouncedEnd(of: CollectionOfOne(offer)))
    }
    return AnswerContent(try developer(id, provider: provider, &parameters))
  }

  private func developer(
    _ name: String, provider: ProviderSlug?, _ parameters: inout Parameters
  ) throws(Problem) -> ByteBuffer {
    let wanted = name.lowercased()
    let offers = snapshot.offers.filter { offer in
      offer.developer?.lowercased() == wanted && (provider == nil || offer.provider.slug == provider)
    }
    guard !offers.isEmpty else { throw modelNotFound(name, provider: provider) }
    let page = try Page(&parameters, defaultLimit: 100, version: snapshot.version)
    try parameters.finish(known: ["gateway", "provider"] + Page.parameters)
    let shown = page.slice(offers)
    return object { json in
      json.member("developer", name)
      json.name("models")
      json.array { json in
        for offer in shown { json.raw(offer.record) }
      }
      json.member("count", shown.count)
      page.write(total: offers.count, returned: shown.count, version: snapshot.version, to: &json)
    }
  }

  /// `GET /v1/models/{id}/offers`: everybody who sells the model, cheapest first.
  func offers(_ id: String, _ parameters: inout Parameters) throws(Problem) -> AnswerContent {
    try parameters.finish(known: [])
    let model = try uniqueModel(named: id)
    return object(showing: model.offers) { json in
      json.member("object", "list")
      json.member("canonical_id", model.key.text)
      json.member("name", model.name)
      json.member("provider_count", model.providerCount)
      json.member("cheapest_provider", model.cheapest?.provider.slug.text)
      json.name("data")
      json.array { json in
        for offer in model.offers { json.raw(offer.record) }
      }
      json.member("total", model.offers.count)
    }
  }

  /// `GET /v1/models/{id}/compare`: the model at all its providers, or those that `gateways` names.
  func comparison(_ id: String, _ parameters: inout Parameters) throws(Problem) -> AnswerContent {
    let text = try parameters.take("gateways")
    try parameters.finish(known: ["gateways"])
    var providers: Set<ProviderSlug> = []
    if let text, text != "all" {
      for name in text.split(separator: ",") { providers.insert(try snapshot.knownProvider(String(name))) }
    }
    _ = try uniqueModel(named: id)
    let comparison: ModelComparison
    do {
      comparison = try ModelComparison(of: [id], providers: providers, in: snapshot)
    } catch {
      throw Problem(error, extra: [])
    }
    return object(showing: comparison.offers) { json in comparison.writeMembers(to: &json) }
  }

  /// `GET /api/models/detail`: one offer with all others of the same model.
  func detail(_ parameters: inout Parameters) throws(Problem) -> AnswerContent {
    let known = ["modelId", "developer", "modelName", "gateway", "provider"]
    let provider = try parameters.takeProvider(in: snapshot)
    var id = try parameters.take("modelId")
    let developer = try parameters.take("developer")
    let name = try parameters.take("modelName")
    try parameters.finish(known: known)
    if id == nil, let developer, let name { id = "\(developer)/\(name)" }
    guard let id else { throw .badRequest("give \"modelId\", or \"developer\" and \"modelName\"", allowed: known) }
    guard let offer = snapshot.offers(named: id, provider: provider).first else {
      throw modelNotFound(id, provider: provider)
    }
    let all = snapshot.uniqueModel(offer.identity.key.text)?.offers ?? [offer]
    return object(showing: all) { json in
      json.name("data")
      json.raw(offer.record)
      json.member("gateway", offer.provider.slug.text)
      json.name("providers")
      json.array { json in
        for other in all { json.raw(other.record) }
      }
    }
  }

  /// `GET /v1/pricing/{id}`: what the model costs at every provider that has it, or at one.
  func pricing(_ id: String, _ parameters: inout Parameters) throws(Problem) -> AnswerContent {
    let provider = try parameters.takeProvider(in: snapshot)
    try parameters.finish(known: ["gateway", "provider"])
    let offers = snapshot.offers(named: id, provider: provider)
    guard let first = offers.first else { throw modelNotFound(id, provider: provider) }
    return object(showing: offers) { json in
      json.member("object", "pricing")
      json.member("id", id)
      json.member("canonical_id", first.identity.key.text)
      json.member("currency", "USD")
      json.name("offers")
      json.array { json in
        for offer in offers { writePricing(of: offer, to: &json) }
      }
    }
  }

  /// Encodes one JSON object that shows these offers.
  private func object(
    showing offers: [CatalogOffer], _ body: (inout JSONWriter) throws -> Void
  ) rethrows -> AnswerContent {
    AnswerContent(try object(body), end: AnnouncedEnd(of: offers))
  }

  private func writePricing(of offer: CatalogOffer, to json: inout JSONWriter) {
    json.object { json in
      json.member("id", offer.offer.id)
      json.member("source_gateway", offer.provider.slug.text)
      json.name("pricing")
      RecordEncoding.writePricing(offer.offer.pricing, to: &json)
      json.member("pricing_state", offer.offer.pricing.state.rawValue)
      if let note = offer.offer.pricing.note { json.member("pricing_note", note) }
      json.member("raw", offer.offer.pricing.raw)
      json.member("source", offer.offer.source)
      json.member("observed_at", offer.offer.observedAt)
    }
  }

  private func uniqueModel(named id: String) throws(Problem) -> UniqueModel {
    if let model = snapshot.uniqueModel(id) { return model }
    guard let offer = snapshot.offers(named: id).first, let model = snapshot.uniqueModel(offer.identity.key.text) else {
      throw modelNotFound(id, provider: nil)
    }
    return model
  }

  func modelNotFound(_ id: String, provider: ProviderSlug?) -> Problem {
    let place = provider.map { " at \($0)" } ?? ""
    return Problem(
      status: .notFound, kind: "model-not-found",
      detail: "no model is called \"\(id.prefix(120))\"\(place); search with /v1/models/search?q=",
      allowed: ModelSuggestions.nearest(to: id, in: snapshot))
  }
}

extension ModelComparison {
  /// The offers that are compared.
  fileprivate var offers: [CatalogOffer] {
    entries.flatMap { entry -> [CatalogOffer] in
      if case .found(let model) = entry.outcome { model.offers } else { [] }
    }
  }
}
