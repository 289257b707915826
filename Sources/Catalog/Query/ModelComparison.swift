/// Several models side by side, each with all its offers. A pure function of one ``CatalogSnapshot``.
public struct ModelComparison: Sendable {
  /// What was found for one name.
  public enum Outcome: Sendable {
    /// The model that the name means.
    case found(ComparedModel)
    /// No model; at most five canonical ids that are near to the name, the nearest first.
    case notFound(suggestions: [String])
  }

  /// One name that was asked for.
  public struct Entry: Sendable {
    /// The name as given.
    public let name: String
    /// What was found.
    public let outcome: Outcome
  }

  /// The most models in one comparison.
  public static let maximumModels = 20

  /// One entry per name, in the order of the names.
  public let entries: [Entry]

  /// Compares models.
  ///
  /// - Parameters:
  ///   - names: 1 to ``maximumModels`` model ids, canonical ids or aliases.
  ///   - providers: whose offers to compare, and whose ids to prefer where a name is the id of several models; empty for
  ///     all.
  ///   - snapshot: the catalog.
  /// - Throws: ``QueryError`` when there are too few or too many names, or one is empty or too long.
  public init(
    of names: [String], providers: Set<ProviderSlug> = [], in snapshot: CatalogSnapshot
  ) throws(QueryError) {
    let allowed = ["1 to \(Self.maximumModels) model ids of 1 to \(Offer.maximumIDLength) bytes"]
    guard (1...Self.maximumModels).contains(names.count) else {
      throw .invalidValue(name: "models", value: "\(names.count) names", allowed: allowed)
    }
    for name in names where !(1...Offer.maximumIDLength).contains(name.utf8.count) {
      throw .invalidValue(name: "models", value: QueryError.bounded(name), allowed: allowed)
    }
    entries = names.map { name in
      let named = snapshot.offers(named: name)
      let meant = named.first { providers.contains($0.provider.slug) } ?? named.first
      if let meant, let model = snapshot.uniqueModel(meant.identity.key.text) {
        return Entry(name: name, outcome: .found(ComparedModel(model, providers: providers)))
      }
      return Entry(name: name, outcome: .notFound(suggestions: ModelSuggestions.nearest(to: name, in: snapshot)))
    }
  }
}

/// One model of a ``ModelComparison``.
public struct ComparedModel: Sendable {
  /// The model, with the offers of all providers.
  public let model: UniqueModel
  /// The offers that are compared, cheapest first; those without a comparable price last.
  public let offers: [CatalogOffer]
  /// The offer with the largest context, the cheapest of several; nil when no offer states one.
  public let largestContext: CatalogOffer?
  /// Which offer to take; nil when no price can be compared.
  public let recommendation: Recommendation?

  /// The cheapest offer, and what it saves.
  public struct Recommendation: Sendable {
    /// The cheapest offer.
    public let offer: CatalogOffer
    /// The dearest offer with a price; nil when the cheapest is the only one.
    public let dearest: CatalogOffer?
    /// How much cheaper it is than ``dearest`` at the blended price of ``PriceRank``, in percent with one decimal place,
    /// such as `37.5`. For display: it is rounded.
    public let savingPercent: String?
  }

  init(_ model: UniqueModel, providers: Set<ProviderSlug>) {
    let offers = providers.isEmpty ? model.offers : model.offers.filter { providers.contains($0.provider.slug) }
    let largest = offers.compactMap(\.offer.contextLength).max()
    self.model = model
    self.offers = offers
    largestContext = largest.flatMap { largest in offers.first { $0.offer.contextLength == largest } }
    recommendation = Recommendation(offers)
  }
}

extension ComparedModel.Recommendation {
  /// The recommendation among offers of one model, cheapest first.
  fileprivate init?(_ offers: [CatalogOffer]) {
    guard let cheapest = offers.first, let lowest = cheapest.priceRank else { return nil }
    offer = cheapest
    let priced = offers.last { $0.offer.pricing.state == .priced && $0.priceRank != nil }
    if let priced, priced !== cheapest, let highest = priced.priceRank, !highest.blended.isZero {
      dearest = priced
      let ratio = 1 - lowest.blended.approximateDouble / highest.blended.approximateDouble
      let tenths = Int((ratio * 1_000).rounded())
      savingPercent = "\(tenths / 10).\(tenths % 10)"
    } else {
      dearest = nil
      savingPercent = nil
    }
  }
}
