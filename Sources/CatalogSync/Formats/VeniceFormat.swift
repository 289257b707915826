internal import Catalog

extension ImportFormat {
  static let venice = ImportFormat(
    "venice", "Venice model list; prices in USD per million tokens as numbers (DIEM is ignored)", provider: "venice",
    states: [
      .name, .description, .contextLength, .maxOutput, .modalities, .capabilities, .quantization, .huggingFaceID,
      .status, .deprecationDate,
    ],
    prices: prices
  ) { (row, offer) throws(ImportError) in
    guard let spec = try row.fields("model_spec") else { return }
    offer.name = try spec.string("name") ?? offer.modelID
    offer.description = try spec.string("description")
    offer.contextLength = try spec.tokens("availableContextTokens")
    offer.maxOutput = try spec.tokens("maxCompletionTokens")
    offer.huggingFaceID = Vocabulary.huggingFaceID(inLink: try spec.string("modelSource"))
    offer.deprecationDate = try spec.fields("deprecation")?.day("date")
    if try spec.flag("betaModel") == true { offer.status = .preview }
    if offer.deprecationDate != nil { offer.status = .deprecated }
    if try spec.flag("offline") == true { offer.status = .unavailable }
    let output = Vocabulary.modality(try row.string("type") ?? "")
    guard let capabilities = try spec.fields("capabilities") else {
      offer.setModalities(input: [], output: output.map { [$0] } ?? [])
      return
    }
    if let precision = try capabilities.string("quantization"), precision != "not-available" {
      offer.quantization = precision
    }
    offer.capabilities = try capabilities.capabilities([
      "supportsFunctionCalling": .tools, "supportsReasoning": .reasoning, "supportsResponseSchema": .structuredOutput,
      "supportsWebSearch": .webSearch,
    ])
    var input: [Modality] = [.text]
    if try capabilities.flag("supportsVision") == true { input.append(.image) }
    if try capabilities.flag("supportsAudioInput") == true { input.append(.audio) }
    if try capabilities.flag("supportsVideoInput") == true { input.append(.video) }
    offer.setModalities(input: input, output: output.map { [$0] } ?? [])
  }

  private static let prices = PriceTable(
    ["model_spec", "pricing"], .number, .usdPerMillion,
    [
      .init("input", .prompt, inner: "usd"), .init("output", .completion, inner: "usd"),
      .init("cache_input", .cacheRead, inner: "usd"), .init("cache_write", .cacheWrite, inner: "usd"),
    ],
    ignoring: ["extended", "context_token_threshold"],
    tiers: { (fields, table, reading) throws(ImportError) in
      guard let extended = try fields.fields("extended") else { return }
      guard let threshold = try extended.tokens("context_token_threshold") else {
        throw extended.misfit("context_token_threshold", "is missing")
      }
      try table.read(extended, when: .promptTokensAbove(threshold), into: &reading)
    })
}
