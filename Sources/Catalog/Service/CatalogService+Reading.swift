public import TieredCaching

/// A view with what is known about the catalog version that it comes from.
public struct CatalogAnswer<Value: Sendable>: Sendable {
  /// The view.
  public let value: Value
  /// The catalog version.
  public let version: String
  /// Where it was found.
  public let tier: Tier
  /// Whether it is known to be current.
  public let freshness: Freshness
  /// Time since its version was last confirmed.
  public let age: Duration
}

/// The specification's functions for reading. Each comes in two forms: one that never fails and answers with an empty list
/// instead, and one that says what went wrong and, with the data, its version, tier and age.
extension CatalogService {
  /// All offers of the catalog; none when it cannot be had.
  public func fullCatalog() async -> [CatalogOffer] { await orEmpty { try await self.readFullCatalog().value } }

  /// All offers of the catalog.
  ///
  /// - Throws: `CacheError` when the catalog cannot be had.
  public func readFullCatalog() async throws -> CatalogAnswer<[CatalogOffer]> {
    try await answer(.full) { $0.offers }
  }

  /// The offers of one gateway (a provider is the same thing); none when it is not known or cannot be had.
  public func gatewayCatalog(_ gateway: String) async -> [CatalogOffer] {
    await orEmpty { try await self.readGatewayCatalog(try ProviderSlug(gateway)).value ?? [] }
  }

  /// The offers of one gateway; nil for one that the catalog does not have.
  ///
  /// - Throws: `CacheError` when the catalog cannot be had.
  public func readGatewayCatalog(_ gateway: ProviderSlug) async throws -> CatalogAnswer<[CatalogOffer]?> {
    try await answer(.gateway(gateway)) { $0.part(gateway)?.offers }
  }

  /// The models across all gateways, each with its offers; none when they cannot be had.
  public func uniqueModels() async -> [UniqueModel] { await orEmpty { try await self.readUniqueModels().value } }

  /// The models across all gateways, each with its offers.
  ///
  /// - Throws: `CacheError` when the catalog cannot be had.
  public func readUniqueModels() async throws -> CatalogAnswer<[UniqueModel]> {
    try await answer(.unique) { $0.uniqueModels }
  }

  /// Figures about the catalog: `total_models`, `total_providers` and more; nil when it cannot be had.
  public func statistics() async -> CatalogStatistics? {
    do { return try await readStatistics().value } catch {
      noteFailure(error)
      return nil
    }
  }

  /// Figures about the catalog.
  ///
  /// - Throws: `CacheError` when the catalog cannot be had.
  public func readStatistics() async throws -> CatalogAnswer<CatalogStatistics> {
    try await answer(.statistics) { $0.statistics }
  }

  /// The best offer that a name may mean: a provider's model id, a canonical id or an alias; nil for none.
  public func model(_ id: String) async -> CatalogOffer? {
    do { return try await readModel(id).value } catch {
      noteFailure(error)
      return nil
    }
  }

  /// The best offer that a name may mean.
  ///
  /// - Throws: `CacheError` when the catalog cannot be had.
  public func readModel(_ id: String) async throws -> CatalogAnswer<CatalogOffer?> {
    let answer = try await answer(.model(id)) { $0.offers(named: id).first }
    if answer.value != nil { noteRead(of: .model(id)) }
    return answer
  }

  /// What the best offer that a name may mean costs; nil for an unknown name.
  public func pricing(_ id: String) async -> Pricing? {
    do { return try await readPricing(id).value } catch {
      noteFailure(error)
      return nil
    }
  }

  /// What the best offer that a name may mean costs.
  ///
  /// - Throws: `CacheError` when the catalog cannot be had.
  public func readPricing(_ id: String) async throws -> CatalogAnswer<Pricing?> {
    let answer = try await answer(.pricing(id)) { $0.offers(named: id).first?.offer.pricing }
    if answer.value != nil { noteRead(of: .pricing(id)) }
    return answer
  }

  private func answer<Value>(
    _ view: CatalogView, _ value: (CatalogSnapshot) -> Value
  ) async throws -> CatalogAnswer<Value> {
    let served: Served<CatalogSnapshot>
    do {
      served = try await read()
    } catch {
      record(.miss(view.key))
      throw error
    }
    // What had to be fetched for this reader was no hit, wherever it came from.
    switch served.tier {
    case .database: record(.miss(view.key))
    case .redis, .local: record(.hit(view.key, tier: served.tier, freshness: served.freshness, age: served.age))
    }
    return CatalogAnswer(
      value: value(served.value), version: served.value.version, tier: served.tier, freshness: served.freshness,
      age: served.age)
  }

  private func orEmpty<Element>(_ read: () async throws -> [Element]) async -> [Element] {
    do { return try await read() } catch {
      noteFailure(error)
      return []
    }
  }

  /// The caller gets an empty answer, so at least the log says why.
  private func noteFailure(_ error: any Error) { record(.callFailed(reason: String(describing: error))) }
}
