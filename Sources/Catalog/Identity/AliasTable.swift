/// The entries of ``ModelAliases``: names without their vendor, in normal form.
enum AliasTable {
  /// What an alias stands for, by the text of its key.
  static let everywhere: [String: CanonicalKey] = index(
    openAI + anthropic + google + meta + mistral + qwen + deepSeek + moonshot + cohere + derivatives + others)

  /// Names that only one provider uses so, by its slug.
  static let atProviders: [String: [String: CanonicalKey]] = [
    "mistral": index(mistralsOwn),
    "openrouter": index(openRouter),
    "amazon-bedrock": index(bedrock), "bedrock": index(bedrock),
    "lambda-ai": index(lambda), "litellm": index(lambda),
    "parasail": index(parasail),
    "poe": index(poe),
    "venice": index(venice),
    "vercel": index(vercel), "vercel-ai-gateway": index(vercel), "vercel-ai-gateway-sdk": index(vercel),
  ]

  /// The only date that a model was ever released with. OpenAI's are OpenRouter's `canonical_slug` of the undated id, the
  /// others' from the vendors' lists of models.
  static let onlySnapshots: [String: String] = [
    "anthropic/claude-3-haiku": "2024-03-07",
    "anthropic/claude-3-opus": "2024-02-29",
    "anthropic/claude-3-sonnet": "2024-02-29",
    "anthropic/claude-3.5-haiku": "2024-10-22",
    "anthropic/claude-3.7-sonnet": "2025-02-19",
    "anthropic/claude-haiku-4.5": "2025-10-01",
    "anthropic/claude-opus-4": "2025-05-14",
    "anthropic/claude-opus-4.1": "2025-08-05",
    "anthropic/claude-opus-4.5": "2025-11-01",
    "anthropic/claude-sonnet-4": "2025-05-14",
    "anthropic/claude-sonnet-4.5": "2025-09-29",
    "openai/gpt-4.1": "2025-04-14",
    "openai/gpt-4.1-mini": "2025-04-14",
    "openai/gpt-4.1-nano": "2025-04-14",
    "openai/gpt-4o-mini-search-preview": "2025-03-11",
    "openai/gpt-4o-search-preview": "2025-03-11",
    "openai/gpt-5": "2025-08-07",
    "openai/gpt-5-mini": "2025-08-07",
    "openai/gpt-5-nano": "2025-08-07",
    "openai/gpt-5-pro": "2025-10-06",
    "openai/o1": "2024-12-17",
    "openai/o1-pro": "2025-03-19",
    "openai/o3": "2025-04-16",
    "openai/o3-deep-research": "2025-06-26",
    "openai/o3-mini": "2025-01-31",
    "openai/o3-pro": "2025-06-10",
    "openai/o4-mini": "2025-04-16",
    "openai/o4-mini-deep-research": "2025-06-26",
  ]

  /// Aliases and what they stand for, each `vendor/model`.
  private typealias Entries = [(alias: String, model: String)]

  private static func index(_ entries: Entries) -> [String: CanonicalKey] {
    var index: [String: CanonicalKey] = [:]
    for (alias, model) in entries {
      let parts = model.split(separator: "/", maxSplits: 1)
      index[alias] = CanonicalKey(vendor: String(parts[0]), model: String(parts[1]))
    }
    return index
  }

  private static let openAI: Entries = [
    ("openai/codex-mini-latest", "openai/codex-mini"),
    ("openai/gpt-5-chat-latest", "openai/gpt-5-chat"),
    ("openai/gpt-5.1-chat-latest", "openai/gpt-5.1-chat"),
    ("openai/gpt-o4-mini", "openai/o4-mini"),
    ("openai/gpt-o4-mini-2025-04-16", "openai/o4-mini"),
    ("openai/whisper-v3-large", "openai/whisper-large-v3"),
  ]

  private static let anthropic: Entries = [
    ("anthropic/claude-3.5-sonnet-v2", "anthropic/claude-3.5-sonnet-20241022"),
    ("anthropic/claude-3.5-sonnet-v2-20241022", "anthropic/claude-3.5-sonnet-20241022"),
    ("anthropic/claude-opus-41", "anthropic/claude-opus-4.1"),
  ]

  private static let google: Entries = [
    ("google/gemini-2.0-flash-001", "google/gemini-2.0-flash"),
    ("google/gemini-2.0-flash-lite-001", "google/gemini-2.0-flash-lite"),
    ("google/gemini-3-pro-image", "google/gemini-3-pro-image-preview"),
    ("google/gemini-embedding", "google/gemini-embedding-001"),
    ("google/imagen-4", "google/imagen-4.0-generate-001"),
    ("google/imagen-4-fast", "google/imagen-4.0-fast-generate-001"),
    ("google/imagen-4-ultra", "google/imagen-4.0-ultra-generate-001"),
  ]

  private static let meta: Entries = [
    ("meta/llama-2-13b-chat-v1", "meta/llama-2-13b-chat"),
    ("meta/llama-2-70b-chat-v1", "meta/llama-2-70b-chat"),
    ("meta/llama-2-70b-4096", "meta/llama-2-70b-chat"),
    ("meta/llama-3-70b-8192", "meta/llama-3-70b-instruct"),
    ("meta/llama-3-70b-chat", "meta/llama-3-70b-instruct"),
    ("meta/llama-3-8b-8192", "meta/llama-3-8b-instruct"),
    ("meta/llama-3-8b-chat", "meta/llama-3-8b-instruct"),
    ("meta/llama-3.1-405b-reasoning", "meta/llama-3.1-405b-instruct"),
    ("meta/llama-3.1-70b-versatile", "meta/llama-3.1-70b-instruct"),
    ("meta/llama-3.1-8b-instant", "meta/llama-3.1-8b-instruct"),
    ("meta/llama-3.2-11b-instruct", "meta/llama-3.2-11b-vision-instruct"),
    ("meta/llama-3.2-11b-vision-preview", "meta/llama-3.2-11b-vision-instruct"),
    ("meta/llama-3.2-1b-preview", "meta/llama-3.2-1b-instruct"),
    ("meta/llama-3.2-3b-preview", "meta/llama-3.2-3b-instruct"),
    ("meta/llama-3.2-90b-instruct", "meta/llama-3.2-90b-vision-instruct"),
    ("meta/llama-3.2-90b-vision-preview", "meta/llama-3.2-90b-vision-instruct"),
    ("meta/llama-3-405b-instruct", "meta/llama-3.1-405b-instruct"),
    ("meta/llama-3.3-70b", "meta/llama-3.3-70b-instruct"),
    ("meta/llama-3.3-70b-instruct-base", "meta/llama-3.3-70b-instruct"),
    ("meta/llama-3.3-70b-versatile", "meta/llama-3.3-70b-instruct"),
    ("meta/llama-4-maverick", "meta/llama-4-maverick-17b-128e-instruct"),
    ("meta/llama-4-maverick-17b-instruct", "meta/llama-4-maverick-17b-128e-instruct"),
    ("meta/llama-4-maverick-instruct", "meta/llama-4-maverick-17b-128e-instruct"),
    ("meta/llama-4-scout", "meta/llama-4-scout-17b-16e-instruct"),
    ("meta/llama-4-scout-17b-instruct", "meta/llama-4-scout-17b-16e-instruct"),
    ("meta/llama-4-scout-instruct", "meta/llama-4-scout-17b-16e-instruct"),
    ("meta/llamaguard-2-8b", "meta/llama-guard-2-8b"),
    ("meta/llamaguard-7b", "meta/llama-guard-7b"),
  ]

  private static let mistral: Entries = [
    ("mistral/codestral-2411-rc5", "mistral/codestral-2501"),
    ("mistral/codestral-2412", "mistral/codestral-2501"),
    ("mistral/codestral-embed", "mistral/codestral-embed-2505"),
    ("mistral/devstral-2-123b-instruct-2512", "mistral/devstral-2512"),
    ("mistral/devstral-medium", "mistral/devstral-medium-2507"),
    ("mistral/ministral-3-14b-instruct-2512", "mistral/ministral-14b-2512"),
    ("mistral/ministral-3-3b-instruct-2512", "mistral/ministral-3b-2512"),
    ("mistral/ministral-3-8b-instruct-2512", "mistral/ministral-8b-2512"),
    ("mistral/ministral-3b", "mistral/ministral-3b-2410"),
    ("mistral/ministral-8b", "mistral/ministral-8b-2410"),
    ("mistral/mistral-7b-instruct-v0", "mistral/mistral-7b-instruct-v0.2"),
    ("mistral/mistral-large-2", "mistral/mistral-large-2407"),
    ("mistral/mistral-large-instruct-2407", "mistral/mistral-large-2407"),
    ("mistral/mistral-large-instruct-2411", "mistral/mistral-large-2411"),
    ("mistral/mistral-large-pixtral-2411", "mistral/pixtral-large-2411"),
    ("mistral/mistral-medium-3", "mistral/mistral-medium-2505"),
    ("mistral/mistral-medium-3.1", "mistral/mistral-medium-2508"),
    ("mistral/mistral-nemo", "mistral/mistral-nemo-instruct-2407"),
    ("mistral/mistral-nemo-12b-instruct", "mistral/mistral-nemo-instruct-2407"),
    ("mistral/mistral-nemo-2407", "mistral/mistral-nemo-instruct-2407"),
    ("mistral/mistral-saba", "mistral/mistral-saba-2502"),
    ("mistral/mistral-saba-24b", "mistral/mistral-saba-2502"),
    ("mistral/mistral-small-24b-instruct-2501", "mistral/mistral-small-2501"),
    ("mistral/mistral-small-3", "mistral/mistral-small-2501"),
    ("mistral/mistral-small-3.1", "mistral/mistral-small-2503"),
    ("mistral/mistral-small-3.1-24b-instruct", "mistral/mistral-small-2503"),
    ("mistral/mistral-small-3.1-24b-instruct-2503", "mistral/mistral-small-2503"),
    ("mistral/mistral-small-3.2", "mistral/mistral-small-2506"),
    ("mistral/mistral-small-3.2-24b-instruct", "mistral/mistral-small-2506"),
    ("mistral/mistral-small-3.2-24b-instruct-2506", "mistral/mistral-small-2506"),
    ("mistral/mistral-small-2312", "mistral/mixtral-8x7b-instruct-v0.1"),
    ("mistral/mistral-tiny-2312", "mistral/open-mistral-7b"),
    ("mistral/mistral-tiny-2407", "mistral/mistral-nemo-instruct-2407"),
    ("mistral/mixtral-8x22b-instruct", "mistral/mixtral-8x22b-instruct-v0.1"),
    ("mistral/mixtral-8x7b-32768", "mistral/mixtral-8x7b-instruct-v0.1"),
    ("mistral/mixtral-8x7b-instruct", "mistral/mixtral-8x7b-instruct-v0.1"),
    ("mistral/open-mistral-nemo", "mistral/mistral-nemo-instruct-2407"),
    ("mistral/open-mistral-nemo-2407", "mistral/mistral-nemo-instruct-2407"),
    ("mistral/open-mixtral-8x22b", "mistral/mixtral-8x22b-instruct-v0.1"),
    ("mistral/open-mixtral-8x22b-2404", "mistral/mixtral-8x22b-instruct-v0.1"),
    ("mistral/open-mixtral-8x7b", "mistral/mixtral-8x7b-instruct-v0.1"),
    ("mistral/pixtral-12b", "mistral/pixtral-12b-2409"),
    ("mistral/pixtral-large", "mistral/pixtral-large-2411"),
    ("mistral/voxtral-small-24b-2507", "mistral/voxtral-small-2507"),
  ]

  /// At Mistral itself the undated names of 2023 still mean their first models.
  private static let mistralsOwn: Entries = [
    ("mistral/mistral-small", "mistral/mixtral-8x7b-instruct-v0.1"),
    ("mistral/mistral-tiny", "mistral/open-mistral-7b"),
  ]

  private static let qwen: Entries = [
    ("qwen/qwen-3-235b", "qwen/qwen-3-235b-a22b"),
    ("qwen/qwen-3-235b-a22b-04-28", "qwen/qwen-3-235b-a22b"),
    ("qwen/qwen-3-235b-a22b-07-25", "qwen/qwen-3-235b-a22b-instruct-2507"),
    ("qwen/qwen-3-235b-a22b-2507", "qwen/qwen-3-235b-a22b-instruct-2507"),
    ("qwen/qwen-3-235b-2507", "qwen/qwen-3-235b-a22b-instruct-2507"),
    ("qwen/qwen-3-30b", "qwen/qwen-3-30b-a3b"),
    ("qwen/qwen-3-30b-a3b-2507", "qwen/qwen-3-30b-a3b-instruct-2507"),
    ("qwen/qwen-3-coder", "qwen/qwen-3-coder-480b-a35b-instruct"),
    ("qwen/qwen-3-coder-30b", "qwen/qwen-3-coder-30b-a3b-instruct"),
    ("qwen/qwen-3-coder-30b-a3b", "qwen/qwen-3-coder-30b-a3b-instruct"),
    ("qwen/qwen-3-coder-480b", "qwen/qwen-3-coder-480b-a35b-instruct"),
    ("qwen/qwen-3-coder-480b-a35b", "qwen/qwen-3-coder-480b-a35b-instruct"),
    ("qwen/qwen-3-next-80b", "qwen/qwen-3-next-80b-a3b-instruct"),
    ("qwen/qwen-3-vl-235b-instruct", "qwen/qwen-3-vl-235b-a22b-instruct"),
  ]

  private static let deepSeek: Entries = [
    ("deepseek/deepseek-prover-v2", "deepseek/deepseek-prover-v2-671b"),
    ("deepseek/deepseek-r1-671b", "deepseek/deepseek-r1"),
    ("deepseek/deepseek-r1-distill-qwen-1-5b", "deepseek/deepseek-r1-distill-qwen-1.5b"),
    ("deepseek/deepseek-v3.1-671b", "deepseek/deepseek-v3.1"),
    ("deepseek/deepseek-v3.2-exp-think", "deepseek/deepseek-v3.2-exp-thinking"),
  ]

  private static let moonshot: Entries = [
    ("moonshotai/kimi-k2", "moonshotai/kimi-k2-instruct"),
    ("moonshotai/kimi-k2-0711-preview", "moonshotai/kimi-k2-instruct"),
    ("moonshotai/kimi-k2-0905", "moonshotai/kimi-k2-instruct-0905"),
    ("moonshotai/kimi-k2-0905-preview", "moonshotai/kimi-k2-instruct-0905"),
    ("moonshotai/kimi-k2-1t", "moonshotai/kimi-k2-instruct"),
    ("moonshotai/kimi-k2-turbo-preview", "moonshotai/kimi-k2-turbo"),
  ]

  private static let cohere: Entries = [
    ("cohere/command-a", "cohere/command-a-03-2025"),
    ("cohere/command-r-plus-v1", "cohere/command-r-plus"),
    ("cohere/command-r-v1", "cohere/command-r"),
    ("cohere/command-r-v01", "cohere/command-r-03-2024"),
    ("cohere/embed-english-v3", "cohere/embed-english-v3.0"),
    ("cohere/embed-multilingual-v3", "cohere/embed-multilingual-v3.0"),
    ("cohere/embed-v-4.0", "cohere/embed-v4.0"),
    ("cohere/embed-v3-english", "cohere/embed-english-v3.0"),
    ("cohere/embed-v3-multilingual", "cohere/embed-multilingual-v3.0"),
    ("cohere/rerank-v3-english", "cohere/rerank-english-v3.0"),
    ("cohere/rerank-v3-multilingual", "cohere/rerank-multilingual-v3.0"),
  ]

  /// Models that were derived from another vendor's, under the short names of OpenRouter and others.
  private static let derivatives: Entries = [
    ("cognitivecomputations/dolphin-mixtral-8x22b", "cognitivecomputations/dolphin-2.9.2-mixtral-8x22b"),
    ("deepcogito/cogito-v2-preview-deepseek-671b-moe", "deepcogito/cogito-v2-preview-deepseek-671b"),
    ("deepcogito/cogito-2.1-671b", "deepcogito/cogito-v2.1-671b"),
    ("infermatic/mn-12b-inferor-v0.0", "infermatic/mn-inferor-12b"),
    ("neversleep/llama-3.1-lumimaid-70b", "neversleep/lumimaid-v0.2-70b"),
    ("neversleep/llama-3.1-lumimaid-8b", "neversleep/lumimaid-v0.2-8b"),
    ("neversleep/llama-3-lumimaid-8b", "neversleep/llama-3-lumimaid-8b-v0.1"),
    ("neversleep/llama-3-lumimaid-70b", "neversleep/llama-3-lumimaid-70b-v0.1"),
    ("neversleep/noromaid-20b", "neversleep/noromaid-20b-v0.1.1"),
    ("nousresearch/hermes-3-405b", "nousresearch/hermes-3-llama-3.1-405b"),
    ("nousresearch/hermes-3-70b", "nousresearch/hermes-3-llama-3.1-70b"),
    ("nousresearch/hermes-3-llama-405b", "nousresearch/hermes-3-llama-3.1-405b"),
    ("sao10k/l3-8b-lunaris", "sao10k/l3-8b-lunaris-v1"),
    ("sao10k/l3-euryale-70b", "sao10k/l3-70b-euryale-v2.1"),
    ("sao10k/l3-lunaris-8b", "sao10k/l3-8b-lunaris-v1"),
    ("sao10k/l3.1-euryale-70b", "sao10k/l3.1-70b-euryale-v2.2"),
    ("sao10k/l31-70b-euryale-v2.2", "sao10k/l3.1-70b-euryale-v2.2"),
    ("sao10k/l3.3-euryale-70b", "sao10k/l3.3-70b-euryale-v2.3"),
    ("sophosympatheia/midnight-rose-70b", "sophosympatheia/midnight-rose-70b-v2.0.3"),
    ("thedrummer/rocinante-12b", "thedrummer/rocinante-12b-v1.1"),
    ("thedrummer/unslopnemo-12b", "thedrummer/unslopnemo-12b-v4.1"),
    ("tngtech/deepseek-tng-r1t2-chimera", "tngtech/deepseek-r1t2-chimera"),
  ]

  private static let others: Entries = [
    ("ai21/jamba-large-1.5", "ai21/jamba-1.5-large"),
    ("ai21/jamba-mini-1.5", "ai21/jamba-1.5-mini"),
    ("ai21/jamba-1.6-large", "ai21/jamba-large-1.6"),
    ("ai21/jamba-1.6-mini", "ai21/jamba-mini-1.6"),
    ("allenai/molmo-7b-d", "allenai/molmo-7b-d-0924"),
    ("amazon/nova-lite", "amazon/nova-lite-v1"),
    ("amazon/nova-micro", "amazon/nova-micro-v1"),
    ("amazon/nova-premier", "amazon/nova-premier-v1"),
    ("amazon/nova-pro", "amazon/nova-pro-v1"),
    ("baidu/ernie-4.5-0.3b-pt", "baidu/ernie-4.5-0.3b"),
    ("baidu/ernie-4.5-21b-a3b-pt", "baidu/ernie-4.5-21b-a3b"),
    ("baidu/ernie-4.5-300b-a47b-paddle", "baidu/ernie-4.5-300b-a47b"),
    ("baidu/ernie-4.5-300b-a47b-pt", "baidu/ernie-4.5-300b-a47b"),
    ("baidu/ernie-4.5-vl-28b-a3b-pt", "baidu/ernie-4.5-vl-28b-a3b"),
    ("baidu/ernie-4.5-vl-424b-a47b-pt", "baidu/ernie-4.5-vl-424b-a47b"),
    ("black-forest-labs/flux-dev", "black-forest-labs/flux-1-dev"),
    ("black-forest-labs/flux-schnell", "black-forest-labs/flux-1-schnell"),
    ("black-forest-labs/flux-pro-1.1", "black-forest-labs/flux-1.1-pro"),
    ("black-forest-labs/flux-1-kontext-max", "black-forest-labs/flux-kontext-max"),
    ("black-forest-labs/flux-1-kontext-pro", "black-forest-labs/flux-kontext-pro"),
    ("black-forest-labs/flux-krea", "black-forest-labs/flux-1-krea-dev"),
    ("inception/mercury-coder-small-beta", "inception/mercury-coder"),
    ("microsoft/phi-3.5-mini-128k-instruct", "microsoft/phi-3.5-mini-instruct"),
    ("minimax/minimax-01", "minimax/minimax-text-01"),
    ("x-ai/grok-4-0709", "x-ai/grok-4"),
    ("z-ai/glm-4-32b", "z-ai/glm-4-32b-0414"),
    ("z-ai/glm-z1-32b", "z-ai/glm-z1-32b-0414"),
    ("z-ai/glm-z1-rumination-32b", "z-ai/glm-z1-rumination-32b-0414"),
  ]

  private static let openRouter: Entries = [
    ("deepseek/deepseek-chat", "deepseek/deepseek-v3"),
    ("google/gemini-2.5-pro-preview", "google/gemini-2.5-pro-preview-06-05"),
    ("liquid/lfm-2.2-6b", "liquid/lfm-2-2.6b"),
    ("mistral/devstral-small", "mistral/devstral-small-2507"),
    ("mistral/mistral-7b-instruct", "mistral/mistral-7b-instruct-v0.3"),
    ("qwen/qwen-max", "qwen/qwen-max-2025-01-25"),
    ("qwen/qwen-plus", "qwen/qwen-plus-2025-01-25"),
    ("qwen/qwen-turbo", "qwen/qwen-turbo-2024-11-01"),
    ("qwen/qwen-vl-max", "qwen/qwen-vl-max-2025-01-25"),
  ]

  /// Bedrock names DeepSeek-V3.1 so.
  private static let bedrock: Entries = [("deepseek/deepseek-v3", "deepseek/deepseek-v3.1")]

  private static let lambda: Entries = [
    ("deepseek/deepseek-llama-3.3-70b", "deepseek/deepseek-r1-distill-llama-70b"),
    ("qwen/qwen-25-coder-32b-instruct", "qwen/qwen-2.5-coder-32b-instruct"),
  ]

  private static let parasail: Entries = [
    ("deepseek/deepseek-31", "deepseek/deepseek-v3.1"),
    ("gryphe/mythomax-13b", "gryphe/mythomax-l2-13b"),
    ("meta/llama-33-70b-instruct", "meta/llama-3.3-70b-instruct"),
    ("mistral/mistral-small-32-24b", "mistral/mistral-small-2506"),
    ("parasail-drummer-anubis-70b-1.1", "thedrummer/anubis-70b-v1.1"),
    ("parasail-whisperv-3-large-turbo", "openai/whisper-large-v3-turbo"),
    ("qwen/qwen-25-vl-72b-instruct", "qwen/qwen-2.5-vl-72b-instruct"),
    ("z-ai/glm-45", "z-ai/glm-4.5"),
    ("z-ai/glm-45v", "z-ai/glm-4.5v"),
  ]

  private static let poe: Entries = [
    ("anthropic/claude-3.5-sonnet-june", "anthropic/claude-3.5-sonnet-20240620"),
    ("mistral/mistral-7b-v0.3", "mistral/mistral-7b-instruct-v0.3"),
    ("mistral/mixtral-8x22b-inst", "mistral/mixtral-8x22b-instruct-v0.1"),
    ("openai/gpt-4-classic", "openai/gpt-4"),
    ("openai/gpt-4-classic-0314", "openai/gpt-4-0314"),
    ("openai/gpt-4o-aug", "openai/gpt-4o-2024-08-06"),
    ("perplexity/sonar-rsn", "perplexity/sonar-reasoning"),
    ("perplexity/sonar-rsn-pro", "perplexity/sonar-reasoning-pro"),
    ("qwen/qwen-2.5-72b", "qwen/qwen-2.5-72b-instruct"),
    ("qwen/qwen-2.5-7b", "qwen/qwen-2.5-7b-instruct"),
    ("qwen/qwen-2.5-coder-32b", "qwen/qwen-2.5-coder-32b-instruct"),
    ("qwen/qwen-2.5-vl-32b", "qwen/qwen-2.5-vl-32b-instruct"),
    ("qwen/qwen-2.5-vl-72b", "qwen/qwen-2.5-vl-72b-instruct"),
    ("qwen/qwen-3-235b-think", "qwen/qwen-3-235b-a22b-thinking-2507"),
    ("qwen/qwen-3-480b-coder", "qwen/qwen-3-coder-480b-a35b-instruct"),
  ]

  private static let venice: Entries = [
    ("mistral/mistral-31-24b", "mistral/mistral-small-2503"),
    ("minimax/minimax-m21", "minimax/minimax-m2.1"),
    ("minimax/minimax-m25", "minimax/minimax-m2.5"),
    ("openai/gpt-52", "openai/gpt-5.2"),
    ("openai/gpt-52-codex", "openai/gpt-5.2-codex"),
    ("openai/gpt-53-codex", "openai/gpt-5.3-codex"),
    ("qwen/qwen-2.5-qwq-32b", "qwen/qwq-32b"),
    ("x-ai/grok-41-fast", "x-ai/grok-4.1-fast"),
  ]

  private static let vercel: Entries = [
    ("qwen/qwen-3-235b-a22b-thinking", "qwen/qwen-3-235b-a22b-thinking-2507"),
    ("qwen/qwen-3-vl-instruct", "qwen/qwen-3-vl-235b-a22b-instruct"),
    ("qwen/qwen-3-vl-thinking", "qwen/qwen-3-vl-235b-a22b-thinking"),
  ]
}
