/// The curated alias table: names of one model that no rule could tell to be the same.
///
/// Every entry has evidence in recorded provider data: OpenRouter's `canonical_slug` and `hugging_face_id`, Mistral's
/// `aliases`, or the vendor's own list of models. Names that move (`-latest`) are not here, since an alias that was true
/// on one day is a false merge on another; ``ModelIdentity/of(_:)`` follows the aliases that a provider states instead.
public struct ModelAliases: Sendable {
  /// The key that a name means which a person typed, such as `Meta-Llama-3.1-8B-Instruct` or `claude-4-sonnet`.
  ///
  /// - Returns: nil where the name tells no vendor.
  public static func canonical(_ text: String) -> CanonicalKey? {
    let key = IdentityParser(provider: "", ownedBy: nil).identity(of: text).key
    return key.vendor == nil ? nil : key
  }

  /// The key that a parsed key stands for, at a provider first and then anywhere.
  static func resolve(_ key: CanonicalKey, at provider: String) -> CanonicalKey {
    if let aliases = AliasTable.atProviders[provider], let target = aliases[key.text] { return target }
    return AliasTable.everywhere[key.text] ?? key
  }

  /// Whether a model has had no other snapshot than the one of this date, so that the date adds nothing.
  static func isOnlySnapshot(_ date: String, of tokens: [String], vendor: String?) -> Bool {
    guard let vendor else { return false }
    var undated = tokens.filter { $0 != date }
    if undated.last == "thinking" { undated.removeLast() }
    return AliasTable.onlySnapshots["\(vendor)/\(undated.joined(separator: "-"))"] == date
  }
}
