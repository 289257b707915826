internal import Catalog

/// Model makers whose lists say more than ids.
extension ImportFormat {
  static let cohere = ImportFormat(
    "cohere", "Cohere model list; context lengths and what models can do, no prices", provider: "cohere",
    layout: .list("models"), id: "name", states: [.contextLength, .modalities, .capabilities, .status]
  ) { (row, offer) throws(ImportError) in
    offer.contextLength = try row.tokens("context_length")
    if try row.flag("is_deprecated") == true { offer.status = .deprecated }
    let features = try row.strings("features")
    offer.capabilities = features.compactMap(Vocabulary.capability)
    var output: [Modality] = []
    for endpoint in try row.strings("endpoints") {
      switch endpoint {
      case "chat", "generate", "summarize": output.append(.text)
      case "embed", "embed_image": output.append(.embedding)
      case "rerank": output.append(.rerank)
      default: break
      }
    }
    offer.setModalities(input: features.contains("vision") ? [.text, .image] : [.text], output: output)
  }

  static let moonshot = ImportFormat(
    "moonshot", "Moonshot AI model list; context lengths and modalities since 2026, no prices", provider: "moonshot",
    mayState: [.contextLength, .modalities, .capabilities]
  ) { (row, offer) throws(ImportError) in
    offer.ownedBy = try row.string("owned_by")
    offer.contextLength = try row.tokens("context_length")
    offer.capabilities = try row.capabilities(["supports_reasoning": .reasoning])
    guard let takesImages = try row.flag("supports_image_in") else { return }
    var input: [Modality] = takesImages ? [.text, .image] : [.text]
    if try row.flag("supports_video_in") == true { input.append(.video) }
    offer.setModalities(input: input, output: [.text])
  }

  /// Source: https://docs.x.ai/docs/api-reference#list-language-models
  static let xai = ImportFormat(
    "xai", "xAI language models; prices in USD cents per 100 million tokens as whole numbers", provider: "xai",
    layout: .list("models"), states: [.modalities, .aliases], mayState: [.contextLength, .maxInput],
    prices: PriceTable(
      [], .number, .tenThousandthsPerMillion,
      [
        .init("prompt_text_token_price", .prompt), .init("completion_text_token_price", .completion),
        .init("cached_prompt_text_token_price", .cacheRead), .init("prompt_image_token_price", .image),
      ],
      // What the price of a search counts is not known for certain.
      ignoring: Set(xaiLongContext.map(\.name)).union(["search_price"]),
      isPriceMember: { $0.contains("_price") },
      tiers: { (fields, table, reading) throws(ImportError) in
        // The threshold is the first number of prompt tokens that costs more. Zeros say "as below the threshold".
        guard let threshold = try fields.tokens("long_context_threshold"), threshold > 1 else { return }
        for column in xaiLongContext {
          guard let number = try table.number(column.name, in: fields), !number.isZero else { continue }
          reading.add(
            try table.price(number, of: column, in: fields), for: column.component,
            when: .promptTokensAbove(threshold - 1))
        }
      })
  ) { (row, offer) throws(ImportError) in
    offer.ownedBy = try row.string("owned_by")
    offer.contextLength = try row.tokens("context_length")
    offer.maxInput = try row.tokens("max_prompt_length")
    offer.aliases = try row.strings("aliases")
    offer.setModalities(
      input: try row.modalities("input_modalities"), output: try row.modalities("output_modalities"))
  }

  private static let xaiLongContext: [PriceColumn] = [
    .init("prompt_text_token_price_long_context", .prompt),
    .init("completion_text_token_price_long_context", .completion),
    .init("cached_prompt_text_token_price_long_context", .cacheRead),
  ]
}
