extension ImportFormat {
  /// All formats, sorted by name.
  public static let all: [ImportFormat] = [
    anthropic, atlasCloud, baseten, cerebras, chutes, deepInfra, featherless, fireworks, friendli, gemini, gitHubModels,
    groq, huggingFaceRouter, hyperbolic, liteLLM, mistral, modelsDev, native, novita, openAI, openRouter, poe, redpill,
    sambanova, targon, together, venice, vercelAIGateway,
  ].sorted { $0.name < $1.name }

  /// The format of a name.
  ///
  /// - Throws: ``ImportError/unknownFormat(name:allowed:)`` when there is none.
  public static func named(_ name: String) throws(ImportError) -> ImportFormat {
    guard let format = all.first(where: { $0.name == name }) else {
      throw .unknownFormat(name: name, allowed: all.map(\.name))
    }
    return format
  }
}
