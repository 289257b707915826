import TieredCaching

/// The histories of all offers that a name means, those that are gone included.
public struct ModelHistory: Sendable {
  /// The name that was asked for.
  public let id: String
  /// The histories, by provider slug and then by id, both by UTF-8 bytes.
  public let offers: [OfferHistory]

  /// The longest change log of one answer.
  public static let maximumChanges = 50_000

  /// Histories of the offers of a name.
  ///
  /// - Parameters:
  ///   - id: the name.
  ///   - current: the offers that there are now.
  ///   - log: the changes of these and of other offers of the name, oldest first.
  public init(of id: String, current: [CatalogOffer], log: [CatalogChange]) {
    self.id = id
    var prices: [OfferReference: Pricing] = [:]
    for offer in current { prices[offer.reference] = offer.offer.pricing }
    let logs = Dictionary(grouping: log) { OfferReference(provider: $0.provider, offer: $0.offer) }
    offers = Set(logs.keys).union(prices.keys).sorted { $0.precedes($1) }.map { offer in
      OfferHistory(of: offer, current: prices[offer], log: logs[offer] ?? [])
    }
  }

  /// The offers whose changes tell the history of a name: those that it means now, and those that had it as their own id,
  /// at any provider.
  ///
  /// - Parameter provider: only this provider's.
  static func references(
    of id: String, provider: ProviderSlug?, current: [CatalogOffer], in snapshot: CatalogSnapshot
  ) throws(ProviderSlug.Invalid) -> [OfferReference] {
    var providers = provider.map { [$0] } ?? []
    if provider == nil {
      // Providers without any offers left have no part in the snapshot, but still a revision.
      for part in snapshot.manifest.revisions.keys where !part.isDerived {
        providers.append(try ProviderSlug(part.text))
      }
    }
    return current.map(\.reference) + providers.map { OfferReference(provider: $0, offer: id) }
  }
}

extension CatalogStore {
  /// The history of a model.
  ///
  /// - Parameters:
  ///   - id: a provider's model id, a canonical id or an alias; also the id of an offer that is gone.
  ///   - provider: only this provider's offers.
  ///   - snapshot: the catalog, which knows what offers the name means.
  /// - Returns: the history; without any offers when nothing ever had this name.
  /// - Throws: ``HistoryTooLong``, and ``StoreError`` when the database does not answer.
  public func history(
    of id: String, provider: ProviderSlug?, in snapshot: CatalogSnapshot
  ) async throws -> ModelHistory {
    let current = snapshot.offers(named: id, provider: provider)
    let offers = try ModelHistory.references(of: id, provider: provider, current: current, in: snapshot)
    let log = try await changes(of: offers, limit: ModelHistory.maximumChanges + 1)
    guard log.count <= ModelHistory.maximumChanges else { throw HistoryTooLong() }
    return ModelHistory(of: id, current: current, log: log)
  }
}

/// The change log of a model is longer than one answer can be.
public struct HistoryTooLong: Error, CustomStringConvertible {
  /// What is wrong and what to do, for a person.
  public var description: String {
    "the model's offers have more than \(ModelHistory.maximumChanges) changes; ask for one gateway at a time"
  }
}

extension CatalogOffer {
  /// Its provider and id.
  public var reference: OfferReference { OfferReference(provider: provider.slug, offer: offer.id) }
}

extension OfferReference {
  /// Whether it comes before another in the order of the catalog: by provider, then by id, both by UTF-8 bytes.
  func precedes(_ other: OfferReference) -> Bool {
    provider == other.provider ? offer.utf8.lexicographicallyPrecedes(other.offer.utf8) : provider < other.provider
  }
}
