import Testing

/// Lists that providers really sent, imported as a person would.
@Suite(.enabled(if: Places.hasData, "../shared/data is absent")) struct RecordedListTests {
  /// A recorded body, how to import it and what has to come out.
  struct List: Sendable, CustomTestStringConvertible {
    let name: String
    let arguments: [String]
    let rows: Int
    let offers: Int
    let providers: Int
    let duplicates: Int

    init(
      _ name: String, _ format: String, provider: String? = nil, rows: Int, offers: Int? = nil, providers: Int = 1,
      duplicates: Int = 0
    ) {
      self.name = name
      arguments = ["import", format, Places.recorded(name)] + (provider.map { ["--provider", $0] } ?? [])
      self.rows = rows
      self.offers = offers ?? rows - duplicates
      self.providers = providers
      self.duplicates = duplicates
    }

    var testDescription: String { name }
  }

  private static let lists = [
    List("openrouter-2025-09-09", "openrouter", rows: 326),
    List("openrouter-2025-12-02", "openrouter", rows: 335),
    List("litellm-cost-map-2025-09", "litellm", rows: 1554, offers: 1552, providers: 55, duplicates: 1),
    List("models-dev", "models-dev", rows: 1392, providers: 66),
    List("huggingface", "huggingface-router", rows: 105, offers: 249),
    List("openai", "openai", rows: 83),
    List("anthropic", "anthropic", rows: 9),
    List("together", "together", rows: 90),
    List("deepinfra", "deepinfra", rows: 151),
    List("novita", "novita", rows: 59),
    List("vercel-ai-gateway-sdk", "vercel-ai-gateway", rows: 157),
    List("groq", "groq", rows: 21),
    List("fireworks", "fireworks", rows: 37),
    List("mistral", "mistral", rows: 67, duplicates: 2),
    List("chutes", "chutes", rows: 66),
    List("featherless", "featherless", rows: 6504, duplicates: 1),
    List("gemini", "gemini", rows: 48),
    List("venice", "venice", rows: 40),
    List("github-models", "github-models", rows: 56),
    List("atlascloud", "atlascloud", rows: 30),
    List("baseten", "baseten", rows: 11),
    List("cerebras", "cerebras", rows: 9),
    List("friendli", "friendli", rows: 10),
    List("hyperbolic", "hyperbolic", rows: 24),
    List("poe", "poe", rows: 287),
    List("redpill", "redpill", rows: 220),
    List("sambanova", "sambanova", rows: 11),
    List("targon", "targon", rows: 9),
    List("deepseek", "openai", provider: "deepseek", rows: 2),
    List("moonshot", "openai", provider: "moonshot", rows: 12),
    List("zai", "openai", provider: "zai", rows: 2),
    List("cerebras", "openai", provider: "cerebras", rows: 9),
    List("nebius", "openai", provider: "nebius", rows: 65),
    List("parasail", "openai", provider: "parasail", rows: 34),
    List("llm7", "openai", provider: "llm7", rows: 38),
    List("inference", "openai", provider: "inference", rows: 16),
    List("infermatic", "openai", provider: "infermatic", rows: 25),
    List("gemini-openai-compat", "openai", provider: "google", rows: 62),
  ]

  @Test("a real list is taken whole, and taken again it changes nothing", arguments: lists)
  func importTwice(list: List) async throws {
    try await withSandbox { sandbox in
      let first: ImportAnswer = try await sandbox.json(list.arguments)
      #expect(first.rows == list.rows)
      #expect(first.counts == [list.offers, 0, 0, 0])
      #expect(first.duplicates == list.duplicates)
      #expect(first.providers.count == list.providers)
      let second: ImportAnswer = try await sandbox.json(list.arguments)
      #expect(second.counts == [0, 0, 0, list.offers])
      #expect(second.providers == first.providers, "a revision was raised by nothing")
    }
  }
}
