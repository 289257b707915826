/// Brings the names of families that are written in more than one way into one form.
enum FamilyRules {
  static func apply(to tokens: inout [String], vendor: String?, seller: String) {
    switch vendor {
    case "anthropic": orderClaude(&tokens)
    case "google": orderGemini(&tokens)
    case "meta", "qwen", "mistral": dropVersionLetter(&tokens)
    case "deepseek": addDeepSeek(&tokens)
    case "openai": restorePoint(&tokens)
    default: break
    }
    addRole(&tokens, vendor: vendor, seller: seller)
  }

  private static let claudeTiers: Set<String> = ["haiku", "sonnet", "opus", "instant"]

  /// `claude-4-sonnet` is `claude-sonnet-4` and `claude-sonnet-3.5` is `claude-3.5-sonnet`: Anthropic itself moved the
  /// number behind the tier with version 4 (https://docs.anthropic.com/en/docs/about-claude/models/overview).
  private static func orderClaude(_ tokens: inout [String]) {
    guard tokens.first == "claude" else { return }
    dropVersionLetter(&tokens)
    if let last = tokens.last, last == "thought" || last == "reasoning" { tokens[tokens.count - 1] = "thinking" }
    guard tokens.count >= 3, let tier = tokens[1...2].first(where: claudeTiers.contains) else { return }
    let version = tokens[1] == tier ? tokens[2] : tokens[1]
    guard let major = version.utf8.first, major.isDigit, version.utf8.count <= 3 else { return }
    let isTierFirst = major >= UInt8(ascii: "4") || tier == "instant"
    tokens.replaceSubrange(1...2, with: isTierFirst ? [tier, version] : [version, tier])
    // `claude-opus-4-0` is Anthropic's alias of `claude-opus-4`.
    if tokens[2] == "4.0" { tokens[2] = "4" }
  }

  private static let geminiTiers: Set<String> = ["pro", "flash", "ultra", "nano"]

  /// `gemini-flash-1.5` is `gemini-1.5-flash`, and an instruction-tuned Gemma is `-it`.
  private static func orderGemini(_ tokens: inout [String]) {
    if tokens.count >= 3, tokens[0] == "gemini", geminiTiers.contains(tokens[1]), tokens[2].utf8.first?.isDigit == true,
      tokens[2].utf8.count <= 3
    {
      tokens.swapAt(1, 2)
    }
    if tokens.first == "gemma", tokens.last == "instruct" { tokens[tokens.count - 1] = "it" }
  }

  /// `llama-v3.1` is `llama-3.1`: a `v` directly after the family says nothing.
  private static func dropVersionLetter(_ tokens: inout [String]) {
    guard tokens.count >= 2, ["llama", "qwen", "claude", "instant"].contains(tokens[0]) else { return }
    let index = tokens[1] == "instant" && tokens.count >= 3 ? 2 : 1
    let digits = tokens[index].dropFirst()
    if tokens[index].hasPrefix("v"), digits.utf8.first?.isDigit == true { tokens[index] = String(digits) }
  }

  /// `deepseek/r1` is `deepseek-r1`, and V3 and its successors are called `deepseek-chat-v3` by some.
  private static func addDeepSeek(_ tokens: inout [String]) {
    if let first = tokens.first, first.hasPrefix("r") || first.hasPrefix("v"),
      first.utf8.dropFirst().first?.isDigit == true
    {
      tokens.insert("deepseek", at: 0)
    }
    if tokens.count >= 3, tokens[0] == "deepseek", tokens[1] == "chat", tokens[2].hasPrefix("v3") {
      tokens.remove(at: 1)
    }
  }

  /// Azure may not have a point in the name of a deployment: `gpt-35-turbo`. There is no GPT-35.
  private static func restorePoint(_ tokens: inout [String]) {
    if tokens.count >= 2, tokens[0] == "gpt", tokens[1] == "35" { tokens[1] = "3.5" }
  }

  /// Sellers that list the instruction-tuned model under the name of the base model.
  private static let sellersWithoutRoles: Set<String> = [
    "cerebras", "parasail", "poe", "snowflake", "venice", "vercel", "vercel-ai-gateway", "vercel-ai-gateway-sdk",
  ]

  private static func addRole(_ tokens: inout [String], vendor: String?, seller: String) {
    guard sellersWithoutRoles.contains(seller), vendor == "meta" || vendor == "google", tokens.count >= 3,
      tokens[0] == "llama" || tokens[0] == "gemma", let last = tokens.last, OfferMarks.isSize(last)
    else { return }
    tokens.append(tokens[0] == "llama" ? "instruct" : "it")
  }
}
