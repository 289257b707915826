/// Small bodies in the shape of OpenRouter's list.
enum OpenRouterBody {
  /// A list of models with their prices of a prompt token.
  static func list(_ prices: KeyValuePairs<String, String>) -> String {
    list(prices.map { (id: $0.key, price: $0.value) })
  }

  /// The same from a computed list.
  static func list(_ models: [(id: String, price: String)]) -> String {
    let rows = models.map { id, price in
      """
      {"id":"\(id)","name":"Model \(id)","description":"A model.","context_length":8192,
       "architecture":{"input_modalities":["text"],"output_modalities":["text"],"tokenizer":"Other"},
       "pricing":{"prompt":"\(price)","completion":"0.00002"},"top_provider":{"max_completion_tokens":1024}}
      """
    }
    return #"{"data":[\#(rows.joined(separator: ","))]}"#
  }
}
