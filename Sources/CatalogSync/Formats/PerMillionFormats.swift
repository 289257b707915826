internal import Catalog

/// Providers with prices in USD per million tokens.
extension ImportFormat {
  static let together = ImportFormat(
    "together", "Together AI model list; prices in USD per million tokens as numbers", provider: "together",
    layout: .array, states: [.name, .contextLength, .modalities, .huggingFaceID], prices: togetherPrices
  ) { (row, offer) throws(ImportError) in
    offer.name = try row.string("display_name") ?? offer.modelID
    offer.ownedBy = try row.string("organization")
    offer.contextLength = try row.tokens("context_length")
    offer.huggingFaceID = Vocabulary.huggingFaceID(inLink: try row.string("link"))
    let type = try row.string("type") ?? ""
    if type == "transcribe" {
      offer.setModalities(input: [.audio], output: [.text])
    } else if let output = Vocabulary.modality(type) {
      offer.setModalities(input: [.text], output: [output])
    } else {
      row.noteOnce(.droppedValue, "type", "unknown type \"\(type.prefix(40))\"")
    }
    // Speech and transcription are billed by the character and the minute, under the same names.
    if type == "audio" || type == "transcribe" {
      offer.pricing = try togetherPrices.notTokenPriced("the numbers of audio models are not prices of tokens", in: row)
    }
  }

  // `hourly`, `base` and `finetune` are prices of dedicated machines and of training.
  private static let togetherPrices = PriceTable(
    ["pricing"], .number, .usdPerMillion,
    [.init("input", .prompt), .init("output", .completion), .init("cached_input", .cacheRead)],
    ignoring: ["hourly", "base", "finetune"])

  static let deepInfra = ImportFormat(
    "deepinfra", "DeepInfra's OpenAI-compatible list; prices in USD per million tokens as numbers",
    provider: "deepinfra", states: [.description, .contextLength, .capabilities],
    prices: PriceTable(
      ["metadata", "pricing"], .number, .usdPerMillionNoisy,
      [
        .init("input_tokens", .prompt), .init("output_tokens", .completion), .init("cache_read_tokens", .cacheRead),
        .init("cache_write_tokens", .cacheWrite),
      ])
  ) { (row, offer) throws(ImportError) in
    guard let metadata = try row.fields("metadata") else { return }
    offer.description = try metadata.string("description")
    // `max_tokens` repeats the context length here; it is no limit of the answer.
    offer.contextLength = try metadata.tokens("context_length")
    offer.capabilities = try metadata.strings("tags").compactMap(Vocabulary.capability)
  }

  static let chutes = ImportFormat(
    "chutes", "Chutes model list; prices in USD per million tokens as numbers, under per-token names",
    provider: "chutes", states: [.contextLength],
    mayState: [.description, .maxOutput, .capabilities, .modalities, .quantization],
    prices: PriceTable(
      ["pricing"], .number, .usdPerMillionNoisy,
      [.init("prompt", .prompt), .init("completion", .completion), .init("input_cache_read", .cacheRead)])
  ) { (row, offer) throws(ImportError) in
    offer.description = try row.string("tagline")
    offer.contextLength = try row.tokens("context_length")
    if offer.contextLength == nil { offer.contextLength = try row.tokens("max_model_len") }
    offer.maxOutput = try row.tokens("max_output_length")
    offer.quantization = try row.string("quantization")
    offer.capabilities = try row.strings("supported_features").compactMap(Vocabulary.capability)
    offer.setModalities(
      input: try row.modalities("input_modalities"), output: try row.modalities("output_modalities"))
  }

  static let novita = ImportFormat(
    "novita", "Novita model list; prices as whole 1/10,000 USD per million tokens", provider: "novita",
    states: [.name, .description, .contextLength, .maxOutput, .modalities, .capabilities, .status],
    prices: PriceTable(
      [], .number, .tenThousandthsPerMillion,
      [.init("input_token_price_per_m", .prompt), .init("output_token_price_per_m", .completion)],
      isPriceMember: { $0.hasSuffix("price_per_m") })
  ) { (row, offer) throws(ImportError) in
    offer.name = try row.string("display_name") ?? offer.modelID
    offer.description = try row.string("description")
    offer.contextLength = try row.tokens("context_size")
    offer.maxOutput = try row.tokens("max_output_tokens")
    if let status = try row.integer("status"), status != 1 { offer.status = .unavailable }
    let features = try row.strings("features")
    offer.capabilities = features.compactMap(Vocabulary.capability)
    guard let type = try row.string("model_type"), let output = Vocabulary.modality(type) else { return }
    offer.setModalities(input: features.contains("vision") ? [.text, .image] : [.text], output: [output])
  }

  static let friendli = ImportFormat(
    "friendli",
    "Friendli serverless list; prices in USD per million tokens or per second as numbers, per token as strings",
    provider: "friendli", states: [.name, .description, .contextLength, .maxOutput, .capabilities, .huggingFaceID],
    prices: PriceTable(
      ["pricing"], .number, .usdPerMillion, [.init("input", .prompt), .init("output", .completion)],
      ignoring: ["response_time", "unit_type"])
  ) { (row, offer) throws(ImportError) in
    offer.name = try row.string("name") ?? offer.modelID
    offer.description = try row.string("description")
    offer.contextLength = try row.tokens("context_length")
    offer.maxOutput = try row.tokens("max_completion_tokens")
    offer.huggingFaceID = Vocabulary.huggingFaceID(inLink: try row.string("hugging_face_url"))
    offer.capabilities =
      try row.fields("functionality")?.capabilities([
        "tool_call": .tools, "parallel_tool_call": .parallelTools, "structured_output": .structuredOutput,
      ]) ?? []
    guard let pricing = try row.fields("pricing") else { return }
    switch try pricing.string("unit_type") {
    case "TOKEN": break
    case "SECOND": offer.pricing = try friendliSeconds.pricing(in: row, of: offer)
    case nil: offer.pricing = try friendliTokens.pricing(in: row, of: offer)
    case let unit?:
      throw pricing.misfit("unit_type", "expected \"TOKEN\" or \"SECOND\", found \"\(unit.prefix(40))\"")
    }
  }

  private static let friendliSeconds = PriceTable(
    ["pricing"], .number, .usdPerUnit, [.init("response_time", .secondOutput)],
    ignoring: ["input", "output", "unit_type"])

  /// Lists since 2026 have no unit and prices of single tokens; numbers without a unit are refused as before.
  private static let friendliTokens = PriceTable(
    ["pricing"], .string, .usdPerToken,
    [
      .init("input", .prompt), .init("output", .completion), .init("prompt", .prompt), .init("completion", .completion),
      .init("input_cache_read", .cacheRead), .init("input_cache_write", .cacheWrite),
    ])
}
