/// What a list of models across providers is ordered by.
public enum UniqueSort: String, CaseIterable, Sendable {
  /// How many providers offer the model.
  case providerCount = "provider_count"
  /// The name, whatever its case.
  case name
  /// The blended price (``PriceRank``) of the cheapest offer.
  case cheapestPrice = "cheapest_price"
  /// The largest context of any offer.
  case context

  /// Whether the largest comes first unless the query says otherwise: people look for many providers and large contexts,
  /// but for the first name and the lowest price.
  public var isDescendingByDefault: Bool { self == .providerCount || self == .context }
}

/// Which models across providers are wanted, and in which order. A pure function of one ``CatalogSnapshot``.
public struct UniqueQuery: Sendable, Hashable {
  /// At least one offer of the model must pass these filters; its sort is not used.
  public var filter = OfferQuery()
  /// The smallest number of providers.
  public var minimumProviders = 1
  /// What to order by.
  public var sort = UniqueSort.providerCount
  /// Whether the largest comes first.
  public var isDescending = UniqueSort.providerCount.isDescendingByDefault

  /// A query for every model, those with the most providers first.
  public init() {}

  /// The parameters of a query, the same for the HTTP interface and the command line.
  public static let parameters: [QueryParameter] =
    OfferQuery.filterParameters + [
      QueryParameter(
        "min_providers", "the smallest number of providers", allowed: ["a whole number from 1 to \(maximumProviders)"]),
      QueryParameter("sort", "what to order by, by default provider_count", allowed: sorts),
      QueryParameter("sort_by", "the same as sort", allowed: sorts),
      QueryParameter(
        "order",
        "asc for the smallest first, desc for the largest; by default desc for provider_count and context, else asc",
        allowed: OfferQuery.orders),
    ]

  private static let maximumProviders = 1_000
  private static let sorts = UniqueSort.allCases.map(\.rawValue)

  /// Reads a query from names and values.
  ///
  /// - Parameter parameters: in any order; filters are those of ``OfferQuery``.
  /// - Throws: ``QueryError`` for an unknown name, a value that is not allowed, a repeated name or a range that is empty.
  public init(parameters: [(name: String, value: String)]) throws(QueryError) {
    let reader = try ParameterReader(parameters, parameters: Self.parameters, aliases: OfferQuery.aliases)
    filter = try OfferQuery(filtersIn: reader)
    minimumProviders = try reader.integer("min_providers", in: 1...Self.maximumProviders) ?? 1
    sort = try reader.name("sort") ?? .providerCount
    isDescending = try reader.isDescending() ?? sort.isDescendingByDefault
  }

  /// The models that are wanted.
  ///
  /// The order is total: by ``sort``, then by canonical id. Models without the value that they are ordered by come last in
  /// both directions.
  public func run(on snapshot: CatalogSnapshot) -> [UniqueModel] {
    let filter = OfferFilter(filter)
    let models = snapshot.uniqueModels.filter { model in
      model.providerCount >= minimumProviders && model.offers.contains(where: filter.matches)
    }
    switch sort {
    case .providerCount: return models.ordered(descending: isDescending) { $0.providerCount }
    case .name: return models.ordered(descending: isDescending) { $0.name.lowercased() }
    case .cheapestPrice: return models.ordered(descending: isDescending) { $0.cheapest?.priceRank }
    case .context: return models.ordered(descending: isDescending) { $0.largestContext }
    }
  }

  /// The named providers that have no offers, in order.
  public func unknownProviders(in snapshot: CatalogSnapshot) -> [ProviderSlug] {
    filter.unknownProviders(in: snapshot)
  }
}
