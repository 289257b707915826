internal import Catalog

extension ProviderAdapter {
  /// Clouds that serve the models of others.
  static let clouds: [ProviderAdapter] = [
    ProviderAdapter(
      "akash", "AkashML", site: "https://akashml.com", url: "https://api.akashml.com/v1/models",
      authentication: .bearer("AKASHML_API_KEY"), format: .akash, minimumOffers: 2, evidence: .reported),
    ProviderAdapter(
      "baseten", "Baseten", site: "https://www.baseten.co", url: "https://inference.baseten.co/v1/models",
      authentication: .bearer("BASETEN_API_KEY"), format: .baseten, minimumOffers: 3, evidence: .recorded),
    // The recorded body is of the list that needs a key, which has neither prices nor limits.
    ProviderAdapter(
      "cerebras", "Cerebras", site: "https://www.cerebras.ai",
      url: "https://api.cerebras.ai/public/v1/models?format=openrouter", format: .cerebras, evidence: .documented),
    ProviderAdapter(
      "chutes", "Chutes", site: "https://chutes.ai", url: "https://llm.chutes.ai/v1/models", format: .chutes,
      minimumOffers: 20, evidence: .recorded),
    ProviderAdapter(
      "cloudflare-workers-ai", "Cloudflare Workers AI", site: "https://developers.cloudflare.com/workers-ai/",
      url: "https://api.cloudflare.com/client/v4/accounts/{CLOUDFLARE_ACCOUNT_ID}/ai/models/search"
        + "?format=openrouter&per_page=100",
      authentication: .bearer("CLOUDFLARE_API_TOKEN"), paging: .number("page", size: 100), format: .cloudflare,
      minimumOffers: 10, evidence: .documented),
    ProviderAdapter(
      "deepinfra", "DeepInfra", site: "https://deepinfra.com", url: "https://api.deepinfra.com/v1/openai/models",
      authentication: .bearer("DEEPINFRA_API_KEY"), format: .deepInfra, minimumOffers: 50, evidence: .recorded),
    ProviderAdapter(
      "featherless", "Featherless", site: "https://featherless.ai", url: "https://api.featherless.ai/v1/models",
      format: .featherless, minimumOffers: 2_000, evidence: .recorded),
    ProviderAdapter(
      "fireworks", "Fireworks AI", site: "https://fireworks.ai", url: "https://api.fireworks.ai/inference/v1/models",
      authentication: .bearer("FIREWORKS_API_KEY"), format: .fireworks, minimumOffers: 12, evidence: .recorded),
    ProviderAdapter(
      "friendli", "Friendli", site: "https://friendli.ai", url: "https://api.friendli.ai/serverless/v1/models",
      authentication: .optionalBearer("FRIENDLI_TOKEN"), format: .friendli, minimumOffers: 3, evidence: .recorded),
    ProviderAdapter(
      "groq", "Groq", site: "https://groq.com", url: "https://api.groq.com/openai/v1/models",
      authentication: .bearer("GROQ_API_KEY"), format: .groq, minimumOffers: 7, evidence: .recorded),
    ProviderAdapter(
      "hyperbolic", "Hyperbolic", site: "https://www.hyperbolic.ai", url: "https://api.hyperbolic.xyz/v1/models",
      authentication: .bearer("HYPERBOLIC_API_KEY"), format: .hyperbolic, minimumOffers: 4, evidence: .recorded),
    ProviderAdapter(
      "io-net", "io.net Intelligence", site: "https://io.net",
      url: "https://api.intelligence.io.solutions/api/v1/models", format: .ioNet, minimumOffers: 10,
      evidence: .reported),
    ProviderAdapter(
      "mancer", "Mancer", site: "https://mancer.tech", url: "https://neuro.mancer.tech/oai/v1/models",
      format: .mancer, minimumOffers: 3, evidence: .recorded),
    ProviderAdapter(
      "nearai", "NEAR AI Cloud", site: "https://cloud.near.ai",
      url: "https://cloud-api.near.ai/v1/model/list?limit=100",
      paging: .offset("offset", size: 100), format: .nearAI, minimumOffers: 7, evidence: .documented),
    // The recorded body is of the short list, which has neither prices nor limits.
    ProviderAdapter(
      "nebius", "Nebius Token Factory", site: "https://tokenfactory.nebius.com",
      url: "https://api.tokenfactory.nebius.com/v1/models?verbose=true", authentication: .bearer("NEBIUS_API_KEY"),
      format: .nebius, minimumOffers: 9, evidence: .documented),
    ProviderAdapter(
      "novita", "Novita AI", site: "https://novita.ai", url: "https://api.novita.ai/openai/v1/models", format: .novita,
      minimumOffers: 19, evidence: .recorded),
    ProviderAdapter(
      "ovhcloud", "OVHcloud AI Endpoints", site: "https://endpoints.ai.cloud.ovh.net",
      url: "https://catalog.endpoints.ai.ovh.net/rest/v2/openrouter", format: .ovhCloud, minimumOffers: 6,
      evidence: .reported),
    ProviderAdapter(
      "prime-intellect", "Prime Intellect", site: "https://www.primeintellect.ai",
      url: "https://api.pinference.ai/api/v1/models", format: .primeIntellect, minimumOffers: 38,
      evidence: .reported),
    ProviderAdapter(
      "replicate", "Replicate", site: "https://replicate.com",
      url: "https://api.replicate.com/v1/collections/official", authentication: .bearer("REPLICATE_API_TOKEN"),
      format: .replicate, minimumOffers: 10, evidence: .reported),
    ProviderAdapter(
      "sambanova", "SambaNova", site: "https://sambanova.ai", url: "https://api.sambanova.ai/v1/models",
      format: .sambanova, minimumOffers: 3, evidence: .recorded),
    ProviderAdapter(
      "targon", "Targon", site: "https://targon.com", url: "https://api.targon.com/v1/models",
      authentication: .bearer("TARGON_API_KEY"), format: .targon, minimumOffers: 3, evidence: .recorded),
    ProviderAdapter(
      "together", "Together AI", site: "https://www.together.ai", url: "https://api.together.xyz/v1/models",
      authentication: .bearer("TOGETHER_API_KEY"), format: .together, minimumOffers: 30, evidence: .recorded),
    ProviderAdapter(
      "venice", "Venice AI", site: "https://venice.ai", url: "https://api.venice.ai/api/v1/models?type=all",
      authentication: .optionalBearer("VENICE_API_KEY"), format: .venice, minimumOffers: 13, evidence: .recorded),
  ]
}
