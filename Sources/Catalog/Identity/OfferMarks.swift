/// Names of number formats of weights.
enum Precision {
  static let names: Set<String> = [
    "fp4", "fp6", "fp8", "fp16", "fp32", "bf16", "nvfp4", "mxfp4", "int4", "int8", "awq", "gptq", "gguf", "bnb", "4bit",
    "8bit", "16bit", "w4a16", "w8a8", "w8a16",
  ]

  /// The name of the format that a whole path segment means: `fp-8` is `fp8`.
  static func name(of segment: Substring) -> String? {
    let name = segment.filter { $0 != "-" && $0 != "_" }
    return names.contains(name) ? name : nil
  }
}

/// Takes from the end of a name what says how the model is served and not which model it is.
enum OfferMarks {
  /// Marks that never belong to the name of a model.
  private static let always: Set<String> = ["free", "tput", "specdec", "cloud", "maas"]
  /// Marks of faster or cheaper serving, which are part of the name in other families (`gpt-4-turbo`, `grok-4-fast`).
  private static let ofOpenWeights: Set<String> = ["turbo", "fast", "basic", "reference"]
  /// The sellers that Poe marks at the end of a bot's name.
  private static let ofPoe: Set<String> = ["t", "fw", "di", "cs", "n", "b10", "omni"]

  /// Removes the marks from the end of the tokens, in the order of the name.
  static func peel(_ tokens: inout [String], vendor: String?, provider: String) -> [String] {
    var marks: [String] = []
    while tokens.count > 1, let last = tokens.last, isMark(last, before: tokens, vendor: vendor, provider: provider) {
      tokens.removeLast()
      if last != "hf" && last != "maas" { marks.append(last) }
    }
    return marks.reversed()
  }

  private static func isMark(_ token: String, before tokens: [String], vendor: String?, provider: String) -> Bool {
    if Precision.names.contains(token) || always.contains(token) { return true }
    // `-HF` means that the repository is in the format of the transformers library.
    if token == "hf" { return true }
    // `FP8-Dynamic` is a precision with dynamic scaling.
    if token == "dynamic" { return tokens.count > 2 && Precision.names.contains(tokens[tokens.count - 2]) }
    if provider == "poe", ofPoe.contains(token) { return vendor != nil && vendor != "stability" }
    // Together serves smaller precisions of Llama as Lite; elsewhere it names a smaller model.
    if token == "lite" { return vendor == "meta" && tokens.contains(where: isSize) }
    return ofOpenWeights.contains(token) && (vendor == "deepseek" || vendor == "meta" || tokens.contains(where: isSize))
  }

  /// Whether a token counts parameters or experts: `70b`, `8x7b`, `a22b`, `1.5b`, `270m`, `128e`.
  static func isSize(_ token: String) -> Bool {
    var bytes = token.utf8[...]
    guard bytes.count >= 2, let unit = bytes.popLast(), let first = bytes.first else { return false }
    if unit == UInt8(ascii: "e") { return bytes.allSatisfy(\.isDigit) }
    guard unit == UInt8(ascii: "b") || unit == UInt8(ascii: "m") || unit == UInt8(ascii: "t") else { return false }
    if first == UInt8(ascii: "a") || first == UInt8(ascii: "e") { bytes.removeFirst() }
    return bytes.first?.isDigit == true
      && bytes.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "x") }
  }
}
