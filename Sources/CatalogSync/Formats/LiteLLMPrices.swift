internal import Catalog

/// LiteLLM's price members: a base name for each component, multiplied with suffixes for conditions.
enum LiteLLMPrices {
  static let table = PriceTable(
    [], .number, .usdPerUnit, columns, ignoring: ignored,
    isPriceMember: { $0.contains("cost") || $0.hasPrefix("search_context") })

  private static let base: [PriceColumn] = [
    .init("input_cost_per_token", .prompt), .init("output_cost_per_token", .completion),
    .init("cache_read_input_token_cost", .cacheRead), .init("input_cost_per_token_cache_hit", .cacheRead),
    .init("cache_creation_input_token_cost", .cacheWrite),
    .init("cache_creation_input_token_cost_above_1hr", .cacheWriteOneHour),
    .init("output_cost_per_reasoning_token", .reasoning),
    .init("input_cost_per_audio_token", .audioInput), .init("output_cost_per_audio_token", .audioOutput),
    .init("input_cost_per_image", .image), .init("output_cost_per_image", .imageOutput),
    .init("input_cost_per_image_token", .image, scale: .usdPerToken),
    .init("output_cost_per_image_token", .imageOutput, scale: .usdPerToken),
    .init("input_cost_per_request", .request), .init("input_cost_per_query", .query),
    .init("input_cost_per_second", .secondInput), .init("output_cost_per_second", .secondOutput),
    .init("input_cost_per_audio_per_second", .secondInput),
    .init("output_cost_per_video_per_second", .secondOutput),
    .init("input_cost_per_character", .characterInput), .init("output_cost_per_character", .characterOutput),
    .init("input_cost_per_pixel", .pixelInput), .init("output_cost_per_pixel", .pixelOutput),
    .init("ocr_cost_per_page", .page),
  ]

  // LiteLLM's thresholds in use; "above_128k_tokens" compares with 128,000 tokens.
  private static let conditions: [(suffix: String, condition: PriceCondition)] =
    [128, 200, 256, 272, 512].map { ("_above_\($0)k_tokens", .promptTokensAbove($0 * 1_000)) } + [
      ("_batches", .batch), ("_batch_requests", .batch), ("_flex", .flex), ("_priority", .priority),
    ]

  private static let columns: [PriceColumn] =
    base
    + base.flatMap { column in
      conditions.map { suffix, condition in
        PriceColumn(column.name + suffix, column.component, scale: column.scale, when: condition)
      }
    }
    // Of the three sizes of a search the medium one is the default of the providers that have them.
    + [.init("search_context_cost_per_query", .webSearch, inner: "search_context_size_medium")]

  /// Prices of tools and storage, prices in another currency (Databricks units), and flags.
  private static let ignored: Set<String> = [
    "citation_cost_per_token", "code_interpreter_cost_per_session", "computer_use_input_cost_per_1k_tokens",
    "computer_use_output_cost_per_1k_tokens", "file_search_cost_per_1k_calls", "file_search_cost_per_gb_per_day",
    "vector_store_cost_per_gb_per_day", "input_dbu_cost_per_token", "output_dbu_cost_per_token",
    "output_db_cost_per_token",
  ]
}
