internal import Catalog

extension ImportFormat {
  /// Both shapes: the REST list (`data`, snake case) and that of the AI SDK (`models`, camel case).
  static let vercelAIGateway = ImportFormat(
    "vercel-ai-gateway", "Vercel AI Gateway list, REST or SDK shape; prices in USD per token as strings",
    provider: "vercel-ai-gateway", layout: .lists(["data", "models"]),
    states: [.name, .description, .modalities], mayState: [.contextLength, .maxOutput, .capabilities], prices: prices
  ) { (row, offer) throws(ImportError) in
    offer.name = try row.string("name") ?? offer.modelID
    offer.description = try row.string("description")
    offer.ownedBy = try row.string("owned_by")
    offer.contextLength = try row.tokens("context_window")
    offer.maxOutput = try row.tokens("max_tokens")
    let tags = try row.strings("tags")
    offer.capabilities = tags.compactMap(Vocabulary.capability)
    guard let type = try row.string(row["type"] == nil ? "modelType" : "type") else { return }
    guard let output = Vocabulary.modality(type) else {
      row.noteOnce(.droppedValue, "type", "unknown type \"\(type.prefix(40))\"")
      return
    }
    var input: [Modality] = [.text]
    if tags.contains("vision") { input.append(.image) }
    if tags.contains("file-input") { input.append(.file) }
    offer.setModalities(input: input, output: tags.contains("image-generation") ? [output, .image] : [output])
  }

  private static let prices = PriceTable(
    ["pricing"], .string, .usdPerUnit,
    [
      .init("input", .prompt), .init("output", .completion), .init("input_cache_read", .cacheRead),
      .init("input_cache_write", .cacheWrite), .init("image", .imageOutput),
      .init("web_search", .webSearch, scale: .usdPerThousandSearches),
      .init("cachedInputTokens", .cacheRead), .init("cacheCreationInputTokens", .cacheWrite),
    ],
    ignoring: Set(tiered.map(\.name)),
    tiers: { (fields, table, reading) throws(ImportError) in
      for (name, component) in tiered {
        for tier in try fields.list(name) {
          // `min` is the first prompt token count that the tier is for; the base prices are the tier from 0.
          guard let start = try tier.tokens("min"), start > 1, let cost = try table.number("cost", in: tier) else {
            continue
          }
          reading.add(.perToken(cost), for: component, when: .promptTokensAbove(start - 1))
        }
      }
    })

  private static let tiered: [(name: String, component: PriceComponent)] = [
    ("input_tiers", .prompt), ("output_tiers", .completion), ("input_cache_read_tiers", .cacheRead),
    ("input_cache_write_tiers", .cacheWrite),
  ]
}
