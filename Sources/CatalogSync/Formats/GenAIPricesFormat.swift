internal import Catalog

extension ImportFormat {
  /// A catalog of prices: what else it says is kept for offers that no other source has.
  ///
  /// Source: https://github.com/pydantic/genai-prices
  static let genAIPrices = ImportFormat(
    manyProviders: "genai-prices",
    "genai-prices catalog of many providers; prices in USD per million tokens as numbers",
    layout: .array, states: .pricing
  ) { (row, session) throws(ImportError) in
    let name = try row.requiredString("id")
    // It lists each provider behind the Hugging Face router as a provider of its own.
    let seller = name.hasPrefix("huggingface_") ? String(name.dropFirst("huggingface_".count)) : nil
    let slug = try ProviderNames.slug(seller == nil ? name : "huggingface", field: "id", of: row)
    let models = try row.list("models")
    session.count(rows: models.count)
    guard session.wants(slug) else { return }
    for model in models {
      let model = model.identified(as: try model.requiredString("id"))
      var offer = session.offer(model.place.id, of: slug)
      offer.variant = seller
      offer.name = try model.string("name") ?? offer.modelID
      offer.description = try model.string("description")
      offer.contextLength = try model.tokens("context_window")
      if try model.flag("deprecated") == true { offer.status = .deprecated }
      offer.pricing = try GenAIPrices.pricing(in: model, of: offer)
      try session.add(
        offer, from: model.identified(as: offer.id), providerName: seller == nil ? try row.string("name") : nil)
    }
  }
}

/// The prices of a model in genai-prices: one set, or several of which the last applies whose constraint is met.
enum GenAIPrices {
  static func pricing(in model: Fields, of offer: Offer) throws(ImportError) -> Pricing {
    guard model["prices"]?.array != nil else { return try table.pricing(in: model, of: offer) }
    for set in try model.list("prices").reversed() {
      guard let constraint = try set.fields("constraint") else { return try table.pricing(in: set, of: offer) }
      guard let start = try constraint.day("start_date") else {
        let names = constraint.object.members.map(\.name).joined(separator: ", ")
        return PriceReading().unknown("the price depends on \(names)", of: "prices", in: model)
      }
      if start.unixSeconds <= offer.observedAt { return try table.pricing(in: set, of: offer) }
    }
    return PriceReading().unknown("no price applies yet", of: "prices", in: model)
  }

  private static let columns: [PriceColumn] = [
    .init("input_mtok", .prompt), .init("output_mtok", .completion), .init("cache_read_mtok", .cacheRead),
    .init("cache_write_mtok", .cacheWrite), .init("cache_write_1h_mtok", .cacheWriteOneHour),
    .init("output_reasoning_mtok", .reasoning), .init("input_audio_mtok", .audioInput),
    .init("output_audio_mtok", .audioOutput), .init("input_image_mtok", .image),
    .init("output_image_mtok", .imageOutput),
    .init("requests_kcount", .request, scale: .usdPerThousandRequests),
    .init("web_searches_kcount", .webSearch, scale: .usdPerThousandSearches),
  ]

  /// Prices of tokens that no component of ours stands for.
  private static let otherTokens: Set<String> = [
    "cache_audio_read_mtok", "cache_image_read_mtok", "input_video_mtok", "output_video_mtok", "output_citation_mtok",
  ]

  private static let table = PriceTable(
    ["prices"], .number, .usdPerMillionTokens, [], ignoring: otherTokens.union(columns.map(\.name)),
    tiers: { (fields, table, reading) throws(ImportError) in
      for column in columns {
        guard fields[column.name]?.object != nil, let tiered = try fields.fields(column.name) else {
          try add(column.name, of: column, in: fields, when: nil, table, &reading)
          continue
        }
        try add("base", of: column, in: tiered, when: nil, table, &reading)
        for tier in try tiered.list("tiers") {
          guard let start = try tier.tokens("start") else { throw tier.misfit("start", "is missing") }
          try add("price", of: column, in: tier, when: .promptTokensAbove(start), table, &reading)
        }
      }
    })

  private static func add(
    _ name: String, of column: PriceColumn, in fields: Fields, when condition: PriceCondition?, _ table: PriceTable,
    _ reading: inout PriceReading
  ) throws(ImportError) {
    guard let number = try table.number(name, in: fields) else { return }
    reading.add(try table.price(number, of: column, in: fields), for: column.component, when: condition)
  }
}
