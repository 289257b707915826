/// How far a source is believed where two of them say something about the same offer.
///
/// Lists that others keep of many providers fill gaps. Among them there is an order too, so that two of them, each synced
/// again and again, do not take turns.
public enum SourceAuthority: Int, Sendable, Hashable, Comparable, CaseIterable {
  /// LiteLLM's cost map.
  case liteLLM
  /// The catalog of models.dev.
  case modelsDev
  /// The prices of genai-prices.
  case genAIPrices
  /// What a provider says itself, and what an operator wrote.
  case firstParty

  /// The curated lists, as ``Offer/source`` names them.
  private static let curated: [String: SourceAuthority] = [
    "litellm": .liteLLM, "models-dev": .modelsDev, "genai-prices": .genAIPrices,
  ]

  /// The authority of a source.
  public init(of source: String) { self = Self.curated[source] ?? .firstParty }

  /// Whether others than the provider keep the list.
  public var isCurated: Bool { self != .firstParty }

  /// Less believed before more believed.
  public static func < (left: SourceAuthority, right: SourceAuthority) -> Bool { left.rawValue < right.rawValue }
}
