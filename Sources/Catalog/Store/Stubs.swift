public import TieredCaching

public struct OverrideReport: Sendable {
  public let overrides: [OfferOverride]; public let manifest: Manifest; public let isChanged: Bool
}
extension CatalogStore {
  public func overrides(of provider: ProviderSlug?) async throws -> [OfferOverride] { [] }
  public func setOverrides(_ edit: OverrideEdit, dryRun: Bool) async throws -> OverrideReport { fatalError() }
  public func detail(of id: String, provider: ProviderSlug) async throws -> OfferDetail { fatalError() }
}
extension OfferDetail {
  public func writeMembers(to json: inout JSONWriter) throws {}
  public struct F {
    public let name: String; public let stated: String?; public let served: String?; public let source: String;
    public let observedAt: Int
  }
  public func fields() throws -> [F] { [] }
}
