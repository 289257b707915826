internal import Catalog

/// Gateways whose lists have names of their own.
extension ImportFormat {
  static let aihubmix = ImportFormat(
    "aihubmix", "AIHubMix model list; prices in USD per million tokens as numbers", provider: "aihubmix",
    id: "model_id", states: [.name, .description, .contextLength, .maxOutput, .modalities, .capabilities, .status],
    prices: PriceTable(
      ["pricing"], .number, .usdPerMillion,
      [
        .init("input", .prompt), .init("output", .completion), .init("cache_read", .cacheRead),
        .init("cache_write", .cacheWrite),
      ],
      ignoring: ["tiers", "tier"],
      tiers: { (fields, table, reading) throws(ImportError) in
        _ = try ModelsDevRow.readTiers(fields, table, &reading)
      })
  ) { (row, offer) throws(ImportError) in
    offer.name = try row.string("model_name") ?? offer.modelID
    offer.description = try row.string("desc")
    offer.contextLength = try row.tokens("context_length")
    offer.maxOutput = try row.tokens("max_output")
    if try row.string("retire_stage") == "deprecated" { offer.status = .deprecated }
    offer.capabilities = try words(in: "features", of: row).compactMap(Vocabulary.capability)
    offer.setModalities(
      input: try words(in: "input_modalities", of: row).compactMap(Vocabulary.modality),
      output: try words(in: "output_modalities", of: row).compactMap(Vocabulary.modality))
  }

  /// The words of a text that are parted by commas.
  private static func words(in name: String, of row: Fields) throws(ImportError) -> [String] {
    try row.string(name)?.split(separator: ",").compactMap { Vocabulary.trimmed(String($0)) } ?? []
  }

  static let requesty = ImportFormat(
    "requesty", "Requesty router list; prices in USD per token as numbers", provider: "requesty",
    states: [.description, .contextLength, .maxOutput, .modalities, .capabilities],
    prices: PriceTable(
      [], .number, .usdPerToken,
      [
        .init("input_price", .prompt), .init("output_price", .completion), .init("cached_price", .cacheRead),
        .init("caching_price", .cacheWrite),
      ],
      isPriceMember: { $0.hasSuffix("_price") })
  ) { (row, offer) throws(ImportError) in
    offer.ownedBy = try row.string("owned_by")
    offer.description = try row.string("description")
    offer.contextLength = try row.tokens("context_window")
    offer.maxOutput = try row.tokens("max_output_tokens")
    offer.capabilities = try row.capabilities([
      "supports_tool_calling": .tools, "supports_reasoning": .reasoning,
      "supports_output_json_schema": .structuredOutput, "supports_caching": .promptCaching,
    ])
    guard let output = Vocabulary.modality(try row.string("api") ?? "chat") else { return }
    offer.setModalities(
      input: try row.flag("supports_vision") == true ? [.text, .image] : [.text],
      output: try row.flag("supports_image_generation") == true ? [output, .image] : [output])
  }

  /// One offer for each provider behind the gateway; a request names it as `MODEL/PROVIDER`.
  ///
  /// Source: https://docs.helicone.ai/rest/models/get-v1public-model-registry-models
  static let helicone = ImportFormat(
    "helicone",
    "Helicone model registry; one offer per model and provider, prices in USD per million tokens as numbers",
    provider: "helicone", layout: .keyed("\"data\" as Helicone's registry has it"),
    states: [
      .name, .description, .contextLength, .maxOutput, .modalities, .supportedParameters, .capabilities, .pricing,
    ]
  ) { (registry, session) throws(ImportError) in
    guard registry.place.row == "data" else { throw registry.misfit(registry.place.row, "is not the registry") }
    let models = try registry.list("models")
    if models.isEmpty { throw registry.misfit("models", "is missing or empty") }
    session.count(rows: models.count)
    for model in models {
      let model = model.identified(as: try model.requiredString("id"))
      let endpoints = try model.list("endpoints")
      if endpoints.isEmpty { model.note(.skippedRow, "endpoints", "no provider serves the model") }
      for endpoint in endpoints {
        var offer = try session.offer(model.place.id, in: model)
        offer.variant = try endpoint.requiredString("providerSlug")
        try HeliconeRow.describe(model, &offer)
        let endpoint = endpoint.identified(as: offer.id)
        offer.pricing = try HeliconeRow.prices.pricing(in: endpoint, of: offer)
        try session.add(offer, from: endpoint)
      }
    }
  }
}

/// A model of Helicone's registry.
enum HeliconeRow {
  static func describe(_ model: Fields, _ offer: inout Offer) throws(ImportError) {
    offer.name = try model.string("name") ?? offer.modelID
    offer.ownedBy = try model.string("author")
    offer.description = try model.string("description")
    offer.contextLength = try model.tokens("contextLength")
    offer.maxOutput = try model.tokens("maxOutput")
    offer.supportedParameters = try model.strings("supportedParameters")
    offer.capabilities = offer.supportedParameters.compactMap(Vocabulary.capability)
    offer.setModalities(
      input: try model.modalities("inputModalities"), output: try model.modalities("outputModalities"))
  }

  /// The registry computes prices per million from prices per token, in binary floating point.
  static let prices = PriceTable(
    [], .number, .usdPerMillionNoisy,
    [
      .init("prompt", .prompt), .init("completion", .completion), .init("cacheRead", .cacheRead),
      .init("cacheWrite", .cacheWrite), .init("thinking", .reasoning),
    ],
    ignoring: ["pricing", "pricingTiers"],
    // What the numbers of other members count is not said, so they are not read.
    isPriceMember: { $0 == "pricing" || $0 == "pricingTiers" },
    tiers: { (endpoint, table, reading) throws(ImportError) in
      if let base = try endpoint.fields("pricing") { try table.read(base, when: nil, into: &reading) }
      for tier in try endpoint.list("pricingTiers") {
        guard let threshold = try tier.tokens("threshold") else { continue }
        try table.read(tier, when: .promptTokensAbove(threshold), into: &reading)
      }
    })
}
