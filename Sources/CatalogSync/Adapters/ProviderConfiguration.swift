public import Catalog

/// Providers that an operator adds or changes without code: a JSON array with an object for each.
///
///     [{"slug": "acme", "url": "https://api.acme.example/v1/models", "key_variable": "ACME_API_KEY"}]
///
/// `slug` and `url` must be there; `name`, `site_url`, `format`, `authentication`, `key_variable`, `paging` and
/// `minimum_offers` may. docs/providers.md says what they mean.
public enum ProviderConfiguration {
  /// The largest file, in bytes.
  public static let maximumBytes = 1 << 20
  /// The most providers in a file.
  public static let maximumProviders = 1_000

  /// Reads a configuration.
  ///
  /// - Throws: ``ProviderConfigurationError`` when anything in it is not as it must be; nothing of it may be used then.
  public static func read(_ bytes: [UInt8]) throws(ProviderConfigurationError) -> [ProviderAdapter] {
    guard bytes.count <= maximumBytes else { throw .tooLarge(bytes: bytes.count) }
    let document: JSONValue
    do {
      document = try JSONReader.parse(bytes, limits: JSONLimits(depth: 4, values: 50_000, stringBytes: 4_096))
    } catch {
      throw .notJSON(error)
    }
    guard let entries = document.array else { throw .notAList(found: document.kind) }
    guard entries.count <= maximumProviders else { throw .tooMany(entries.count) }
    var adapters: [ProviderAdapter] = []
    var places: [ProviderSlug: Int] = [:]
    for (index, entry) in entries.enumerated() {
      let reader = try ConfigurationReader(entry, number: index + 1)
      let adapter = try reader.adapter()
      if let earlier = places.updateValue(reader.number, forKey: adapter.slug) {
        throw reader.misfit("slug", "is that of provider \(earlier) too")
      }
      adapters.append(adapter)
    }
    return adapters
  }
}

/// Why a configuration cannot be used, and what to do about it.
public enum ProviderConfigurationError: Error, Equatable, CustomStringConvertible {
  /// The file is too large.
  case tooLarge(bytes: Int)
  /// The file is not JSON.
  case notJSON(JSONError)
  /// The file is JSON, but no array.
  case notAList(found: String)
  /// The file has too many providers.
  case tooMany(Int)
  /// A member of a provider is not as it must be: which provider, counted from 1, its slug where it has one, and why.
  case member(provider: Int, slug: String, member: String, reason: String)

  /// What is wrong and what to do, for a person.
  public var description: String {
    switch self {
    case .tooLarge(let bytes): "\(bytes) bytes, at most \(ProviderConfiguration.maximumBytes) are read"
    case .notJSON(let error): "not JSON: \(Vocabulary.printable(error.description, maximum: 200))"
    case .notAList(let found): "expected an array with an object for each provider, found \(found)"
    case .tooMany(let count): "\(count) providers, at most \(ProviderConfiguration.maximumProviders) are read"
    case .member(let provider, let slug, let member, let reason):
      "provider \(provider)" + (slug.isEmpty ? "" : " (\(Vocabulary.printable(slug, maximum: 64)))")
        + ", \(Vocabulary.printable(member, maximum: 60)): \(Vocabulary.printable(reason, maximum: 500))"
    }
  }
}
