/// Names that mean a model only at one provider, most of them abbreviations.
extension AliasTable {
  /// At Mistral itself the undated names of 2023 still mean their first models.
  static let mistralsOwn: Entries = [
    ("mistral/mistral-small", "mistral/mixtral-8x7b-instruct-v0.1"),
    ("mistral/mistral-tiny", "mistral/open-mistral-7b"),
  ]

  static let openRouter: Entries = [
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
  static let bedrock: Entries = [("deepseek/deepseek-v3", "deepseek/deepseek-v3.1")]

  /// Lambda writes no point in Qwen2.5.
  static let lambda: Entries = [
    ("deepseek/deepseek-llama-3.3-70b", "deepseek/deepseek-r1-distill-llama-70b"),
    ("qwen/qwen-25-coder-32b-instruct", "qwen/qwen-2.5-coder-32b-instruct"),
  ]

  static let parasail: Entries = [
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

  static let poe: Entries = [
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

  static let venice: Entries = [
    ("mistral/mistral-31-24b", "mistral/mistral-small-2503"),
    ("minimax/minimax-m21", "minimax/minimax-m2.1"),
    ("minimax/minimax-m25", "minimax/minimax-m2.5"),
    ("openai/gpt-52", "openai/gpt-5.2"),
    ("openai/gpt-52-codex", "openai/gpt-5.2-codex"),
    ("openai/gpt-53-codex", "openai/gpt-5.3-codex"),
    ("qwen/qwen-2.5-qwq-32b", "qwen/qwq-32b"),
    ("x-ai/grok-41-fast", "x-ai/grok-4.1-fast"),
  ]

  static let vercel: Entries = [
    ("qwen/qwen-3-235b-a22b-thinking", "qwen/qwen-3-235b-a22b-thinking-2507"),
    ("qwen/qwen-3-vl-instruct", "qwen/qwen-3-vl-235b-a22b-instruct"),
    ("qwen/qwen-3-vl-thinking", "qwen/qwen-3-vl-235b-a22b-thinking"),
  ]
}
