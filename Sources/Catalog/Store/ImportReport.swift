public import TieredCaching

/// How an import shall be done.
public struct ImportOptions: Sendable {
  /// The name of the format, kept with the import.
  public var format: String
  /// Whether a body that removes more than half of a provider's offers is taken.
  public var force: Bool
  /// Whether to only say what would change.
  public var dryRun: Bool
  /// Whether offers that the body does not contain are kept instead of removed.
  public var isPartial: Bool
  public var review: (any ImportReviewer)?
  public var changeLimit = 0

  /// Options; by default the body is complete, and is taken only when it is plausible.
  public init(format: String, force: Bool = false, dryRun: Bool = false, isPartial: Bool = false) {
    self.format = format
    self.force = force
    self.dryRun = dryRun
    self.isPartial = isPartial
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
  /// Offers that say the same as before; their rows were not written.
  public var unchanged = 0
  /// Rows that repeated an id.
  public var duplicates = 0
  /// The provider's revision after the import.
  public var revision: Revision = .zero
  public var held = 0
  public var flagged = 0
  public var changes: [OfferDiff] = []

  /// An empty report.
  public init(provider: ProviderSlug) { self.provider = provider }

  /// Whether more than half of the offers that were there are gone, which an import refuses unless it is forced.
  public var isMassRemoval: Bool { removed * 2 > removed + changed + unchanged }
}

/// What an import did.
public struct ImportReport: Sendable {
  /// One entry per provider, in the order of the slugs.
  public let providers: [ProviderImportReport]
  /// Whether nothing was written because only a report was asked for.
  public let dryRun: Bool
  public var manifest = Manifest(lifetime: "", revisions: [:], floors: [:])

  /// A report.
  public init(providers: [ProviderImportReport], dryRun: Bool) {
    self.providers = providers.sorted { $0.provider < $1.provider }
    self.dryRun = dryRun
  }

  /// One figure summed over all providers.
  public func total(_ figure: KeyPath<ProviderImportReport, Int>) -> Int {
    providers.reduce(0) { $0 + $1[keyPath: figure] }
  }
}

public struct OfferDiff: Sendable, Hashable {
  public var kind: CatalogChange.Kind; public var offer: String; public var fields: [FieldChange];
  public var heldReason: String?
}
