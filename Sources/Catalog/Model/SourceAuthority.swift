/// How far a source is believed where two of them say something about the same offer.
public enum SourceAuthority: Int, Sendable, Hashable, Comparable, CaseIterable {
  /// A list that others keep of many providers. It fills gaps.
  case curated
  /// What a provider says itself, and what an operator wrote.
  case firstParty

  /// The sources that are curated lists, as ``Offer/source`` names them.
  public static let curatedSources: Set<String> = ["litellm", "models-dev", "genai-prices"]

  /// The authority of a source.
  public init(of source: String) { self = Self.curatedSources.contains(source) ? .curated : .firstParty }

  /// Less believed before more believed.
  public static func < (left: SourceAuthority, right: SourceAuthority) -> Bool { left.rawValue < right.rawValue }
}
