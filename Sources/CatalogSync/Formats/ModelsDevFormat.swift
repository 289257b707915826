internal import Catalog

extension ImportFormat {
  /// Source: https://models.dev/api.json
  static let modelsDev = ImportFormat(
    manyProviders: "models-dev", "models.dev catalog of many providers; prices in USD per million tokens as numbers",
    layout: .keyed("providers as models.dev has them"),
    states: [
      .name, .contextLength, .maxInput, .maxOutput, .modalities, .capabilities, .status, .created, .pricing,
    ]
  ) { (row, session) throws(ImportError) in
    let key = row.place.row
    let slug = try ProviderNames.slug(key, field: "id", of: row)
    guard let models = try row.fields("models") else { throw row.misfit("models", "is missing") }
    session.count(rows: models.object.members.count)
    guard session.wants(slug) else { return }
    let name = try row.string("name")
    for (modelID, value) in models.object.members {
      let place = RowPlace(format: "models-dev", row: "\(key)/\(modelID)", id: modelID)
      guard let object = value.object else { throw models.misfit(modelID, "expected an object, found \(value.kind)") }
      let model = Fields(object: object, place: place, notes: session.notes)
      var offer = session.offer(try model.string("id") ?? modelID, of: slug)
      try ModelsDevRow.describe(model, &offer)
      offer.pricing = try ModelsDevRow.prices.pricing(in: model, of: offer)
      try session.add(offer, from: model, providerName: name)
    }
  }
}

/// A model of models.dev.
enum ModelsDevRow {
  static func describe(_ row: Fields, _ offer: inout Offer) throws(ImportError) {
    offer.name = try row.string("name") ?? offer.modelID
    offer.created = try row.day("release_date")?.unixSeconds
    if let limit = try row.fields("limit") {
      offer.contextLength = try limit.tokens("context")
      offer.maxInput = try limit.tokens("input")
      offer.maxOutput = try limit.tokens("output")
    }
    offer.capabilities = try row.capabilities([
      "reasoning": .reasoning, "tool_call": .tools, "structured_output": .structuredOutput,
      "open_weights": .openWeights,
    ])
    if let modalities = try row.fields("modalities") {
      offer.setModalities(input: try modalities.modalities("input"), output: try modalities.modalities("output"))
    }
    switch try row.string("status") {
    case nil: break
    case "deprecated": offer.status = .deprecated
    case "alpha", "beta": offer.status = .preview
    case let status?: row.noteOnce(.droppedValue, "status", "unknown status \"\(status.prefix(40))\"")
    }
  }

  static let prices = PriceTable(
    ["cost"], .number, .usdPerMillion,
    [
      .init("input", .prompt), .init("output", .completion), .init("cache_read", .cacheRead),
      .init("cache_write", .cacheWrite), .init("reasoning", .reasoning), .init("input_audio", .audioInput),
      .init("output_audio", .audioOutput),
    ],
    ignoring: ["context_over_200k", "tiers", "tier"],
    tiers: { (fields, table, reading) throws(ImportError) in
      // Where both stand, `tiers` is the newer and more exact one.
      if try !readTiers(fields, table, &reading), let over = try fields.fields("context_over_200k") {
        try table.read(over, when: .promptTokensAbove(200_000), into: &reading)
      }
    })

  /// Reads `"tiers":[{"tier":{"type":"context","size":200000},"input":2.5,…}]`, which AIHubMix has too.
  ///
  /// - Returns: whether there are any.
  static func readTiers(
    _ fields: Fields, _ table: PriceTable, _ reading: inout PriceReading
  ) throws(ImportError) -> Bool {
    let tiers = try fields.list("tiers")
    for tier in tiers {
      guard let bound = try tier.fields("tier") else { throw tier.misfit("tier", "is missing") }
      guard try bound.string("type") ?? "context" == "context", let size = try bound.tokens("size") else {
        tier.noteOnce(.droppedValue, "tier", "is no tier by context size")
        continue
      }
      try table.read(tier, when: .promptTokensAbove(size), into: &reading)
    }
    return !tiers.isEmpty
  }
}
