internal import Catalog

extension ProviderAdapter {
  /// Providers with a plain OpenAI list, which says ids and little else.
  static let plain: [ProviderAdapter] = [
    plain(
      "ai21", "AI21", site: "https://www.ai21.com", "https://api.ai21.com/studio/v1/models",
      .optionalBearer("AI21_API_KEY")),
    plain("aihorde", "AI Horde", site: "https://aihorde.net", "https://oai.aihorde.net/v1/models", evidence: .recorded),
    plain(
      "alibaba", "Alibaba Cloud Model Studio", site: "https://www.alibabacloud.com/product/modelstudio",
      "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/models", .bearer("DASHSCOPE_API_KEY"),
      evidence: .documented),
    plain(
      "alibaba-cn", "Alibaba Cloud Model Studio (China)", site: "https://bailian.console.aliyun.com",
      "https://dashscope.aliyuncs.com/compatible-mode/v1/models", .bearer("DASHSCOPE_CN_API_KEY")),
    plain(
      "deepseek", "DeepSeek", site: "https://www.deepseek.com", "https://api.deepseek.com/models",
      .bearer("DEEPSEEK_API_KEY"), evidence: .recorded),
    plain(
      "inference", "Inference.net", site: "https://inference.net", "https://api.inference.net/v1/models",
      .optionalBearer("INFERENCE_API_KEY"), minimumOffers: 5, evidence: .recorded),
    plain(
      "infermatic", "Infermatic", site: "https://infermatic.ai", "https://api.totalgpt.ai/v1/models",
      .bearer("INFERMATIC_API_KEY"), minimumOffers: 8, evidence: .recorded),
    plain(
      "llm7", "LLM7", site: "https://llm7.io", "https://api.llm7.io/v1/models", minimumOffers: 12, evidence: .recorded),
    plain(
      "minimax", "MiniMax", site: "https://www.minimax.io", "https://api.minimax.io/v1/models",
      .bearer("MINIMAX_API_KEY")),
    plain(
      "modelscope", "ModelScope", site: "https://modelscope.cn", "https://api-inference.modelscope.cn/v1/models",
      minimumOffers: 14),
    plain(
      "nvidia", "NVIDIA NIM", site: "https://build.nvidia.com", "https://integrate.api.nvidia.com/v1/models",
      minimumOffers: 60, evidence: .recorded),
    plain(
      "ollama-cloud", "Ollama Cloud", site: "https://ollama.com/cloud", "https://ollama.com/v1/models"),
    plain(
      "opencode", "OpenCode Zen", site: "https://opencode.ai/zen", "https://opencode.ai/zen/v1/models",
      minimumOffers: 20),
    plain(
      "parasail", "Parasail", site: "https://www.parasail.io", "https://api.parasail.io/v1/models",
      .bearer("PARASAIL_API_KEY"), minimumOffers: 11, evidence: .recorded),
    plain(
      "perplexity", "Perplexity", site: "https://www.perplexity.ai", "https://api.perplexity.ai/v1/models",
      .bearer("PERPLEXITY_API_KEY"), evidence: .documented),
    plain(
      "scaleway", "Scaleway Generative APIs", site: "https://www.scaleway.com/en/generative-apis/",
      "https://api.scaleway.ai/v1/models", .bearer("SCW_SECRET_KEY"), evidence: .documented),
    plain(
      "siliconflow", "SiliconFlow", site: "https://www.siliconflow.com", "https://api.siliconflow.com/v1/models",
      .bearer("SILICONFLOW_API_KEY")),
    plain(
      "stepfun-ai", "StepFun", site: "https://platform.stepfun.ai", "https://api.stepfun.ai/v1/models",
      .bearer("STEPFUN_API_KEY")),
    plain(
      "upstage", "Upstage", site: "https://www.upstage.ai", "https://api.upstage.ai/v1/models",
      .bearer("UPSTAGE_API_KEY")),
    plain(
      "wandb", "Weights & Biases Inference", site: "https://wandb.ai/site/inference",
      "https://api.inference.wandb.ai/v1/models", .optionalBearer("WANDB_API_KEY"), minimumOffers: 9),
    plain(
      "xiaomi", "Xiaomi MiMo", site: "https://platform.xiaomimimo.com", "https://api.xiaomimimo.com/v1/models",
      .bearer("XIAOMI_API_KEY")),
    plain(
      "zai", "Z.ai", site: "https://z.ai", "https://api.z.ai/api/paas/v4/models", .bearer("ZAI_API_KEY"),
      evidence: .recorded),
    plain(
      "zhipuai", "Zhipu AI", site: "https://open.bigmodel.cn", "https://open.bigmodel.cn/api/paas/v4/models",
      .bearer("ZHIPU_API_KEY")),
  ]

  private static func plain(
    _ slug: StaticString, _ name: String, site: String, _ url: String, _ authentication: Authentication = .none,
    minimumOffers: Int = 1, evidence: Evidence = .reported
  ) -> ProviderAdapter {
    ProviderAdapter(
      slug, name, site: site, url: url, authentication: authentication, format: .openAI,
      minimumOffers: minimumOffers, evidence: evidence)
  }
}
