public import TieredCaching

/// How an import shall be done.
public struct ImportOptions: Sendable {
  /// The name of the format, kept with the import.
  public var format: String
  /// Whether everything is taken: also a body that removes more than half of a provider's offers, and what a review or an
  /// operator would hold back.
  public var force: Bool
  /// Whether to only say what would change.
  public var dryRun: Bool
  /// Whether offers that the body does not contain are kept instead of removed.
  public var isPartial: Bool
  /// Decides which changes are believed; nil to believe all of them, but for a removal of more than half of the offers.
  public var review: (any ImportReviewer)?
  /// How many changes per provider the report lists.
  public var changeLimit: Int

  /// Options; by default the body is complete, and is taken only when it is plausible.
  public init(
    format: String, force: Bool = false, dryRun: Bool = false, isPartial: Bool = false,
    review: (any ImportReviewer)? = nil, changeLimit: Int = 0
  ) {
    self.format = format
    self.force = force
    self.dryRun = dryRun
    self.isPartial = isPartial
    self.review = review
    self.changeLimit = changeLimit
  }
}

/// What an import did to one provider.
public struct ProviderImportReport: Sendable, Hashable {
  /// The provider.
  public let provider: ProviderSlug
  /// Offers that are new.
  public var added = 0
  /// Offers that are gone.
  public var removed = 0
  /// Offers of which a field changed.
  public var changed = 0
  /// Offers that say the same as before; their rows were not written, unless a better source says so now.
  public var unchanged = 0
  /// Offers of a curated list that were not added, because the provider itself says what it offers.
  public var leftOut = 0
  /// Rows that repeated an id.
  public var duplicates = 0
  /// Values that were held back, and removals, which count as one together.
  public var held = 0
  /// Findings that only inform.
  public var flagged = 0
  /// What was held back and what was written, at most ``ImportOptions/changeLimit`` of it: what was held back first, then
  /// removals, additions and changes, each in the order of the ids.
  public var changes: [OfferDiff] = []
  /// The provider's revision after the import.
  public var revision: Revision = .zero

  /// An empty report.
  public init(provider: ProviderSlug) { self.provider = provider }

  /// Whether more than half of the offers that were there are gone, which an import refuses unless it is forced or reviewed.
  public var isMassRemoval: Bool { removed * 2 > removed + changed + unchanged }
}

/// What an import did.
public struct ImportReport: Sendable {
  /// One entry per provider, in the order of the slugs.
  public let providers: [ProviderImportReport]
  /// Whether nothing was written because only a report was asked for.
  public let dryRun: Bool
  /// All revisions after the import, read in its transaction.
  public let manifest: Manifest

  /// A report.
  public init(providers: [ProviderImportReport], dryRun: Bool, manifest: Manifest) {
    self.providers = providers.sorted { $0.provider < $1.provider }
    self.dryRun = dryRun
    self.manifest = manifest
  }

  /// One figure summed over all providers.
  public func total(_ figure: KeyPath<ProviderImportReport, Int>) -> Int {
    providers.reduce(0) { $0 + $1[keyPath: figure] }
  }
}

/// What an import changed of one offer, or held back.
public struct OfferDiff: Sendable, Hashable {
  /// What happened, or would have.
  public let kind: CatalogChange.Kind
  /// The offer's id.
  public let offer: String
  /// The fields before and after; none for an offer that came or went.
  public let fields: [FieldChange]
  /// Why it was held back; nil for what was written.
  public let heldReason: String?

  /// A difference.
  public init(kind: CatalogChange.Kind, offer: String, fields: [FieldChange] = [], heldReason: String? = nil) {
    self.kind = kind
    self.offer = offer
    self.fields = fields
    self.heldReason = heldReason
  }
}
