/// Figures about one catalog version.
public struct CatalogStatistics: Sendable {
  /// Figures about the offers of one group.
  public struct Counts: Sendable, Hashable {
    /// All offers.
    public var total = 0
    /// Offers by the state of their price.
    public var byPriceState: [PriceState: Int] = [:]
  }

  /// The upper bounds, in tokens, of the classes of the context distribution; the last class is open.
  public static let contextBounds = [4_096, 8_192, 16_384, 32_768, 65_536, 131_072, 262_144, 1_048_576]

  /// All offers.
  public let totals: Counts
  /// How many models there are across providers.
  public let uniqueModels: Int
  /// How many models more than one provider offers.
  public let modelsWithSeveralProviders: Int
  /// Offers by provider, in the order of the slugs.
  public let byProvider: [(provider: Provider, counts: Counts)]
  /// Offers by input modality.
  public let byInputModality: [Modality: Int]
  /// Offers by output modality.
  public let byOutputModality: [Modality: Int]
  /// Offers by capability.
  public let byCapability: [Capability: Int]
  /// Offers by status.
  public let byStatus: [OfferStatus: Int]
  /// Offers by context class, one more than ``contextBounds`` has bounds.
  public let contextDistribution: [Int]
  /// Offers whose context is not known.
  public let contextUnknown: Int
  /// Offers of one provider that fall on one canonical key.
  public let collisions: [IdentityCollision]
  /// When the newest facts were observed, in seconds since 1970; nil for an empty catalog.
  public let lastObserved: Int?

  init(parts: [CatalogPart], offers: [CatalogOffer], uniqueModels: [UniqueModel]) {
    var byInput = CaseCounts<Modality>()
    var byOutput = CaseCounts<Modality>()
    var byCapability = CaseCounts<Capability>()
    var byStatus = CaseCounts<OfferStatus>()
    var contexts = [Int](repeating: 0, count: Self.contextBounds.count + 1)
    var contextUnknown = 0
    var lastObserved: Int?
    // The offer's fields are read in place: a copy of the whole offer would count references to all its texts.
    for offer in offers {
      for modality in offer.offer.inputModalities { byInput.add(modality) }
      for modality in offer.offer.outputModalities { byOutput.add(modality) }
      for capability in offer.offer.capabilities { byCapability.add(capability) }
      byStatus.add(offer.offer.status)
      lastObserved = max(lastObserved ?? .min, offer.offer.observedAt)
      if let context = offer.offer.contextLength {
        contexts[Self.contextBounds.firstIndex { context <= $0 } ?? Self.contextBounds.count] += 1
      } else {
        contextUnknown += 1
      }
    }
    totals = Self.count(offers)
    byProvider = parts.map { ($0.provider, Self.count($0.offers)) }
    self.uniqueModels = uniqueModels.count
    modelsWithSeveralProviders = uniqueModels.count { $0.providerCount > 1 }
    byInputModality = byInput.counts
    byOutputModality = byOutput.counts
    self.byCapability = byCapability.counts
    self.byStatus = byStatus.counts
    contextDistribution = contexts
    self.contextUnknown = contextUnknown
    collisions = parts.flatMap(\.collisions)
    self.lastObserved = lastObserved
  }

  private static func count(_ offers: [CatalogOffer]) -> Counts {
    var states = CaseCounts<PriceState>()
    for offer in offers { states.add(offer.offer.pricing.state) }
    return Counts(total: offers.count, byPriceState: states.counts)
  }
}

/// Counts the cases of an enumeration by their codes, which is faster than to hash them.
private struct CaseCounts<Case: CodedCase & Hashable> {
  private var numbers = [Int](repeating: 0, count: Case.codes.count)

  mutating func add(_ value: Case) { numbers[value.code] += 1 }

  /// The cases that were counted.
  var counts: [Case: Int] {
    Dictionary(uniqueKeysWithValues: zip(Case.codes, numbers).filter { $0.1 > 0 })
  }
}
