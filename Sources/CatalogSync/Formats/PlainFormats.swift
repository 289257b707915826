internal import Catalog

/// Lists without prices.
extension ImportFormat {
  /// What OpenAI and most others send: ids, and little else. Works for any provider that the context names.
  static let openAI = ImportFormat(
    "openai", "plain OpenAI list of any provider (name it unless it is OpenAI); no prices, no limits",
    provider: "openai", layout: .arrayOrList("data")
  ) { (row, offer) throws(ImportError) in offer.ownedBy = try row.string("owned_by") }

  static let anthropic = ImportFormat(
    "anthropic", "Anthropic model list; no prices, limits since 2026", provider: "anthropic",
    states: [.name, .created], mayState: [.maxInput, .maxOutput]
  ) { (row, offer) throws(ImportError) in
    offer.name = try row.string("display_name") ?? offer.modelID
    offer.created = try row.day("created_at")?.unixSeconds
    offer.maxInput = try row.tokens("max_input_tokens")
    offer.maxOutput = try row.tokens("max_tokens")
  }

  static let groq = ImportFormat(
    "groq", "Groq model list; limits, no prices", provider: "groq", states: [.contextLength, .maxOutput, .status]
  ) { (row, offer) throws(ImportError) in
    offer.ownedBy = try row.string("owned_by")
    offer.contextLength = try row.tokens("context_window")
    offer.maxOutput = try row.tokens("max_completion_tokens")
    if try row.flag("active") == false { offer.status = .unavailable }
  }

  static let fireworks = ImportFormat(
    "fireworks", "Fireworks inference list; context lengths, no prices", provider: "fireworks",
    states: [.contextLength, .capabilities, .modalities]
  ) { (row, offer) throws(ImportError) in
    try describeSupports(row, &offer)
    // The kind of image models; they neither chat nor count tokens.
    if try row.string("kind") == "FLUMINA_BASE_MODEL" { offer.setModalities(input: [.text], output: [.image]) }
  }

  static let hyperbolic = ImportFormat(
    "hyperbolic", "Hyperbolic model list; context lengths, no prices", provider: "hyperbolic",
    states: [.contextLength, .capabilities, .modalities]
  ) { (row, offer) throws(ImportError) in try describeSupports(row, &offer) }

  /// Fireworks and Hyperbolic say what a chat model can do in the same three members.
  private static func describeSupports(_ row: Fields, _ offer: inout Offer) throws(ImportError) {
    offer.ownedBy = try row.string("owned_by")
    offer.contextLength = try row.tokens("context_length")
    offer.capabilities = try row.capabilities(["supports_tools": .tools])
    guard try row.flag("supports_chat") == true else { return }
    offer.setModalities(
      input: try row.flag("supports_image_input") == true ? [.text, .image] : [.text], output: [.text])
  }

  static let mistral = ImportFormat(
    "mistral", "Mistral model list; context lengths and capabilities, no prices", provider: "mistral",
    states: [.name, .description, .contextLength, .capabilities, .modalities, .aliases, .status, .deprecationDate]
  ) { (row, offer) throws(ImportError) in
    offer.ownedBy = try row.string("owned_by")
    offer.name = try row.string("name") ?? offer.modelID
    offer.description = try row.string("description")
    offer.contextLength = try row.tokens("max_context_length")
    offer.aliases = try row.strings("aliases")
    offer.deprecationDate = try row.day("deprecation")
    if offer.deprecationDate != nil { offer.status = .deprecated }
    guard let can = try row.fields("capabilities") else { return }
    offer.capabilities = try can.capabilities([
      "function_calling": .tools, "fine_tuning": .fineTuning, "completion_fim": .fillInTheMiddle,
    ])
    var input: [Modality] = [.text]
    if try can.flag("vision") == true { input.append(.image) }
    if try can.flag("audio") == true { input.append(.audio) }
    if try can.flag("ocr") == true { input.append(.file) }
    var output: [Modality] = []
    for name in ["completion_chat", "completion_fim", "ocr"] where try can.flag(name) == true { output = [.text] }
    if try can.flag("moderation") == true { output.append(.moderation) }
    if !output.isEmpty { offer.setModalities(input: input, output: output) }
  }

  static let featherless = ImportFormat(
    "featherless", "Featherless model list; limits, no prices (it sells subscriptions)", provider: "featherless",
    states: [.contextLength, .maxOutput, .capabilities]
  ) { (row, offer) throws(ImportError) in
    offer.ownedBy = try row.string("owned_by")
    offer.contextLength = try row.tokens("context_length")
    offer.maxOutput = try row.tokens("max_completion_tokens")
    offer.capabilities = try row.fields("features")?.capabilities(["tool_use": .tools]) ?? []
  }

  static let poe = ImportFormat(
    "poe", "Poe bot list; modalities, no prices, times in milliseconds", provider: "poe", states: [.modalities]
  ) { (row, offer) throws(ImportError) in
    offer.ownedBy = try row.string("owned_by")
    offer.created = offer.created.map { $0 / 1_000 }
    guard let architecture = try row.fields("architecture") else { return }
    offer.setModalities(
      input: try architecture.modalities("input_modalities"), output: try architecture.modalities("output_modalities"))
  }

  static let gitHubModels = ImportFormat(
    "github-models", "GitHub Models catalog; modalities, limits since late 2025, no prices", provider: "github-models",
    layout: .array, states: [.name, .description, .modalities, .capabilities],
    mayState: [.maxInput, .maxOutput]
  ) { (row, offer) throws(ImportError) in
    offer.name = try row.string("name") ?? offer.modelID
    offer.ownedBy = try row.string("publisher")
    offer.description = try row.string("summary")
    let limits = try row.fields("limits")
    offer.maxInput = try limits?.tokens("max_input_tokens")
    offer.maxOutput = try limits?.tokens("max_output_tokens")
    let words = try row.strings("tags") + row.strings("capabilities")
    offer.capabilities = words.compactMap(Vocabulary.capability)
    offer.setModalities(
      input: try row.modalities("supported_input_modalities"),
      output: try row.modalities("supported_output_modalities"))
  }

  static let gemini = ImportFormat(
    "gemini", "Google Gemini API list; limits, no prices", provider: "google", layout: .list("models"), id: "name",
    states: [.name, .description, .maxInput, .maxOutput, .modalities, .capabilities]
  ) { (row, offer) throws(ImportError) in
    // Requests name the model with or without the prefix; other sources write it without.
    if offer.modelID.hasPrefix("models/") { offer.modelID.removeFirst("models/".count) }
    offer.name = try row.string("displayName") ?? offer.modelID
    offer.description = try row.string("description")
    offer.maxInput = try row.tokens("inputTokenLimit")
    offer.maxOutput = try row.tokens("outputTokenLimit")
    if try row.flag("thinking") == true { offer.capabilities.append(.reasoning) }
    let methods = try row.strings("supportedGenerationMethods")
    if methods.contains("createCachedContent") { offer.capabilities.append(.promptCaching) }
    if methods.contains("embedContent") { offer.setModalities(input: [.text], output: [.embedding]) }
  }
}
