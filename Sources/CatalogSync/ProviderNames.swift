internal import Catalog

/// The names of providers in lists that hold many, mapped to the slugs that the same providers have everywhere else.
enum ProviderNames {
  /// The slug for a name that stands in `field` of a row.
  ///
  /// - Throws: ``ImportError`` when the name cannot be made one.
  static func slug(_ name: String, field: String, of row: Fields) throws(ImportError) -> ProviderSlug {
    do {
      return try ProviderSlug(table[name] ?? spelling(name))
    } catch {
      throw row.misfit(field, error.description)
    }
  }

  private static func spelling(_ name: String) -> String {
    // LiteLLM splits Vertex AI by model family, and writes other names with underscores.
    name.hasPrefix("vertex_ai") ? "vertex-ai" : name.lowercased().replacing("_", with: "-")
  }

  private static let table: [String: String] = [
    // LiteLLM
    "azure_text": "azure", "bedrock_converse": "bedrock", "cohere_chat": "cohere", "featherless_ai": "featherless",
    "fireworks_ai": "fireworks", "fireworks_ai-embedding-models": "fireworks", "friendliai": "friendli",
    "gemini": "google", "gradient_ai": "gradient", "jina_ai": "jina", "lambda_ai": "lambda",
    "cloudflare": "cloudflare-workers-ai", "dashscope": "alibaba", "nvidia_nim": "nvidia",
    "text-completion-openai": "openai", "together_ai": "together",
    // models.dev
    "amazon-bedrock": "bedrock", "fireworks-ai": "fireworks", "google-vertex": "vertex-ai", "llama": "meta-llama",
    "io-intelligence": "io-net", "moonshotai": "moonshot", "moonshotai-cn": "moonshot-cn", "novita-ai": "novita",
    "prime": "prime-intellect", "togetherai": "together", "vercel": "vercel-ai-gateway",
    // genai-prices
    "aws": "bedrock", "voyageai": "voyage", "x-ai": "xai",
  ]
}
