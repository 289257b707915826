extension TokenUsage {
  /// The members that ``init(members:)`` reads.
  public static let memberNames = [
    "input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "images",
    "requests",
    "searches", "batch",
  ]

  /// Reads the members of a JSON object; what is missing or `null` is zero, one request, and no batch.
  ///
  /// - Parameter members: an object that may have other members, which are not looked at.
  /// - Throws: ``CostError`` when a member has the wrong type, or the numbers are not a usage.
  public init(members: JSONObject) throws(CostError) {
    let units = { (name: String, missing: Int) throws(CostError) -> Int in
      guard let value = members[name], value != .null else { return missing }
      guard let number = value.int else {
        throw CostError(field: name, reason: "must be a whole number from 0 to \(Self.maximumUnits)")
      }
      return number
    }
    let batch = members["batch"] ?? .null
    guard batch == .null || batch.bool != nil else {
      throw CostError(field: "batch", reason: "must be true or false, not \(batch.kind)")
    }
    try self.init(
      inputTokens: units("input_tokens", 0), cachedInputTokens: units("cached_input_tokens", 0),
      cacheWriteTokens: units("cache_write_tokens", 0), outputTokens: units("output_tokens", 0),
      reasoningTokens: units("reasoning_tokens", 0), images: units("images", 0), requests: units("requests", 1),
      searches: units("searches", 0), isBatch: batch.bool ?? false)
  }

  /// Writes the usage as one object: `{"input_tokens":1000,…,"batch":false}`.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      for (name, value) in members {
        json.name(dynamic: name)
        json.value(value)
      }
      json.member("batch", isBatch)
    }
  }
}
