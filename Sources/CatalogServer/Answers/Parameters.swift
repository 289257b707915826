import Catalog

/// The query parameters of one request, taken one by one; what is left over in the end is unknown.
struct Parameters {
  private var left: [(name: String, value: String)]

  init(_ query: [(name: String, value: String)]) { left = query }

  /// Takes a parameter that may be given once.
  mutating func take(_ name: String) throws(Problem) -> String? {
    let values = left.filter { $0.name == name }
    left.removeAll { $0.name == name }
    guard values.count <= 1 else { throw .badRequest("parameter \"\(name)\" is given more than once") }
    return values.first?.value
  }

  /// Takes a whole number within bounds.
  mutating func takeInteger(_ name: String, in bounds: ClosedRange<Int>) throws(Problem) -> Int? {
    guard let text = try take(name) else { return nil }
    // Digits only: a sign is no part of any number that is asked for.
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), bounds.contains(number) else {
      throw .badRequest(
        "parameter \"\(name)\" must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound), "
          + "not \"\(text.prefix(40))\"")
    }
    return number
  }

  /// Takes `true` or `false`.
  mutating func takeBool(_ name: String) throws(Problem) -> Bool? {
    switch try take(name) {
    case nil: return nil
    case "true": return true
    case "false": return false
    case let text?:
      throw .badRequest("parameter \"\(name)\" cannot be \"\(text.prefix(40))\"", allowed: ["true", "false"])
    }
  }

  /// Takes one of a few words.
  @discardableResult
  mutating func takeChoice(_ name: String, of words: [String]) throws(Problem) -> String? {
    guard let text = try take(name) else { return nil }
    guard words.contains(text) else {
      throw .badRequest("parameter \"\(name)\" cannot be \"\(text.prefix(40))\"", allowed: words)
    }
    return text
  }

  /// Takes the name of a provider, under either of its two names; nil where every provider is meant.
  mutating func takeProviderName() throws(Problem) -> String? {
    try .providerName(gateway: take("gateway"), provider: take("provider"))
  }

  /// Takes the slug of a provider, under either of its two names; nil where every provider is meant.
  ///
  /// - Parameter snapshot: the catalog, which must know the provider.
  mutating func takeProvider(in snapshot: CatalogSnapshot) throws(Problem) -> ProviderSlug? {
    guard let name = try takeProviderName() else { return nil }
    return try snapshot.knownProvider(name)
  }

  /// All that has not been taken.
  mutating func takeRest() -> [(name: String, value: String)] {
    defer { left = [] }
    return left
  }

  /// Checks that nothing is left over.
  func finish(known: [String]) throws(Problem) {
    guard let unknown = left.first else { return }
    throw .badRequest("unknown parameter \"\(unknown.name.prefix(40))\"", allowed: known)
  }
}

extension String? {
  /// The one provider that a client names under either of two names; `all` and nothing mean every provider.
  static func providerName(gateway: String?, provider: String?) throws(Problem) -> String? {
    guard gateway == nil || provider == nil else {
      throw .badRequest("\"gateway\" and \"provider\" mean the same: give one of them")
    }
    guard let name = gateway ?? provider, name != "all" else { return nil }
    return name
  }
}

extension ProviderSlug {
  /// The slug that a client gave, in any case.
  init(given text: String) throws(Problem) {
    do { self = try ProviderSlug(text.lowercased()) } catch { throw .badRequest(error.description) }
  }
}

extension CatalogSnapshot {
  /// The slug of a provider that has offers.
  func knownProvider(_ text: String) throws(Problem) -> ProviderSlug {
    let slug = try ProviderSlug(given: text)
    guard part(slug) != nil else {
      throw .badRequest("unknown gateway \"\(slug)\"", allowed: ["all"] + parts.map(\.provider.slug.text))
    }
    return slug
  }
}
