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
    guard let number = Int(text), bounds.contains(number) else {
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

  /// Takes the slug of a provider, under either of its two names; `all` and nothing mean every provider.
  ///
  /// - Parameter snapshot: the catalog, which must know the provider.
  mutating func takeProvider(in snapshot: CatalogSnapshot) throws(Problem) -> ProviderSlug? {
    let gateway = try take("gateway")
    let provider = try take("provider")
    guard gateway == nil || provider == nil else {
      throw .badRequest("\"gateway\" and \"provider\" mean the same: give one of them")
    }
    guard let text = gateway ?? provider, text != "all" else { return nil }
    return try snapshot.knownProvider(text)
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

extension CatalogSnapshot {
  /// The slug of a provider that has offers.
  func knownProvider(_ text: String) throws(Problem) -> ProviderSlug {
    let slug: ProviderSlug
    do { slug = try ProviderSlug(text) } catch { throw .badRequest(error.description) }
    guard part(slug) != nil else {
      throw .badRequest("unknown gateway \"\(slug)\"", allowed: ["all"] + parts.map(\.provider.slug.text))
    }
    return slug
  }
}
