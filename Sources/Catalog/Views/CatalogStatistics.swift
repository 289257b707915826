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
    var byInput: [Modality: Int] = [:]
    var byOutput: [Modality: Int] = [:]
    var byCapability: [Capability: Int] = [:]
    var byStatus: [OfferStatus: Int] = [:]
    var contexts = [Int](repeating: 0, count: Self.contextBounds.count + 1)
    var contextUnknown = 0
    for offer in offers.lazy.map(\.offer) {
      for modality in offer.inputModalities { byInput[modality, default: 0] += 1 }
      for modality in offer.outputModalities { byOutput[modality, default: 0] += 1 }
      for capability in offer.capabilities { byCapability[capability, default: 0] += 1 }
      byStatus[offer.status, default: 0] += 1
      if let context = offer.contextLength {
        contexts[Self.contextBounds.firstIndex { context <= $0 } ?? Self.contextBounds.count] += 1
      } else {
        contextUnknown += 1
      }
    }
    totals = Self.count(offers)
    byProvider = parts.map { ($0.provider, Self.count($0.offers)) }
    self.uniqueModels = uniqueModels.count
    modelsWithSeveralProviders = uniqueModels.count { $0.providerCount > 1 }
    byInputModality = byInput
    byOutputModality = byOutput
    self.byCapability = byCapability
    self.byStatus = byStatus
    contextDistribution = contexts
    self.contextUnknown = contextUnknown
    collisions = parts.flatMap(\.collisions)
    lastObserved = offers.lazy.map(\.offer.observedAt).max()
  }

  private static func count(_ offers: [CatalogOffer]) -> Counts {
    var counts = Counts()
    for offer in offers {
      counts.total += 1
      counts.byPriceState[offer.offer.pricing.state, default: 0] += 1
    }
    return counts
  }
}
