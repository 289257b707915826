import Catalog
import Foundation

/// Where a provider's list is, and what a request for it carries: an adapter with the values of the environment.
struct ProviderEndpoint: Sendable, CustomStringConvertible {
  let url: URL
  let headers: [(name: String, value: String)]
  /// The variable that the key is from; nil where there is no key.
  let keyVariable: String?
  /// The key, so that no text of the provider that repeats it is ever shown.
  private let key: String?

  /// An endpoint.
  ///
  /// - Parameter environment: the value of a variable; nil where it is not set.
  /// - Throws: ``FetchError/missingVariable(_:)`` and ``FetchError/badVariable(_:reason:)``.
  init(_ adapter: ProviderAdapter, environment: (String) -> String?) throws(FetchError) {
    var address = try Self.filled(adapter.url, environment)
    if let (variable, base) = Self.base(of: adapter, environment) {
      address = try Self.moved(address, to: base, variable: variable)
    }
    guard let url = URL(string: address), let host = url.host(), !host.isEmpty else {
      throw .badVariable("url of \(adapter.slug)", reason: "\"\(address.prefix(200))\" is no address")
    }
    self.url = url
    keyVariable = adapter.authentication.variable
    key = try Self.key(adapter.authentication, environment)
    var headers = adapter.headers.map { (name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
    switch (adapter.authentication, key) {
    case (_, nil), (.none, _): break
    case (.bearer, let key?), (.optionalBearer, let key?): headers.append(("Authorization", "Bearer \(key)"))
    case (.header(let name, _), let key?): headers.append((name, key))
    }
    self.headers = headers
  }

  /// The host and path; the query may hold names that only the provider should know.
  var description: String { "\(url.host() ?? "")\(url.path())" }

  /// A text of the provider without the key, on one line and short.
  func scrubbed(_ text: String) -> String {
    let safe = key.map { text.replacing($0, with: "***") } ?? text
    return Vocabulary.printable(safe, maximum: 200)
  }

  /// The address that stands for the provider's own, and the variable that says so; the most particular one counts.
  private static func base(
    of adapter: ProviderAdapter, _ environment: (String) -> String?
  ) -> (variable: String, base: String)? {
    let own = adapter.variableName("BASE_URL")
    if let base = environment(own), !base.isEmpty { return (own, base) }
    guard let base = environment(commonBase), !base.isEmpty else { return nil }
    return (commonBase, "\(withoutSlash(base))/\(adapter.slug)")
  }

  private static func withoutSlash(_ base: String) -> String { base.hasSuffix("/") ? String(base.dropLast()) : base }

  /// Moves all providers: `MODEL_SYNC_BASE_URL/SLUG/PATH` stands for a provider's own address.
  static let commonBase = "MODEL_SYNC_BASE_URL"

  private static func filled(_ url: String, _ environment: (String) -> String?) throws(FetchError) -> String {
    var filled = ""
    var rest = url[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      guard let value = environment(name), !value.isEmpty else { throw .missingVariable(name) }
      let isPlain = value.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "-" || $0 == "_")
      }
      guard isPlain, value.utf8.count <= 128 else {
        throw .badVariable(
          name, reason: "may only have letters, digits, \"-\" and \"_\", since it is part of an address")
      }
      filled += rest[..<open] + value
      rest = rest[rest.index(after: close)...]
    }
    return filled + rest
  }

  /// Puts the path and query of an address behind another one, to which keys may be sent as well.
  private static func moved(_ address: String, to base: String, variable: String) throws(FetchError) -> String {
    do throws(ProviderAddress.Flaw) {
      let checked = try BaseAddress.checked(base)
      guard let host = address.range(of: "://"), let path = address[host.upperBound...].firstIndex(of: "/") else {
        return checked
      }
      return withoutSlash(checked) + address[path...]
    } catch {
      throw .badVariable(variable, reason: error.reason)
    }
  }

  private static func key(
    _ authentication: ProviderAdapter.Authentication, _ environment: (String) -> String?
  ) throws(FetchError) -> String? {
    guard let variable = authentication.variable else { return nil }
    guard let key = environment(variable), !key.isEmpty else {
      if authentication.isRequired { throw .missingVariable(variable) }
      return nil
    }
    guard key.utf8.count <= 4_096, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .badVariable(variable, reason: "has characters that a key cannot have")
    }
    return key
  }
}

extension ProviderAdapter {
  /// The name of a variable about this provider: `OPENROUTER_BASE_URL` of `openrouter`.
  public func variableName(_ suffix: String) -> String {
    let name = slug.text.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" }
    return "\(String(name))_\(suffix)"
  }
}
