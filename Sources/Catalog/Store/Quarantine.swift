/// What an import makes of a change that cannot be believed unseen.
public struct PlausibilityFinding: Sendable, Hashable {
  /// What is odd.
  public enum Reason: String, Sendable, CaseIterable {
    /// A price is outside of what anybody asks for.
    case outOfBand = "out_of_band"
    /// A price is many times what it was, or a small part of it.
    case jump
    /// A price became free, or is gone.
    case turnedToZero = "turned_to_zero"
    /// A limit is a small part of what it was.
    case shrunkLimit = "shrunk_limit"
    /// Most of a provider's offers are gone.
    case massRemoval = "mass_removal"
    /// A price is far from what other providers ask for the same model.
    case medianDeviation = "median_deviation"
    /// Several offers of a provider are one model, or one id stands for several.
    case duplicateIdentity = "duplicate_identity"
  }

  /// The offer's id; empty for a finding about the provider as a whole.
  public let offer: String
  /// What it is about.
  public let field: QuarantineEntry.Field
  /// What is odd.
  public let reason: Reason
  /// What is odd, for a person, with both values.
  public let message: String
  /// Whether the last good value is kept until an operator decides. If not, the finding only informs.
  public let isHeld: Bool

  /// A finding.
  public init(
    offer: String, field: QuarantineEntry.Field, reason: Reason, message: String, isHeld: Bool
  ) {
    self.offer = offer
    self.field = field
    self.reason = reason
    self.message = message
    self.isHeld = isHeld
  }
}

/// Decides which changes of an import are believed. It runs inside the transaction of the import, so it must be quick.
public protocol ImportReviewer: Sendable {
  /// What is odd about a diff.
  ///
  /// Of several findings about one field of one offer the first counts. Those about offers that are neither added nor changed
  /// count for nothing, and a field that does not change cannot be held.
  func findings(in diff: ListingDiff) -> [PlausibilityFinding]
}

/// A change that waits for an operator's decision, or had it.
public struct QuarantineEntry: Sendable, Hashable {
  /// What a change is about.
  public enum Field: String, Sendable, CaseIterable {
    case pricing
    case contextLength = "context_length"
    case maxInput = "max_input"
    case maxOutput = "max_output"
    /// The offers that the provider no longer lists, as a whole.
    case removal
    /// What model an offer is of; never held.
    case identity
  }

  /// Where a change stands.
  public enum State: String, Sendable, CaseIterable {
    /// Nobody has decided.
    case pending
    /// The value was taken.
    case accepted
    /// The value is not taken, as often as the provider repeats it.
    case rejected
  }

  /// What an operator decides.
  public enum Decision: String, Sendable, CaseIterable {
    case accept, reject
  }

  /// Its number.
  public let id: Int
  /// The provider.
  public let provider: ProviderSlug
  /// The offer's id; empty for an entry about the provider as a whole.
  public let offer: String
  /// What it is about.
  public let field: Field
  /// What is odd.
  public let reason: PlausibilityFinding.Reason
  /// What is odd, for a person.
  public let message: String
  /// Whether the value is held back; if not, the entry only informs.
  public let isHeld: Bool
  /// The value that is served: a price as ``Pricing/json``, a limit as a number; nil where there is none.
  public let servedValue: String?
  /// The value that the provider gives, in the same form; for removals the ids as a JSON array.
  public let proposedValue: String?
  /// Where the proposed value comes from; nil for what is not about one offer's value.
  public let source: FieldSource?
  /// Where it stands.
  public let state: State
  /// When the provider first gave this value, as ``CatalogChange/at``.
  public let since: String
  /// When it was decided.
  public let decidedAt: String?
  /// Who decided.
  public let decidedBy: String?

  /// An entry.
  public init(
    id: Int, provider: ProviderSlug, offer: String, field: Field, reason: PlausibilityFinding.Reason, message: String,
    isHeld: Bool, servedValue: String?, proposedValue: String?, source: FieldSource? = nil, state: State,
    since: String, decidedAt: String?, decidedBy: String?
  ) {
    self.id = id
    self.provider = provider
    self.offer = offer
    self.field = field
    self.reason = reason
    self.message = message
    self.isHeld = isHeld
    self.servedValue = servedValue
    self.proposedValue = proposedValue
    self.source = source
    self.state = state
    self.since = since
    self.decidedAt = decidedAt
    self.decidedBy = decidedBy
  }
}
