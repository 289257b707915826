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

  /// Aliases and what they stand for, each the text of a key.
  typealias Entries = [(alias: String, model: String)]

  private static func index(_ entries: Entries) -> [String: CanonicalKey] {
    var index: [String: CanonicalKey] = [:]
    for (alias, model) in entries {
      let parts = model.split(separator: "/", maxSplits: 1)
      index[alias] = CanonicalKey(vendor: String(parts[0]), model: String(parts[1]))
    }
    return index
  }
}
