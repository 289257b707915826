public import Catalog

/// The providers that can be synced: the built-in ones, and those that the operator configured.
public struct ProviderRegistry: Sendable {
  /// All providers, sorted by slug.
  public let all: [ProviderAdapter]
  private let curated: [ProviderAdapter]
  private let adapters: [ProviderSlug: ProviderAdapter]

  /// The built-in providers.
  public static let builtIn = ProviderRegistry(configured: [])

  /// The built-in providers and `configured` ones, which replace built-in ones of the same slug.
  public init(configured: [ProviderAdapter]) {
    self.init(ProviderAdapter.all + configured, curated: ProviderAdapter.curated)
  }

  /// These providers only; of several with one slug the last one counts.
  init(_ listed: [ProviderAdapter], curated: [ProviderAdapter] = []) {
    self.curated = curated
    adapters = Dictionary(listed.map { ($0.slug, $0) }) { _, last in last }
    all = adapters.values.sorted { $0.slug < $1.slug }
  }

  /// The adapter of a provider.
  public subscript(slug: ProviderSlug) -> ProviderAdapter? { adapters[slug] }

  /// All providers, and the catalogs of many providers that people keep by hand.
  public var everything: [ProviderAdapter] { all + curated }

  /// The adapter of a provider, or of a curated catalog, by its slug.
  ///
  /// - Throws: ``UnknownProvider`` when there is none.
  public func named(_ name: String) throws(UnknownProvider) -> ProviderAdapter {
    guard let adapter = everything.first(where: { $0.slug.text == name }) else {
      throw UnknownProvider(name, among: everything.map(\.slug.text))
    }
    return adapter
  }
}

/// There is no adapter of this name.
public struct UnknownProvider: Error, Equatable, CustomStringConvertible {
  /// The name, cut to a printable length.
  public let name: String
  /// The slugs that are near to it, the best first; empty where none is.
  public let near: [String]

  /// The most near slugs that are named.
  private static let maximumCount = 5

  init(_ name: String, among slugs: [String]) {
    self.name = Vocabulary.printable(name, maximum: 60)
    let typed = String(name.lowercased().prefix(ProviderSlug.maximumLength))
    near = slugs.compactMap { slug in Self.distance(of: slug, to: typed).map { ($0, slug) } }
      .sorted(by: <).prefix(Self.maximumCount).map(\.1)
  }

  /// How far a slug is from a name; nil where they are not near.
  private static func distance(of slug: String, to name: String) -> Int? {
    guard name.count >= 2 else { return nil }
    let difference = abs(slug.count - name.count)
    if slug.contains(name) || (slug.count >= 3 && name.contains(slug)) { return difference }
    return EditDistance.between(slug, name, limit: max(1, min(slug.count, name.count) / 4))
  }

  /// What is wrong and what to do, for a person.
  public var description: String {
    let advice =
      near.isEmpty
      ? "docs/providers.md lists those that are built in, and says how to add one"
      : "did you mean \(near.joined(separator: ", "))?"
    return "there is no provider \"\(name)\"; \(advice)"
  }
}
