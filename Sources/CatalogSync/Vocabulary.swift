internal import Catalog

/// The words in which providers say the same things.
enum Vocabulary {
  /// The modality that a provider's word names, nil for a word that names none.
  static func modality(_ word: String) -> Modality? {
    switch word.lowercased() {
    case "text", "chat", "language", "code": .text
    case "image", "images", "vision": .image
    case "audio", "speech", "voice": .audio
    case "video": .video
    case "file", "pdf", "document": .file
    case "embedding", "embeddings": .embedding
    case "rerank", "reranking", "ranking": .rerank
    case "moderation": .moderation
    default: nil
    }
  }

  /// The capability that a feature, tag or request parameter names, nil for a word that names none.
  static func capability(_ word: String) -> Capability? {
    switch word.lowercased().replacing("-", with: "_") {
    case "tools", "tool_use", "tool_call", "tool_calling", "function_calling": .tools
    case "parallel_tool_calls": .parallelTools
    case "reasoning", "reasoning_effort", "thinking": .reasoning
    case "structured_outputs", "structured_output": .structuredOutput
    case "json_mode", "response_format": .jsonMode
    case "vision": .vision
    case "prompt_cache", "prompt_caching", "implicit_caching", "explicit_caching": .promptCaching
    case "web_search", "web_search_options": .webSearch
    default: nil
    }
  }

  /// The capabilities that follow from what a model takes in and gives out.
  static func capabilities(input: [Modality], output: [Modality]) -> [Capability] {
    var capabilities: [Capability] = []
    if input.contains(.image), output.contains(.text) { capabilities.append(.vision) }
    if input.contains(.audio) { capabilities.append(.audioInput) }
    if output.contains(.audio) { capabilities.append(.audioOutput) }
    return capabilities
  }

  /// The text without white space around it, nil where nothing is left.
  static func trimmed(_ text: String) -> String? {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return nil }
    return String(start[...last])
  }

  /// A provider's text for a message: on one line, without control characters, and cut to `maximum` characters.
  static func printable(_ text: String, maximum: Int) -> String {
    let isControl = { (scalar: Unicode.Scalar) in scalar.properties.generalCategory == .control }
    let line = String(text.prefix(maximum).map { $0.unicodeScalars.contains(where: isControl) ? " " : $0 })
    return text.count > maximum ? line + "…" : line
  }

  /// The repository that a link to Hugging Face names: `https://huggingface.co/[api/models/]OWNER/NAME`.
  static func huggingFaceID(inLink link: String?) -> String? {
    guard var path = link?[...], path.hasPrefix("https://huggingface.co/") else { return nil }
    path = path.dropFirst("https://huggingface.co/".count)
    if path.hasPrefix("api/models/") { path = path.dropFirst("api/models/".count) }
    let parts = path.prefix { $0 != "?" && $0 != "#" }.split(separator: "/")
    return parts.count >= 2 ? "\(parts[0])/\(parts[1])" : nil
  }
}

extension Offer {
  /// Sets what the offer takes in and gives out, and the capabilities that follow.
  mutating func setModalities(input: [Modality], output: [Modality]) {
    inputModalities = input
    outputModalities = output
    capabilities += Vocabulary.capabilities(input: input, output: output)
  }
}
