internal import Catalog

/// Inference clouds whose lists have names of their own.
extension ImportFormat {
  static let akash = ImportFormat(
    "akash", "AkashML model list; prices in USD per million tokens as strings", provider: "akash",
    states: [.contextLength],
    mayState: [.name, .description, .maxOutput, .quantization, .supportedParameters, .capabilities, .modalities],
    prices: PriceTable(
      ["pricing"], .string, .usdPerMillion,
      [.init("input", .prompt), .init("output", .completion), .init("input_cache_read", .cacheRead)],
      // What the price of a request counts is not known for certain.
      ignoring: ["request"])
  ) { (row, offer) throws(ImportError) in try ListingRow.describe(row, &offer) }

  static let ioNet = ImportFormat(
    "io-net", "io.net Intelligence list; prices in USD per token as numbers", provider: "io-net",
    states: [.contextLength, .maxOutput], mayState: [.modalities, .capabilities],
    prices: PriceTable(
      [], .number, .usdPerToken,
      [
        .init("input_token_price", .prompt), .init("output_token_price", .completion),
        .init("cache_read_token_price", .cacheRead), .init("cache_write_token_price", .cacheWrite),
      ],
      isPriceMember: { $0.hasSuffix("_token_price") })
  ) { (row, offer) throws(ImportError) in
    offer.name = try row.string("name") ?? offer.modelID
    offer.ownedBy = try row.string("owned_by")
    offer.contextLength = try row.tokens("context_window")
    offer.maxOutput = try row.tokens("max_tokens")
    offer.capabilities = try row.capabilities(["supports_tools": .tools, "supports_reasoning": .reasoning])
    offer.setModalities(
      input: try row.modalities("input_modalities"), output: try row.modalities("output_modalities"))
  }

  static let mancer = ImportFormat(
    "mancer", "Mancer model list; prices in USD per million tokens as numbers, after discounts", provider: "mancer",
    states: [.name, .contextLength, .maxOutput],
    prices: PriceTable(
      ["pricing"], .number, .usdPerMillion, [.init("prompt", .prompt), .init("completion", .completion)])
  ) { (row, offer) throws(ImportError) in
    offer.name = try row.string("name") ?? offer.modelID
    let limits = try row.fields("limits")
    offer.contextLength = try limits?.tokens("context")
    offer.maxOutput = try limits?.tokens("completion")
  }

  static let primeIntellect = ImportFormat(
    "prime-intellect", "Prime Intellect inference list; prices in USD per million tokens as numbers",
    provider: "prime-intellect", mayState: [.contextLength, .maxOutput, .modalities, .capabilities],
    prices: PriceTable(
      ["pricing"], .number, .usdPerMillion,
      [.init("input_usd_per_mtok", .prompt), .init("output_usd_per_mtok", .completion)])
  ) { (row, offer) throws(ImportError) in
    offer.name = try row.string("display_name") ?? offer.modelID
    offer.ownedBy = try row.string("owned_by")
    guard let specs = try row.fields("specs") else { return }
    offer.contextLength = try specs.tokens("context_window")
    offer.maxOutput = try specs.tokens("max_output_tokens")
    offer.capabilities = try specs.capabilities(["supports_reasoning": .reasoning])
    guard let modalities = try specs.fields("modalities") else { return }
    offer.setModalities(input: try modalities.modalities("input"), output: try modalities.modalities("output"))
  }

  /// A collection of models, or a page of all of them.
  static let replicate = ImportFormat(
    "replicate", "Replicate models, a collection or the list; no prices, no limits", provider: "replicate",
    layout: .lists(["models", "results"]), states: .description
  ) { (row, session) throws(ImportError) in
    let id = try "\(row.requiredString("owner"))/\(row.requiredString("name"))"
    let row = row.identified(as: id)
    var offer = try session.offer(id, in: row)
    offer.description = try row.string("description")
    offer.ownedBy = try row.string("owner")
    try session.add(offer, from: row)
  }

  /// Source: https://docs.near.ai
  static let nearAI = ImportFormat(
    "nearai", "NEAR AI Cloud model list; prices in USD per token as amount and scale", provider: "nearai",
    layout: .list("models"), id: "modelId", states: [.name, .contextLength], mayState: [.description, .modalities],
    prices: PriceTable(
      [], .number, .usdPerToken, [], ignoring: Set(nearPrices.map(\.name)),
      isPriceMember: { $0.contains("CostPer") },
      tiers: { (fields, table, reading) throws(ImportError) in
        for column in nearPrices {
          guard let cost = try fields.fields(column.name), let price = try nearPrice(cost, table) else { continue }
          reading.add(price, for: column.component, when: nil)
        }
      })
  ) { (row, offer) throws(ImportError) in
    guard let metadata = try row.fields("metadata") else { return }
    offer.name = try metadata.string("modelDisplayName") ?? offer.modelID
    offer.description = try metadata.string("modelDescription")
    offer.ownedBy = try metadata.string("ownedBy")
    offer.contextLength = try metadata.tokens("contextLength")
    guard let architecture = try metadata.fields("architecture") else { return }
    offer.setModalities(
      input: try architecture.modalities("inputModalities"), output: try architecture.modalities("outputModalities"))
  }

  private static let nearPrices: [PriceColumn] = [
    .init("inputCostPerToken", .prompt), .init("outputCostPerToken", .completion),
    .init("cacheReadCostPerToken", .cacheRead),
  ]

  /// `{"amount":850,"scale":9,"currency":"USD"}` is 850 × 10⁻⁹ US dollars.
  private static func nearPrice(_ cost: Fields, _ table: PriceTable) throws(ImportError) -> Price? {
    guard let amount = try table.number("amount", in: cost) else { return nil }
    guard let scale = try cost.integer("scale"), (0...ExactDecimal.maximumScale).contains(scale) else {
      throw cost.misfit("scale", "expected a whole number from 0 to \(ExactDecimal.maximumScale)")
    }
    guard try cost.string("currency") == "USD" else {
      cost.noteOnce(.droppedValue, "currency", "is not USD")
      return nil
    }
    do {
      return .perToken(try amount.shifted(by: -scale))
    } catch {
      throw cost.misfit("amount", error.description)
    }
  }
}
