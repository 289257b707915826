internal import Catalog

/// Providers with prices under OpenRouter's names (USD per token as strings) in flat rows of their own.
extension ImportFormat {
  static let sambanova = ImportFormat(
    "sambanova", "SambaNova model list; prices in USD per token as strings", provider: "sambanova",
    states: [.contextLength, .maxOutput],
    // An hour of audio has no exact price per second; the text is kept among the raw prices.
    prices: PriceTable(["pricing"], .string, .usdPerUnit, OpenRouterRow.columns, ignoring: ["duration_per_hour"])
  ) { (row, offer) throws(ImportError) in
    offer.contextLength = try row.tokens("context_length")
    offer.maxOutput = try row.tokens("max_completion_tokens")
    if try row.fields("pricing")?.string("duration_per_hour") != nil {
      offer.setModalities(input: [.audio], output: [.text])
    }
  }

  static let baseten = ImportFormat(
    "baseten", "Baseten model list; prices in USD per token as strings, empty where not public", provider: "baseten",
    states: [.name, .description, .contextLength, .maxOutput, .quantization, .supportedParameters, .capabilities],
    prices: OpenRouterRow.prices
  ) { (row, offer) throws(ImportError) in try ListingRow.describe(row, &offer) }

  static let atlasCloud = ImportFormat(
    "atlascloud", "Atlas Cloud model list; prices in USD per token as strings", provider: "atlascloud",
    states: [.name, .description, .contextLength, .maxOutput, .quantization], prices: OpenRouterRow.prices
  ) { (row, offer) throws(ImportError) in try ListingRow.describe(row, &offer) }

  static let targon = ImportFormat(
    "targon", "Targon model list; prices in USD per token as strings", provider: "targon",
    states: [
      .name, .contextLength, .maxOutput, .quantization, .supportedParameters, .capabilities, .modalities,
    ],
    prices: ListingRow.prices
  ) { (row, offer) throws(ImportError) in try ListingRow.describe(row, &offer) }
}
