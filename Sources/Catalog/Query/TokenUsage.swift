/// What some requests to a model used, to be priced.
public struct TokenUsage: Sendable, Hashable {
  /// All prompt tokens, those read from and written to a cache included, as OpenAI counts them. (Anthropic counts cached
  /// tokens apart: add them.)
  public let inputTokens: Int
  /// The prompt tokens that were read from a cache.
  public let cachedInputTokens: Int
  /// The prompt tokens that were written to a cache.
  public let cacheWriteTokens: Int
  /// All tokens of the answers, those of reasoning included.
  public let outputTokens: Int
  /// The tokens of reasoning.
  public let reasoningTokens: Int
  /// Images: given out by a model that gives out images, else taken in.
  public let images: Int
  /// How many requests all this is the sum of.
  public let requests: Int
  /// Web searches or rerank queries.
  public let searches: Int
  /// Whether the requests are made in a batch.
  public let isBatch: Bool

  /// The largest of each number.
  public static let maximumUnits = 1_000_000_000_000

  /// A usage.
  ///
  /// - Throws: ``CostError`` when a number is negative or above ``maximumUnits``, there is no request, cached and written
  ///   tokens are more than the prompt, or reasoning is more than the answer.
  public init(
    inputTokens: Int = 0, cachedInputTokens: Int = 0, cacheWriteTokens: Int = 0, outputTokens: Int = 0,
    reasoningTokens: Int = 0, images: Int = 0, requests: Int = 1, searches: Int = 0, isBatch: Bool = false
  ) throws(CostError) {
    self.inputTokens = inputTokens
    self.cachedInputTokens = cachedInputTokens
    self.cacheWriteTokens = cacheWriteTokens
    self.outputTokens = outputTokens
    self.reasoningTokens = reasoningTokens
    self.images = images
    self.requests = requests
    self.searches = searches
    self.isBatch = isBatch
    for (name, value) in members {
      let minimum = name == "requests" ? 1 : 0
      guard (minimum...Self.maximumUnits).contains(value) else {
        throw CostError(field: name, reason: "\(value) is not between \(minimum) and \(Self.maximumUnits)")
      }
    }
    guard cachedInputTokens + cacheWriteTokens <= inputTokens else {
      throw CostError(
        field: "cached_input_tokens",
        reason: "\(cachedInputTokens) cached and \(cacheWriteTokens) written tokens are more than the "
          + "\(inputTokens) of input_tokens, which includes them")
    }
    guard reasoningTokens <= outputTokens else {
      throw CostError(
        field: "reasoning_tokens",
        reason: "\(reasoningTokens) is more than the \(outputTokens) of output_tokens, which includes them")
    }
  }

  /// The numbers by their names in JSON.
  var members: [(name: String, value: Int)] {
    [
      ("input_tokens", inputTokens), ("cached_input_tokens", cachedInputTokens),
      ("cache_write_tokens", cacheWriteTokens), ("output_tokens", outputTokens),
      ("reasoning_tokens", reasoningTokens), ("images", images), ("requests", requests), ("searches", searches),
    ]
  }
}

/// Why numbers are not a ``TokenUsage``.
public struct CostError: Error, Hashable, CustomStringConvertible {
  /// The number that does not fit, such as `cached_input_tokens`.
  public let field: String
  /// What is wrong with it.
  public let reason: String

  /// What is wrong, for a person.
  public var description: String { "\(field): \(reason)" }
}
