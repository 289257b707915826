/// The words that synthetic catalogs are made of.
enum SyntheticNames {
  static let providers = [
    "openrouter", "deepinfra", "together", "fireworks", "novita", "groq", "requesty", "cerebras", "vercel", "nebius",
    "parasail", "sambanova", "kluster", "hyperbolic", "featherless", "baseten", "glama", "friendli", "nano-gpt",
    "lambda", "chutes", "cloudflare", "portkey", "scaleway", "helicone", "ovhcloud", "poe", "siliconflow", "eden",
    "inference",
  ]

  static let vendors = [
    "meta-llama", "mistralai", "qwen", "deepseek", "google", "microsoft", "nvidia", "cohere", "openai", "anthropic",
    "amazon", "ai21", "zhipu", "moonshotai", "minimax", "baidu", "tencent", "nousresearch", "liquid", "arcee-ai",
  ]

  static let families = [
    "Aurora", "Basalt", "Cinder", "Dune", "Ember", "Fjord", "Garnet", "Harbor", "Indigo", "Jasper", "Krill", "Lagoon",
    "Meadow", "Nimbus", "Onyx", "Prairie", "Quartz", "Rivulet", "Saffron", "Tundra", "Umber", "Vesper", "Willow",
    "Xenon", "Yarrow", "Zephyr", "Acorn", "Bramble", "Cobalt", "Delta", "Fennel", "Glacier",
  ]

  static let sizes = ["1B", "3B", "7B", "14B", "32B", "70B", "120B", "405B"]

  static let kinds = ["Instruct", "Chat", "Coder", "Thinking", "Vision"]

  static let parameters = [
    "frequency_penalty", "max_tokens", "min_p", "presence_penalty", "response_format", "seed", "stop", "temperature",
    "tool_choice", "tools", "top_k", "top_p",
  ]

  static let sentences = [
    "It follows long instructions closely and keeps its tone over many turns of a conversation.",
    "The weights were distilled from a larger sibling and then tuned on licensed and synthetic dialogue.",
    "On public benchmarks for mathematics and programming it comes close to models of twice its size.",
    "It supports function calling with parallel tools and answers in valid JSON when a schema is given.",
    "The training data covers forty languages, with an emphasis on technical documentation and source code.",
    "A mixture of experts keeps the cost of a token low while the whole model stays in memory.",
    "Long documents are handled by a sliding attention window with global tokens at paragraph starts.",
    "It is meant for agents that plan, call tools and check their own results before they answer.",
    "Answers can be streamed, and prompts that begin alike are cached by most of its hosts.",
    "Earlier versions remain available under their dated names until the end of the year.",
  ]
}
