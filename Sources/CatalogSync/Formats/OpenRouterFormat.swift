internal import Catalog

extension ImportFormat {
  static let openRouter = ImportFormat(
    "openrouter", "OpenRouter model list; prices in USD per token as strings", provider: "openrouter",
    states: OpenRouterRow.states, mayState: OpenRouterRow.mayState, prices: OpenRouterRow.prices
  ) { (row, offer) throws(ImportError) in try OpenRouterRow.describe(row, &offer) }

  static let redpill = ImportFormat(
    "redpill", "RedPill model list, in OpenRouter's shape; prices in USD per token as strings", provider: "redpill",
    states: OpenRouterRow.states, mayState: OpenRouterRow.mayState, prices: OpenRouterRow.prices
  ) { (row, offer) throws(ImportError) in try OpenRouterRow.describe(row, &offer) }
}

/// A row of OpenRouter's list, which others imitate.
///
/// Source: https://openrouter.ai/docs/api-reference/list-available-models
enum OpenRouterRow {
  static let states: OfferFields = [.name, .description, .contextLength, .maxOutput, .modalities]
  static let mayState: OfferFields = [
    .supportedParameters, .capabilities, .tokenizer, .quantization, .huggingFaceID, .aliases, .expiryDate,
  ]

  static let prices = PriceTable(["pricing"], .string, .usdPerUnit, columns)

  /// The price names of OpenRouter's list; `image`, `request` and `web_search` are for one each, the others per token.
  static let columns: [PriceColumn] = [
    .init("prompt", .prompt), .init("completion", .completion), .init("request", .request), .init("image", .image),
    .init("web_search", .webSearch), .init("internal_reasoning", .reasoning),
    .init("input_cache_read", .cacheRead), .init("input_cache_write", .cacheWrite), .init("audio", .audioInput),
  ]

  static func describe(_ row: Fields, _ offer: inout Offer) throws(ImportError) {
    offer.name = try row.string("name") ?? offer.modelID
    offer.description = try row.string("description")
    offer.contextLength = try row.tokens("context_length")
    offer.maxOutput = try row.fields("top_provider")?.tokens("max_completion_tokens")
    offer.huggingFaceID = try row.string("hugging_face_id")
    offer.quantization = try row.string("quantization")
    offer.expiryDate = try row.day("expiration_date")
    // A variant such as `:free` shares its slug with the model itself, whose other name it is.
    if let slug = try row.string("canonical_slug"), !offer.modelID.contains(":") { offer.aliases = [slug] }
    offer.supportedParameters = try row.strings("supported_parameters")
    offer.capabilities = offer.supportedParameters.compactMap(Vocabulary.capability)
    guard let architecture = try row.fields("architecture") else { return }
    offer.tokenizer = try architecture.string("tokenizer")
    var input = try architecture.modalities("input_modalities")
    var output = try architecture.modalities("output_modalities")
    if input.isEmpty, output.isEmpty, let arrow = try architecture.string("modality") {
      (input, output) = modalities(inArrow: arrow)
    }
    offer.setModalities(input: input, output: output)
  }

  /// Reads `text+image->text`, the only form in which lists before 2025 say it, and Nebius still does.
  static func modalities(inArrow arrow: String) -> ([Modality], [Modality]) {
    let sides = arrow.replacing("->", with: ">").split(separator: ">", omittingEmptySubsequences: false)
    guard sides.count == 2 else { return ([], []) }
    let words = sides.map { $0.split(separator: "+").compactMap { Vocabulary.modality(String($0)) } }
    return (words[0], words[1])
  }
}
