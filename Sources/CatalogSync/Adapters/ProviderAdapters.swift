internal import Catalog

extension ProviderAdapter {
  /// All providers whose lists can be fetched, sorted by slug.
  public static let all: [ProviderAdapter] = (firstParty + clouds + gateways + plain).sorted { $0.slug < $1.slug }

  /// The adapter of a provider, or of a curated catalog, by its slug.
  ///
  /// - Throws: ``UnknownProvider`` when there is none.
  public static func named(_ name: String) throws(UnknownProvider) -> ProviderAdapter {
    try ProviderRegistry.builtIn.named(name)
  }

  /// An adapter that stands in the source code.
  init(
    _ slug: StaticString, _ name: String, site siteURL: String, url: String, authentication: Authentication = .none,
    headers: [String: String] = [:], paging: Paging = .none, format: ImportFormat, minimumOffers: Int = 1,
    evidence: Evidence
  ) {
    self.init(
      ProviderSlug(literal: slug), name, site: siteURL, url: url, authentication: authentication, headers: headers,
      paging: paging, format: format, minimumOffers: minimumOffers, evidence: evidence)
  }
}
