/// The curated table of the makers of models: what they are called in ids, and what their models are called.
///
/// Sources: the organisations in OpenRouter's `id` and `hugging_face_id`, the repositories at Hugging Face, and the prefixes of
/// Bedrock, LiteLLM and models.dev.
enum VendorTable {
  /// The slug of every name of a vendor, in lower case with `-` between words.
  static let slugs: [String: String] = {
    var slugs: [String: String] = [:]
    for (slug, names) in names {
      slugs[slug] = slug
      for name in names { slugs[name] = slug }
    }
    return slugs
  }()

  /// The vendor that a provider belongs to, where it sells models of its own.
  static func maker(behind provider: ProviderSlug) -> String? {
    // Qwen is the model family of Alibaba, which sells it under its own name.
    provider.text == "alibaba" ? "qwen" : slugs[provider.text]
  }

  private static let names: [(slug: String, names: [String])] = [
    ("01-ai", ["01ai"]),
    ("aaditya", []),
    ("ai21", ["ai21labs", "ai21-labs"]),
    ("alibaba", ["alibaba-nlp"]),
    ("allenai", []),
    ("amazon", []),
    ("anthracite-org", []),
    ("anthropic", []),
    ("arcee-ai", ["arcee"]),
    ("arliai", []),
    ("baai", []),
    ("baichuan", ["baichuan-inc"]),
    ("baidu", []),
    ("black-forest-labs", ["bfl"]),
    ("bytedance", ["bytedance-seed"]),
    ("cognitivecomputations", ["dphn"]),
    ("cohere", ["coherelabs", "cohereforai", "c4ai"]),
    ("core42", []),
    ("databricks", []),
    ("deepcogito", ["cogito"]),
    ("deepseek", ["deepseek-ai"]),
    ("google", ["gemini"]),
    ("gryphe", []),
    ("huggingfacetb", []),
    ("ibm-granite", ["ibm"]),
    ("inception", ["inceptionai"]),
    ("inclusionai", []),
    ("inflection", []),
    ("intfloat", []),
    ("kwaipilot", ["kuaishou"]),
    ("lgai-exaone", ["lgai"]),
    ("liquid", ["liquidai"]),
    ("mancer", []),
    ("meituan", ["meituan-longcat"]),
    ("meta", ["meta-llama", "codellama"]),
    ("microsoft", []),
    ("minimax", ["minimaxai"]),
    ("mistral", ["mistralai", "mistral-ai", "codestral"]),
    ("moonshotai", ["moonshot", "moonshot-ai"]),
    ("morph", ["morphllm"]),
    ("neversleep", []),
    ("nousresearch", []),
    ("nvidia", []),
    ("openai", []),
    ("openchat", []),
    ("perplexity", ["perplexity-ai"]),
    ("playai", []),
    ("prime-intellect", ["primeintellect"]),
    ("pygmalionai", []),
    ("qwen", []),
    ("raifle", []),
    ("rekaai", ["reka", "reka-ai"]),
    ("sao10k", []),
    ("sentientagi", ["sentientfoundation", "sentientfoundation-serverless"]),
    ("sophosympatheia", []),
    ("stability", ["stabilityai", "stability-ai"]),
    ("stepfun-ai", ["stepfun"]),
    ("teknium", []),
    ("tencent", []),
    ("thedrummer", []),
    ("tngtech", []),
    ("tokyotech-llm", []),
    ("undi95", []),
    ("upstage", []),
    ("vercel", []),
    ("voyage", ["voyageai"]),
    ("x-ai", ["xai"]),
    ("xiaomi", ["xiaomimimo"]),
    ("z-ai", ["zai", "zai-org", "thudm", "zhipuai", "zhipu"]),
  ]

  /// Sellers and re-publishers that stand where a vendor could. They count as the vendor only when the family of the
  /// model tells of none: `groq/compound` is Groq's own, `groq/llama-3.1-8b-instant` is Meta's. Alibaba is here since the
  /// Qwen models are listed under both names.
  static let hosts: Set<String> = [
    "@cf", "@hf", "alibaba", "alpindale", "anyscale", "azure", "azure-ai", "bedrock", "cerebras", "chutesai",
    "cloudflare", "dashscope", "databricks", "deepinfra", "fireworks", "fireworks-ai", "friendliai", "github",
    "github-copilot", "gradient-ai", "groq", "heroku", "hyperbolic", "lambda-ai", "mlx-community", "nebius", "novita",
    "nscale", "oci", "ollama", "openrouter", "parasail", "perplexity", "phala", "positron-internal", "replicate",
    "sambanova", "snowflake", "text-completion-codestral", "text-completion-openai", "thebloke", "together",
    "together-ai", "togethercomputer", "unsloth", "vercel-ai-gateway",
    "vertex-ai", "watsonx",
  ]

  /// Sellers that also put their own name before the names of models.
  static let sellersAsPrefix: Set<String> = ["cerebras", "databricks", "groq", "parasail", "positron-internal"]

  /// The first words of the names that can stand before the names of models.
  static let firstWords: Set<String> = Set(
    (Array(slugs.keys) + sellersAsPrefix).map { $0.split(separator: "-").first.map(String.init) ?? $0 })

  /// Vendor names that models also start with, so that they are only a prefix where a model of the vendor follows:
  /// `qwen-qwq-32b` loses its prefix, `qwen-3-32b` does not.
  private static let alsoModelNames: Set<String> = [
    "baichuan", "cogito", "codellama", "codestral", "deepseek", "gemini", "inception", "inflection", "meta",
    "meta-llama", "minimax", "mistral",
    "moonshot", "morph", "openchat", "perplexity", "playai", "qwen", "reka", "stability", "voyage", "xai",
  ]

  /// Whether a vendor's name before a model's name, as in `deepseek-ai-deepseek-r1`, is only a prefix.
  static func isPrefix(_ name: String, slug: String, before model: Substring) -> Bool {
    !alsoModelNames.contains(name) || vendor(ofFamilyStarting: model) == slug
  }

  /// The vendor of the family that a name starts with.
  static func vendor(ofFamilyStarting name: Substring) -> String? {
    let bytes = name.utf8
    let word = bytes.prefix { $0.isLetter || $0.isDigit }
    if let vendor = families[String(Substring(word))] { return vendor }
    let letters = word.prefix { $0.isLetter }
    if letters.count < word.count, let vendor = families[String(Substring(letters))] { return vendor }
    return namePrefixes.first { name.hasPrefix($0.prefix) }?.vendor
  }

  /// Families whose first word says too little.
  private static let namePrefixes: [(prefix: String, vendor: String)] = [
    ("text-embedding-3", "openai"), ("text-embedding-ada", "openai"), ("text-moderation", "openai"),
    ("tts-1", "openai"),
    ("text-embedding-0", "google"), ("text-multilingual-embedding", "google"), ("textembedding-gecko", "google"),
    ("text-bison", "google"), ("text-unicorn", "google"), ("chat-bison", "google"), ("code-bison", "google"),
    ("codechat-bison", "google"), ("code-gecko", "google"),
    ("open-mistral", "mistral"), ("open-mixtral", "mistral"), ("open-codestral", "mistral"),
    ("nova-micro", "amazon"), ("nova-lite", "amazon"), ("nova-pro", "amazon"), ("nova-premier", "amazon"),
    ("nova-canvas", "amazon"), ("nova-2-lite", "amazon"), ("sd3", "stability"),
  ]

  /// The vendor of a family of models, by the first word of their names.
  static let families: [String: String] = [
    "gpt": "openai", "chatgpt": "openai", "o1": "openai", "o3": "openai", "o4": "openai", "davinci": "openai",
    "babbage": "openai", "ada": "openai", "dall": "openai", "dalle": "openai", "whisper": "openai",
    "codex": "openai", "sora": "openai", "omni": "openai", "computer": "openai",
    "claude": "anthropic",
    "gemini": "google", "gemma": "google", "codegemma": "google", "imagen": "google", "veo": "google",
    "lyria": "google",
    "learnlm": "google", "palm": "google", "aqa": "google", "medgemma": "google", "shieldgemma": "google",
    "llama": "meta", "meta": "meta", "codellama": "meta", "llamaguard": "meta",
    "mistral": "mistral", "mixtral": "mistral", "ministral": "mistral", "codestral": "mistral", "pixtral": "mistral",
    "magistral": "mistral", "devstral": "mistral", "voxtral": "mistral", "mathstral": "mistral",
    "qwen": "qwen", "qwq": "qwen", "qvq": "qwen",
    "deepseek": "deepseek",
    "kimi": "moonshotai",
    "glm": "z-ai", "chatglm": "z-ai", "codegeex": "z-ai",
    "grok": "x-ai",
    "command": "cohere", "aya": "cohere", "embed": "cohere", "rerank": "cohere",
    "phi": "microsoft", "wizardlm": "microsoft", "mai": "microsoft",
    "titan": "amazon",
    "jamba": "ai21", "j2": "ai21",
    "minimax": "minimax",
    "ernie": "baidu",
    "hunyuan": "tencent",
    "seed": "bytedance", "doubao": "bytedance", "seedream": "bytedance", "seedance": "bytedance", "ui": "bytedance",
    "flux": "black-forest-labs",
    "sonar": "perplexity", "pplx": "perplexity", "r1": "perplexity",
    "nemotron": "nvidia",
    "hermes": "nousresearch", "deephermes": "nousresearch",
    "dolphin": "cognitivecomputations",
    "olmo": "allenai", "olmocr": "allenai",
    "granite": "ibm-granite",
    "step": "stepfun-ai",
    "longcat": "meituan",
    "lfm": "liquid",
    "solar": "upstage",
    "mercury": "inception",
    "reka": "rekaai",
    "ling": "inclusionai", "ring": "inclusionai",
    "cogito": "deepcogito",
    "jais": "core42",
    "dbrx": "databricks",
    "smollm": "huggingfacetb",
    "exaone": "lgai-exaone",
    "voyage": "voyage",
    "morph": "morph",
    "yi": "01-ai",
    "mythomax": "gryphe",
    "bge": "baai",
    "e5": "intfloat",
    "playai": "playai",
    "stable": "stability", "sdxl": "stability", "stablediffusion": "stability",
    "openhermes": "teknium",
    "sorcererlm": "raifle",
    "midnight": "sophosympatheia",
    "rocinante": "thedrummer", "skyfall": "thedrummer", "anubis": "thedrummer", "unslopnemo": "thedrummer",
    "openchat": "openchat",
    "mythalion": "pygmalionai",
  ]

  /// Words that give away a model which was derived from another vendor's, wherever they stand in its name:
  /// `llama-3.1-nemotron-70b` is NVIDIA's.
  static let derivatives: [String: String] = [
    "nemotron": "nvidia", "hermes": "nousresearch", "deephermes": "nousresearch", "sonar": "perplexity",
    "euryale": "sao10k", "lunaris": "sao10k", "stheno": "sao10k", "hanami": "sao10k", "lumimaid": "neversleep",
    "swallow": "tokyotech-llm", "openbiollm": "aaditya",
  ]

  /// The vendor whose own API a provider is, which a bare name there belongs to.
  static let firstParties: [String: String] = [
    "ai21": "ai21", "anthropic": "anthropic", "cohere": "cohere", "deepseek": "deepseek", "gemini": "google",
    "gemini-openai-compat": "google", "google": "google", "inception": "inception", "minimax": "minimax",
    "mistral": "mistral", "moonshot": "moonshotai", "moonshotai": "moonshotai", "moonshotai-cn": "moonshotai",
    "morph": "morph", "openai": "openai", "perplexity": "perplexity", "upstage": "upstage", "vertex": "google",
    "voyage": "voyage", "xai": "x-ai", "x-ai": "x-ai", "zai": "z-ai", "z-ai": "z-ai", "zhipuai": "z-ai",
  ]
}
