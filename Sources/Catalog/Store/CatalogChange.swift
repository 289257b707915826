public import TieredCaching

/// One addition, removal or changed field, as the database logged it.
public struct CatalogChange: Sendable, Hashable {
  /// What happened.
  public enum Kind: String, Sendable, CaseIterable {
    case added, removed, changed
  }

  /// Its place in the log; later changes have larger numbers.
  public let sequence: Int
  /// The provider.
  public let provider: ProviderSlug
  /// The offer's id.
  public let offer: String
  /// What happened.
  public let kind: Kind
  /// The field that changed, such as `context_length` or `pricing.prompt`; nil for additions and removals.
  public let field: String?
  /// The value before, nil where there was none; for a removal the offer's prices as ``Pricing/json``.
  public let oldValue: String?
  /// The value after, nil where there is none; for an addition the offer's prices as ``Pricing/json``.
  public let newValue: String?
  /// The provider's revision that carries the change.
  public let revision: Revision
  /// When it was committed, as ISO 8601 in UTC with milliseconds.
  public let at: String
  /// When it came into effect, in the same form: for an import the time at which the newest of its offers was observed, for
  /// everything else, and never later than, ``at``.
  public let effectiveAt: String

  /// A change.
  public init(
    sequence: Int, provider: ProviderSlug, offer: String, kind: Kind, field: String?, oldValue: String?,
    newValue: String?, revision: Revision, at: String, effectiveAt: String
  ) {
    self.sequence = sequence
    self.provider = provider
    self.offer = offer
    self.kind = kind
    self.field = field
    self.oldValue = oldValue
    self.newValue = newValue
    self.revision = revision
    self.at = at
    self.effectiveAt = effectiveAt
  }
}

/// Which offer is meant.
public struct OfferReference: Sendable, Hashable {
  /// The provider.
  public let provider: ProviderSlug
  /// The offer's id.
  public let offer: String

  /// A reference to an offer.
  public init(provider: ProviderSlug, offer: String) {
    self.provider = provider
    self.offer = offer
  }

  /// Whether both name the same offer: ids are compared byte by byte, as in a database.
  public static func == (left: OfferReference, right: OfferReference) -> Bool {
    left.provider == right.provider && ExactText(left.offer) == ExactText(right.offer)
  }

  /// Feeds provider and id into the hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(provider)
    hasher.combine(ExactText(offer))
  }
}
