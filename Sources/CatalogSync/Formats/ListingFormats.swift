internal import Catalog

/// Lists in the shape that OpenRouter asks of the providers behind it: flat rows, prices in USD per token as strings.
///
/// Source: https://openrouter.ai/docs/use-cases/for-providers
extension ImportFormat {
  static let cerebras = listing(
    "cerebras", "Cerebras public list (format=openrouter); prices in USD per token as strings", provider: "cerebras")

  static let cloudflare = listing(
    "cloudflare-workers-ai", "Cloudflare Workers AI list (format=openrouter); prices in USD per token as strings",
    provider: "cloudflare-workers-ai", layout: .lists(["data", "result"]))

  static let inception = listing(
    "inception", "Inception model list; prices in USD per token as strings", provider: "inception")

  static let nebius = listing(
    "nebius", "Nebius Token Factory list (verbose=true); prices in USD per token as strings", provider: "nebius")

  static let ovhCloud = listing(
    "ovhcloud", "OVHcloud AI Endpoints catalog; prices in USD per token as strings", provider: "ovhcloud")

  private static func listing(
    _ name: String, _ summary: String, provider: StaticString, layout: BodyLayout = .list("data")
  ) -> ImportFormat {
    ImportFormat(
      name, summary, provider: provider, layout: layout, states: [.name, .contextLength, .status],
      mayState: [
        .description, .maxOutput, .modalities, .supportedParameters, .capabilities, .quantization, .huggingFaceID,
        .deprecationDate,
      ],
      prices: ListingRow.prices
    ) { (row, offer) throws(ImportError) in try ListingRow.describe(row, &offer) }
  }
}

/// A row of such a list.
enum ListingRow {
  static let prices = PriceTable(
    ["pricing"], .string, .usdPerUnit,
    OpenRouterRow.columns + [.init("input_cache_reads", .cacheRead), .init("input_cache_writes", .cacheWrite)],
    ignoring: ["cancelled_request"])

  static func describe(_ row: Fields, _ offer: inout Offer) throws(ImportError) {
    offer.name = try row.string("name") ?? offer.modelID
    offer.description = try row.string("description")
    offer.contextLength = try row.tokens("context_length")
    offer.maxOutput = try row.tokens("max_output_length")
    if offer.maxOutput == nil { offer.maxOutput = try row.tokens("max_completion_tokens") }
    offer.quantization = try row.string("quantization")
    offer.huggingFaceID = try row.string("hugging_face_id")
    offer.supportedParameters = try row.strings("supported_sampling_parameters")
    offer.capabilities = try row.strings("supported_features").compactMap(Vocabulary.capability)
    offer.deprecationDate = try row.day("deprecation_date")
    if row["deprecated"] == .bool(true) { offer.status = .deprecated }
    if row["is_ready"] == .bool(false) { offer.status = .unavailable }
    if let arrow = try row.fields("architecture")?.string("modality") {
      let (input, output) = OpenRouterRow.modalities(inArrow: arrow)
      offer.setModalities(input: input, output: output)
    } else {
      offer.setModalities(
        input: try row.modalities("input_modalities"), output: try row.modalities("output_modalities"))
    }
  }
}
