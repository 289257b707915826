/// Reading what is asked for most before anybody asks.
extension CatalogService {
  /// The gateways that are warmed, as the specification lists them.
  public static let topGateways = [
    "openrouter", "anthropic", "openai", "groq", "together", "fireworks", "vercel-ai-gateway",
  ]

  /// Reads the full catalog, the unique models and the top gateways, so that this worker and the shared tier hold them.
  ///
  /// Workers that warm at the same time make one load: the others wait for the parts in the shared tier.
  ///
  /// - Returns: how many offers each view has; a gateway that the catalog does not have is left out.
  /// - Throws: `CacheError` when the catalog cannot be had.
  @discardableResult
  public func warm() async throws -> [(view: CatalogView, items: Int)] {
    var warmed: [(view: CatalogView, items: Int)] = [
      (.full, try await readFullCatalog().value.count), (.unique, try await readUniqueModels().value.count),
    ]
    for gateway in Self.topGateways {
      let slug = try ProviderSlug(gateway)
      if let offers = try await readGatewayCatalog(slug).value { warmed.append((.gateway(slug), offers.count)) }
    }
    return warmed
  }
}
