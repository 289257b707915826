internal import Catalog

extension ProviderAdapter {
  /// Gateways and aggregators, which sell what others serve.
  static let gateways: [ProviderAdapter] = [
    ProviderAdapter(
      "aihubmix", "AIHubMix", site: "https://aihubmix.com", url: "https://aihubmix.com/api/v1/models?type=llm",
      format: .aihubmix, minimumOffers: 100, evidence: .reported),
    ProviderAdapter(
      "anannas", "Anannas", site: "https://anannas.ai", url: "https://api.anannas.ai/v1/models",
      authentication: .optionalBearer("ANANNAS_API_KEY"), format: .openRouter, evidence: .reported),
    ProviderAdapter(
      "atlascloud", "Atlas Cloud", site: "https://www.atlascloud.ai", url: "https://api.atlascloud.ai/v1/models",
      authentication: .bearer("ATLASCLOUD_API_KEY"), format: .atlasCloud, minimumOffers: 10, evidence: .recorded),
    ProviderAdapter(
      "github-models", "GitHub Models", site: "https://github.com/marketplace/models",
      url: "https://models.github.ai/catalog/models", authentication: .bearer("GITHUB_TOKEN"),
      headers: ["accept": "application/vnd.github+json"], format: .gitHubModels, minimumOffers: 18,
      evidence: .recorded),
    ProviderAdapter(
      "helicone", "Helicone AI Gateway", site: "https://www.helicone.ai",
      url: "https://api.helicone.ai/v1/public/model-registry/models", format: .helicone, minimumOffers: 50,
      evidence: .documented),
    ProviderAdapter(
      "huggingface", "Hugging Face Inference Providers", site: "https://huggingface.co/docs/inference-providers",
      url: "https://router.huggingface.co/v1/models", authentication: .optionalBearer("HF_TOKEN"),
      format: .huggingFaceRouter, minimumOffers: 83, evidence: .recorded),
    ProviderAdapter(
      "openrouter", "OpenRouter", site: "https://openrouter.ai", url: "https://openrouter.ai/api/v1/models",
      authentication: .optionalBearer("OPENROUTER_API_KEY"), format: .openRouter, minimumOffers: 110,
      evidence: .recorded),
    ProviderAdapter(
      "poe", "Poe", site: "https://poe.com", url: "https://api.poe.com/v1/models", format: .poe, minimumOffers: 95,
      evidence: .recorded),
    ProviderAdapter(
      "redpill", "RedPill", site: "https://redpill.ai", url: "https://api.redpill.ai/v1/models", format: .redpill,
      minimumOffers: 22, evidence: .recorded),
    ProviderAdapter(
      "requesty", "Requesty", site: "https://www.requesty.ai", url: "https://router.requesty.ai/v1/models",
      authentication: .optionalBearer("REQUESTY_API_KEY"), format: .requesty, minimumOffers: 30, evidence: .reported),
    ProviderAdapter(
      "vercel-ai-gateway", "Vercel AI Gateway", site: "https://vercel.com/ai-gateway",
      url: "https://ai-gateway.vercel.sh/v1/models", format: .vercelAIGateway, minimumOffers: 50,
      evidence: .recorded),
  ]

  /// Catalogs of many providers that people keep by hand: what to ask for providers whose own lists have no prices.
  public static let curated: [ProviderAdapter] = [
    ProviderAdapter(
      "genai-prices", "genai-prices", site: "https://github.com/pydantic/genai-prices",
      url: "https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json",
      format: .genAIPrices, minimumOffers: 480, evidence: .recorded),
    ProviderAdapter(
      "litellm", "LiteLLM", site: "https://github.com/BerriAI/litellm",
      url: "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json",
      format: .liteLLM, minimumOffers: 500, evidence: .recorded),
    ProviderAdapter(
      "models-dev", "models.dev", site: "https://models.dev", url: "https://models.dev/api.json", format: .modelsDev,
      minimumOffers: 460, evidence: .recorded),
  ]
}
