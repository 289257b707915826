public import TieredCaching

/// A value that an operator puts in the place of a provider's own, for as long as the override stands.
///
/// It is kept beside the offer and laid over it when the catalog is loaded, so that a sync neither sees it nor wipes it.
public struct OfferOverride: Sendable, Hashable {
  /// What can be overridden.
  public enum Member: String, Sendable, CaseIterable, Comparable {
    /// A whole price as ``Pricing/json``, or some members of it, `null` for those that go. The provider's own text of its
    /// prices stays.
    case pricing
    /// A number of tokens, `null` for none stated.
    case contextLength = "context_length"
    /// A number of tokens, `null` for none stated.
    case maxInput = "max_input"
    /// A number of tokens, `null` for none stated.
    case maxOutput = "max_output"
    /// A word of ``OfferStatus``.
    case status
    /// An array of names that the offer has beside those of the provider.
    case aliases
    /// `true`: nobody is shown the offer.
    case hidden

    /// Order of the names.
    public static func < (left: Member, right: Member) -> Bool { left.rawValue < right.rawValue }
  }

  /// The provider.
  public let provider: ProviderSlug
  /// The offer's id.
  public let offer: String
  /// What is overridden.
  public let member: Member
  /// The value, as JSON.
  public let value: String
  /// Why, for a person.
  public let note: String?
  /// Who set it.
  public let setBy: String
  /// When it was set, as ``CatalogChange/at``.
  public let setAt: String

  /// An override.
  public init(
    provider: ProviderSlug, offer: String, member: Member, value: String, note: String?, setBy: String, setAt: String
  ) {
    self.provider = provider
    self.offer = offer
    self.member = member
    self.value = value
    self.note = note
    self.setBy = setBy
    self.setAt = setAt
  }
}

/// What an operator wants to override about one offer.
public struct OverrideEdit: Sendable {
  /// The longest note, in bytes.
  public static let maximumNoteLength = 1_024
  /// The longest name of who wants it, in bytes.
  public static let maximumNameLength = 256

  /// The provider.
  public var provider: ProviderSlug
  /// The offer's id.
  public var offer: String
  /// The values by member; `nil` ends an override.
  public var values: [OfferOverride.Member: JSONValue?]
  /// Why, for a person.
  public var note: String?
  /// Who wants it.
  public var by: String

  /// An edit.
  public init(
    provider: ProviderSlug, offer: String, values: [OfferOverride.Member: JSONValue?], note: String?, by: String
  ) {
    self.provider = provider
    self.offer = offer
    self.values = values
    self.note = note
    self.by = by
  }
}

/// What an edit of overrides did.
public struct OverrideReport: Sendable {
  /// The overrides of the offer after it, in the order of the members.
  public let overrides: [OfferOverride]
  /// Whether anything was written, or would have been.
  public let isChanged: Bool
  /// Whether nothing was written because only a report was asked for.
  public let dryRun: Bool
  /// All revisions after it, read in its transaction.
  public let manifest: Manifest

  /// A report.
  public init(overrides: [OfferOverride], isChanged: Bool, dryRun: Bool, manifest: Manifest) {
    self.overrides = overrides
    self.isChanged = isChanged
    self.dryRun = dryRun
    self.manifest = manifest
  }
}

/// Everything that is known about one offer: what the provider says, what operators say, and from where and when it is.
public struct OfferDetail: Sendable {
  /// What the provider says, with the source of each field.
  public let stated: Offer
  /// What is served; nil when the offer is hidden.
  public let served: Offer?
  /// What operators say, in the order of the members.
  public let overrides: [OfferOverride]
  /// What is held back or flagged.
  public let quarantine: [QuarantineEntry]

  /// A detail.
  public init(stated: Offer, served: Offer?, overrides: [OfferOverride], quarantine: [QuarantineEntry]) {
    self.stated = stated
    self.served = served
    self.overrides = overrides
    self.quarantine = quarantine
  }
}
