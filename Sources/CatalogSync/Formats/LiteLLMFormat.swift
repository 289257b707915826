internal import Catalog

extension ImportFormat {
  /// Source: https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json
  static let liteLLM = ImportFormat(
    manyProviders: "litellm", "LiteLLM's cost map of many providers; prices in USD per token as numbers",
    layout: .keyed("LiteLLM's model keys"),
    states: [
      .contextLength, .maxInput, .maxOutput, .modalities, .capabilities, .deprecationDate, .status, .pricing,
    ]
  ) { (row, session) throws(ImportError) in
    let key = row.place.row
    let row = row.identified(as: key)
    guard key != "sample_spec" else {
      row.note(.skippedRow, "row", "describes the format and is no model")
      return
    }
    let name = try row.requiredString("litellm_provider")
    let provider = try ProviderNames.slug(name, field: "litellm_provider", of: row)
    guard session.wants(provider) else { return }
    let model = LiteLLMKey(key, provider: name)
    var offer = session.offer(model.id, of: provider)
    offer.variant = model.variant
    try LiteLLMRow.describe(row, &offer)
    offer.pricing = try LiteLLMPrices.table.pricing(in: row, of: offer)
    try session.add(offer, from: row)
  }
}

/// A key of LiteLLM's map taken apart: `1024-x-1024/50-steps/bedrock/amazon.nova-canvas-v1:0` is the model
/// `amazon.nova-canvas-v1:0` in the variant `1024-x-1024/50-steps`.
struct LiteLLMKey {
  let id: String
  let variant: String?

  init(_ key: String, provider: String) {
    var prefixes: Set<Substring> = [provider[...], provider.prefix { $0 != "-" }]
    if provider == "azure_text" { prefixes.insert("azure") }
    var rest = key.split(separator: "/", omittingEmptySubsequences: false)[...]
    var variants: [Substring] = []
    var sawPrefix = false
    while rest.count > 1, let first = rest.first {
      if !sawPrefix, prefixes.contains(first) {
        sawPrefix = true
      } else if Self.isVariant(first) {
        variants.append(first)
      } else {
        break
      }
      rest.removeFirst()
    }
    id = rest.joined(separator: "/")
    variant = variants.isEmpty ? nil : variants.joined(separator: "/")
  }

  private static let words: Set<Substring> = [
    "hd", "standard", "low", "medium", "high", "eu", "us", "global", "global-standard", "invoke", "*", "max-x-max",
    "max-steps",
  ]

  /// Image sizes and qualities, regions and commitments, which are priced apart.
  private static func isVariant(_ part: Substring) -> Bool {
    if words.contains(part) || part.hasSuffix("-steps") || part.hasSuffix("-month-commitment") { return true }
    let pieces = part.split(separator: "-")
    guard let last = pieces.last, Int(last) != nil else { return false }
    let isSize = pieces.count == 3 && pieces[1] == "x" && Int(pieces[0]) != nil
    let isRegion = pieces.count >= 3 && pieces[0].count == 2 && last.count == 1
    return isSize || isRegion
  }
}

/// The members of LiteLLM's rows beside the prices.
enum LiteLLMRow {
  static func describe(_ row: Fields, _ offer: inout Offer) throws(ImportError) {
    try readLimits(row, &offer)
    offer.capabilities = try row.capabilities([
      "supports_function_calling": .tools, "supports_parallel_function_calling": .parallelTools,
      "supports_reasoning": .reasoning, "supports_response_schema": .structuredOutput,
      "supports_prompt_caching": .promptCaching, "supports_web_search": .webSearch,
      "supports_computer_use": .computerUse,
    ])
    try readModalities(row, &offer)
    offer.deprecationDate = try row.day("deprecation_date")
    if let day = offer.deprecationDate, day.unixSeconds <= offer.observedAt { offer.status = .deprecated }
  }

  /// The map has no context window. `max_input_tokens` is the window of most models and never more than it; the legacy
  /// `max_tokens` repeats one of the other two, and where it stands alone nobody says which.
  private static func readLimits(_ row: Fields, _ offer: inout Offer) throws(ImportError) {
    offer.maxInput = try row.tokens("max_input_tokens")
    offer.maxOutput = try row.tokens("max_output_tokens")
    let legacy = try row.tokens("max_tokens")
    offer.contextLength = offer.maxInput ?? (offer.maxOutput == nil ? legacy : nil)
  }

  private static func readModalities(_ row: Fields, _ offer: inout Offer) throws(ImportError) {
    guard let mode = try row.string("mode") else { return }
    guard var (input, output) = modalities(ofMode: mode) else {
      row.noteOnce(.droppedValue, "mode", "unknown mode \"\(mode.prefix(40))\"")
      return
    }
    for (name, modality) in [
      ("supports_vision", Modality.image), ("supports_image_input", .image), ("supports_embedding_image_input", .image),
      ("supports_audio_input", .audio), ("supports_video_input", .video), ("supports_pdf_input", .file),
    ] where try row.flag(name) == true { input.append(modality) }
    if try row.flag("supports_audio_output") == true { output.append(.audio) }
    input += try row.modalities("supported_modalities")
    if mode != "embedding" { output += try row.modalities("supported_output_modalities") }
    offer.setModalities(input: input, output: output)
  }

  private static func modalities(ofMode mode: String) -> ([Modality], [Modality])? {
    switch mode {
    case "chat", "completion", "responses": ([.text], [.text])
    case "embedding": ([.text], [.embedding])
    case "image_generation", "image_edit": ([.text], [.image])
    case "audio_transcription": ([.audio], [.text])
    case "audio_speech": ([.text], [.audio])
    case "video_generation": ([.text], [.video])
    case "rerank": ([.text], [.rerank])
    case "moderation": ([.text], [.moderation])
    case "ocr": ([.file], [.text])
    default: nil
    }
  }
}
