internal import Catalog

extension ProviderAdapter {
  /// Model makers, whose lists say what they sell themselves.
  static let firstParty: [ProviderAdapter] = [
    ProviderAdapter(
      "anthropic", "Anthropic", site: "https://www.anthropic.com",
      url: "https://api.anthropic.com/v1/models?limit=1000",
      authentication: .header("x-api-key", "ANTHROPIC_API_KEY"), headers: ["anthropic-version": "2023-06-01"],
      paging: .token("after_id", from: "last_id", while: "has_more"), format: .anthropic, minimumOffers: 3,
      evidence: .recorded),
    ProviderAdapter(
      "cohere", "Cohere", site: "https://cohere.com", url: "https://api.cohere.com/v1/models?page_size=1000",
      authentication: .bearer("COHERE_API_KEY"), paging: .token("page_token", from: "next_page_token"),
      format: .cohere, evidence: .documented),
    ProviderAdapter(
      "google", "Google Gemini API", site: "https://ai.google.dev",
      url: "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1000",
      authentication: .header("x-goog-api-key", "GEMINI_API_KEY"),
      paging: .token("pageToken", from: "nextPageToken"), format: .gemini, minimumOffers: 16, evidence: .recorded),
    ProviderAdapter(
      "inception", "Inception", site: "https://www.inceptionlabs.ai", url: "https://api.inceptionlabs.ai/v1/models",
      authentication: .optionalBearer("INCEPTION_API_KEY"), format: .inception, evidence: .reported),
    ProviderAdapter(
      "mistral", "Mistral AI", site: "https://mistral.ai", url: "https://api.mistral.ai/v1/models",
      authentication: .bearer("MISTRAL_API_KEY"), format: .mistral, minimumOffers: 22, evidence: .recorded),
    ProviderAdapter(
      "moonshot", "Moonshot AI", site: "https://platform.moonshot.ai", url: "https://api.moonshot.ai/v1/models",
      authentication: .bearer("MOONSHOT_API_KEY"), format: .moonshot, minimumOffers: 4, evidence: .recorded),
    ProviderAdapter(
      "moonshot-cn", "Moonshot AI (China)", site: "https://platform.moonshot.cn",
      url: "https://api.moonshot.cn/v1/models", authentication: .bearer("MOONSHOT_CN_API_KEY"), format: .moonshot,
      evidence: .reported),
    ProviderAdapter(
      "openai", "OpenAI", site: "https://platform.openai.com", url: "https://api.openai.com/v1/models",
      authentication: .bearer("OPENAI_API_KEY"), format: .openAI, minimumOffers: 27, evidence: .recorded),
    ProviderAdapter(
      "xai", "xAI", site: "https://x.ai", url: "https://api.x.ai/v1/language-models",
      authentication: .bearer("XAI_API_KEY"), format: .xai, evidence: .documented),
  ]
}
