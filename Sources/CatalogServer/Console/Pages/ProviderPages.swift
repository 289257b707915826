import Catalog
import HTTPTypes
import TieredCaching

/// All providers.
struct ProviderList: Sendable {
  let count: Int
  let providers: [ProviderFacts]

  init(in snapshot: CatalogSnapshot) {
    count = snapshot.parts.count
    providers = zip(snapshot.parts, snapshot.statistics.byProvider).map { ProviderFacts($0, $1.counts) }
  }
}

/// What there is to say about a provider.
struct ProviderFacts: Sendable {
  let slug: String
  let providerName: String
  let address: String
  /// Its web site; only what is one.
  let site: String?
  let offerCount: String
  let priced: Int
  let free: Int
  let dynamic: Int
  let notTokenPriced: Int
  let unknown: Int
  let changed: String
  let revision: Int

  init(_ part: CatalogPart, _ counts: CatalogStatistics.Counts) {
    slug = part.provider.slug.text
    providerName = part.provider.name
    address = ConsoleAddress.provider(part.provider.slug)
    // It comes from outside, and other schemes can do things.
    site = part.provider.siteURL.flatMap { $0.hasPrefix("https://") || $0.hasPrefix("http://") ? $0 : nil }
    offerCount = ConsoleText.grouped(part.offers.count)
    let states = counts.byPriceState
    priced = states[.priced] ?? 0
    free = states[.free] ?? 0
    dynamic = states[.dynamic] ?? 0
    notTokenPriced = states[.notTokenPriced] ?? 0
    unknown = states[.unknown] ?? 0
    changed = part.changedAt.map(ConsoleText.time) ?? ConsoleText.nothing
    revision = Int(part.revision.number)
  }
}

/// One provider with its offers.
struct ProviderDetail: Sendable {
  let facts: ProviderFacts
  let changesAddress: String
  let searchAddress: String
  let offers: [OfferRow]
  let paging: Paging

  private static let path = "\(ConsoleAddress.root)/provider"

  /// - Throws: ``Problem`` when there is no such provider, or the query is not understood.
  init(_ given: [(name: String, value: String)], in snapshot: CatalogSnapshot) throws(Problem) {
    let query = try ListQuery(given)
    var parameters = Parameters(query.filters)
    guard let id = try parameters.take("id") else { throw .badRequest("give the \"id\" of a provider") }
    try parameters.finish(known: ["id", "page"])
    let slug = try ProviderSlug(given: id)
    guard let index = snapshot.parts.firstIndex(where: { $0.provider.slug == slug }) else {
      throw Problem(status: .notFound, kind: "provider-not-found", detail: "no provider is called \"\(slug)\"")
    }
    let part = snapshot.parts[index]
    facts = ProviderFacts(part, snapshot.statistics.byProvider[index].counts)
    changesAddress = ConsoleAddress.of(ChangeList.path, [("gateway", slug.text)])
    searchAddress = ConsoleAddress.of(OfferList.path, [("gateway", slug.text)])
    offers = query.slice(part.offers).map(OfferRow.init)
    paging = Paging(query, total: part.offers.count, path: Self.path)
  }
}
