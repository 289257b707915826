import NIOConcurrencyHelpers
public import TieredCaching

/// The whole catalog at one version. Every view is a pure function of it, so all answers of one version agree.
public final class CatalogSnapshot: Sendable {
  /// The revisions that it is made of.
  public let manifest: Manifest
  /// The version: a short name of this exact state.
  public let version: String
  /// The providers that have offers, in the order of their slugs.
  public let parts: [CatalogPart]
  /// Every offer in the catalog's total order: by provider slug, then by id, both by UTF-8 bytes.
  public let offers: [CatalogOffer]
  /// The bytes of all offers' records: about what the longest answer takes.
  public let recordBytes: Int
  /// Models across providers, in the order of their canonical ids.
  public let uniqueModels: [UniqueModel]
  /// Figures about the catalog.
  public let statistics: CatalogStatistics

  /// Prepared when the first unknown name is asked for, once per version.
  private let lazySuggestions = NIOLockedValueBox<ModelSuggestions?>(nil)
  /// When the change log last named any provider, as ``CatalogChange/at``; nil for a catalog without changes.
  public let lastChange: String?
  private let partsBySlug: [ProviderSlug: CatalogPart]
  /// The offers of every id, first-party ones first.
  private let offersByID: [String: [CatalogOffer]]
  private let modelsByKey: [String: UniqueModel]
  private let offersByAlias: [String: [CatalogOffer]]

  /// Builds the snapshot of a manifest.
  ///
  /// - Parameters:
  ///   - manifest: the revisions.
  ///   - parts: the parts of exactly these revisions, in any order.
  ///   - lastChange: when the change log last named any provider.
  public convenience init(manifest: Manifest, parts: [CatalogPart], lastChange: String? = nil) {
    self.init(manifest: manifest, parts: parts, lastChange: lastChange, group: UniqueModel.group)
  }

  private init(
    manifest: Manifest, parts: [CatalogPart], lastChange: String?, group: ([CatalogOffer]) -> [UniqueModel]
  ) {
    self.manifest = manifest
    version = manifest.version
    self.lastChange = lastChange
    self.parts = parts.filter { !$0.offers.isEmpty }.sorted { $0.provider.slug < $1.provider.slug }
    let offers = self.parts.flatMap(\.offers)
    self.offers = offers
    recordBytes = self.parts.reduce(0) { $0 + $1.joinedRecords.count }
    partsBySlug = Dictionary(self.parts.map { ($0.provider.slug, $0) }) { first, _ in first }
    var offersByID: [String: [CatalogOffer]] = Dictionary(minimumCapacity: offers.count)
    var offersByAlias: [String: [CatalogOffer]] = [:]
    for offer in offers {
      offersByID[offer.offer.id, default: []].append(offer)
      for alias in offer.offer.aliases { offersByAlias[alias, default: []].append(offer) }
    }
    self.offersByID = offersByID.mapValues(Self.firstPartyFirst)
    self.offersByAlias = offersByAlias
    uniqueModels = group(offers)
    modelsByKey = Dictionary(uniqueKeysWithValues: uniqueModels.map { ($0.key.text, $0) })
    statistics = CatalogStatistics(parts: self.parts, offers: offers, uniqueModels: uniqueModels)
  }

  /// Builds the snapshot that follows `previous` when the parts of `delta` changed. What the others are made into stays.
  public convenience init(_ delta: PartDelta<CatalogPart>, previous: CatalogSnapshot?) {
    var parts: [PartID: CatalogPart] = [:]
    for part in previous?.parts ?? [] { parts[PartID(part.provider.slug.text)] = part }
    let replaced = delta.parts.keys.compactMap { parts[$0] }
    parts.merge(delta.parts) { $1 }
    let changes = delta.parts.values.compactMap(\.changedAt) + [previous?.lastChange].compactMap { $0 }
    self.init(manifest: delta.manifest, parts: Array(parts.values), lastChange: changes.max()) { offers in
      guard let previous else { return UniqueModel.group(offers) }
      let touched = (replaced + delta.parts.values).lazy.flatMap(\.offers)
      return UniqueModel.regroup(offers, after: previous.uniqueModels, changed: Set(touched.map(\.identity.key)))
    }
  }

  /// Builds the snapshot of everything that a store loaded.
  public convenience init(_ delta: PartDelta<ProviderPart>) { self.init(delta.derived(), previous: nil) }

  /// The names that are near to names that do not exist.
  var suggestions: ModelSuggestions {
    lazySuggestions.withLockedValue { suggestions in
      let prepared = suggestions ?? ModelSuggestions(self)
      suggestions = prepared
      return prepared
    }
  }

  /// The part of one provider; nil when it has no offers.
  public func part(_ provider: ProviderSlug) -> CatalogPart? { partsBySlug[provider] }

  /// The unique model of a canonical id or a known alias of one.
  public func uniqueModel(_ id: String) -> UniqueModel? {
    if let model = modelsByKey[id] { return model }
    return ModelAliases.canonical(id).flatMap { modelsByKey[$0.text] }
  }

  /// Every offer that a name may mean, the best guess first.
  ///
  /// A name is tried as an offer's own id, then as a canonical id, then as an alias that a provider gives, then as a
  /// known alias. Among several offers the first-party one leads, then the catalog's order.
  ///
  /// - Parameters:
  ///   - name: a provider's model id, a canonical id or an alias.
  ///   - provider: only this provider's offers.
  public func offers(named name: String, provider: ProviderSlug? = nil) -> [CatalogOffer] {
    let narrowed = { (offers: [CatalogOffer]) in
      provider.map { slug in offers.filter { $0.provider.slug == slug } } ?? offers
    }
    if let byID = offersByID[name] {
      let found = narrowed(byID)
      if !found.isEmpty { return found }
    }
    for candidates in [modelsByKey[name]?.offers, offersByAlias[name], uniqueModel(name)?.offers] {
      let found = narrowed(candidates ?? [])
      if !found.isEmpty { return Self.firstPartyFirst(found) }
    }
    return []
  }

  private static func firstPartyFirst(_ offers: [CatalogOffer]) -> [CatalogOffer] {
    guard offers.count > 1, offers.dropFirst().contains(where: \.isFirstParty) else { return offers }
    return offers.filter(\.isFirstParty) + offers.filter { !$0.isFirstParty }
  }
}

extension PartDelta<ProviderPart> {
  /// The same with everything that is derived from each part.
  func derived() -> PartDelta<CatalogPart> {
    let parts = parts.map { ($0, CatalogPart($1, revision: manifest.revisions[$0] ?? .zero)) }
    return PartDelta<CatalogPart>(manifest: manifest, parts: Dictionary(uniqueKeysWithValues: parts))
  }
}
