import Catalog
import CatalogSync
import Foundation

/// Real bodies that lie beside the repository; tests that need them are skipped where they are absent.
enum RecordedBodies {
  private static let data = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")

  static var areHere: Bool { FileManager.default.fileExists(atPath: data.appending(path: "recorded").path) }

  /// A recorded body: the file, its format, and whose list it is where the format does not say.
  struct Body: Sendable, CustomStringConvertible {
    let file: String
    let format: String
    var provider: String?
    var description: String { file }

    /// The adapter of the provider that sent it, or of the catalog of many providers.
    func adapter() throws -> ProviderAdapter {
      try .named(provider ?? ImportFormat.named(format).defaultProvider?.text ?? format)
    }
  }

  static let all: [Body] =
    [
      "anthropic", "atlascloud", "baseten", "chutes", "deepinfra", "featherless", "fireworks", "friendli",
      "gemini", "genai-prices", "github-models", "groq", "hyperbolic", "mistral", "models-dev", "moonshot", "novita",
      "openai", "poe", "redpill", "sambanova", "targon", "together", "venice",
    ].map { Body(file: $0, format: $0) } + [
      Body(file: "huggingface", format: "huggingface-router"),
      Body(file: "litellm-cost-map-2025-09", format: "litellm"),
      Body(file: "openrouter-2025-09-09", format: "openrouter"),
      Body(file: "openrouter-2025-12-02", format: "openrouter"),
      Body(file: "vercel-ai-gateway-sdk", format: "vercel-ai-gateway"),
    ]
    + [
      "cerebras", "deepseek", "inference", "infermatic", "llm7", "nebius", "parasail", "zai",
    ].map { Body(file: $0, format: "openai", provider: $0) } + [
      Body(file: "gemini-openai-compat", format: "openai", provider: "google")
    ]

  static func parse(_ body: Body) throws -> ParsedBody {
    try parse(path: "recorded/\(body.file).json", format: body.format, provider: body.provider)
  }

  /// The bytes of a recorded body.
  static func bytes(_ body: Body) throws -> [UInt8] { try bytes(path: "recorded/\(body.file).json") }

  private static func bytes(path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: data.appending(path: path)))
  }

  static func parse(path: String, format: String, provider: String? = nil) throws -> ParsedBody {
    let bytes = try bytes(path: path)
    let provider = try provider.map { try ProviderSlug($0) }
    return try ImportFormat.named(format).parse(bytes, context: ImportContext(provider: provider, observedAt: observed))
  }

  /// The names of all recorded bodies.
  static func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: data.appending(path: "recorded").path)
      .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(".json".count)) }.sorted()
  }

  static func history() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: data.appending(path: "openrouter-history").path)
      .filter { $0.hasSuffix(".json") }.sorted()
  }
}
