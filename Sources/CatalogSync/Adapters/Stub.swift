internal import Catalog

public struct UnknownAdapter: Error, CustomStringConvertible { public var description: String }
public struct ProviderRegistry: Sendable {
  public var all: [ProviderAdapter]
  public init(_ all: [ProviderAdapter]) { self.all = all }
  public init() { self.all = [] }
  public init(configuration: [UInt8]) throws { self.all = [] }
  public func adapter(named name: String) throws -> ProviderAdapter {
    guard let a = all.first(where: { $0.slug.text == name }) else { throw UnknownAdapter(description: name) }; return a
  }
}
