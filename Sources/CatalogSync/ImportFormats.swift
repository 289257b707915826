extension ImportFormat {
  /// All formats, sorted by name.
  public static let all: [ImportFormat] = [
    aihubmix, akash, anthropic, atlasCloud, baseten, cerebras, chutes, cloudflare, cohere, deepInfra, featherless,
    fireworks, friendli, gemini, genAIPrices, gitHubModels, groq, helicone, huggingFaceRouter, hyperbolic, inception,
    ioNet, liteLLM, mancer, mistral, modelsDev, moonshot, native, nearAI, nebius, novita, openAI, openRouter, ovhCloud,
    poe, primeIntellect, redpill, replicate, requesty, sambanova, targon, together, venice, vercelAIGateway, xai,
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
