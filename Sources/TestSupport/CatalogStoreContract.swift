public import Catalog
public import Testing
public import TieredCaching

/// What every ``CatalogStore`` promises, as rules that any implementation can be tested against:
///
///     @Test(arguments: CatalogStoreContract.rules)
///     func contract(_ rule: CatalogStoreContract.Rule) async throws { try await rule.check(makeStore()) }
public enum CatalogStoreContract {
  /// One promise.
  public struct Rule: Sendable, CustomTestStringConvertible {
    /// The promise in words.
    public let testDescription: String
    /// Checks it against an empty store.
    public let check: @Sendable (any CatalogStore) async throws -> Void

    init(_ testDescription: String, _ check: @escaping @Sendable (any CatalogStore) async throws -> Void) {
      self.testDescription = testDescription
      self.check = check
    }
  }

  /// All promises.
  public static let rules =
    loadRules + importRules + refusalRules + logRules + effectiveDateRules + editRules + editRefusalRules
    + revisionRules + reviewRules + decisionRules + overrideRules + authorityRules
}

extension CatalogStore {
  /// Imports one provider's complete listing that states everything.
  @discardableResult
  public func importOffers(
    _ offers: [Offer], of provider: Provider? = nil, stated: OfferFields = .all,
    options: ImportOptions = ImportOptions(format: "test")
  ) async throws -> ProviderImportReport {
    let provider = try provider ?? Provider(slug: offers.first?.provider ?? .sample())
    let listing = ProviderListing(provider: provider, offers: offers, stated: stated)
    let report = try await importListings([listing], options: options)
    return try #require(report.providers.first)
  }

  /// Patches an offer of acme with the members of a JSON object.
  @discardableResult
  public func patchOffer(
    _ json: String, id: String = "acme-1", dryRun: Bool = false
  ) async throws -> EditReport {
    let patch = try OfferPatch(JSONReader.parse(json))
    return try await edit(.patchOffer(provider: .sample(), id: id, patch), dryRun: dryRun)
  }

  /// The change log after a sequence number, one line for each change.
  public func logLines(after sequence: Int = 0) async throws -> [String] {
    try await changes(after: sequence, provider: nil, limit: 1_000).map(\.wordsWithProvider)
  }

  /// The offers of a provider.
  public func offers(_ provider: String = "acme") async throws -> [Offer] {
    try await load(changedSince: nil).parts[PartID(provider)]?.offers ?? []
  }

  /// The revision of a provider, zero when there is none.
  public func revision(_ provider: String = "acme") async throws -> Revision {
    try await manifest().revisions[PartID(provider)] ?? .zero
  }
}
