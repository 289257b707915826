import Catalog
import HTTPTypes
import TieredCaching

/// What the frame of all pages is filled with. Templates find the properties by their names.
struct ConsolePage<Content: Sendable>: Sendable {
  /// An entry of the navigation.
  struct Place: Sendable {
    let label: String
    let address: String
    let isCurrent: Bool
  }

  /// What is said about the catalog version at the foot of a page.
  struct Foot: Sendable {
    let version: String
    let age: String
    let isStale: Bool
  }

  let title: String
  /// The name of the template that shows the content.
  let template: String
  let content: Content
  let places: [Place]
  /// The version that the page shows; nil where it shows none.
  let foot: Foot?
  /// The style sheet and the script, under names that change with what is in them.
  let styleSheet: String
  let script: String

  init(
    _ content: ConsoleContent<Content>, showing served: Served<CatalogSnapshot>?, styleSheet: String, script: String
  ) {
    title = content.title
    template = content.template
    self.content = content.content
    places = ConsolePlace.allCases.map {
      Place(label: $0.rawValue, address: $0.address, isCurrent: $0 == content.place)
    }
    foot = served.map {
      Foot(version: $0.value.version, age: ConsoleText.duration($0.age), isStale: $0.freshness == .stale)
    }
    self.styleSheet = styleSheet
    self.script = script
  }
}

/// A part of the console, as its navigation has it.
enum ConsolePlace: String, CaseIterable {
  case models = "Models"
  case offers = "Offers"
  case compare = "Compare"
  case cost = "Cost"
  case providers = "Providers"
  case changes = "Changes"
  case deprecations = "Deprecations"
  case operations = "Operations"

  var address: String {
    self == .models
      ? ConsoleAddress.root : "\(ConsoleAddress.root)/\(self == .operations ? "ops" : rawValue.lowercased())"
  }
}

/// A page before it is put into the frame.
struct ConsoleContent<Content: Sendable>: Sendable {
  let title: String
  let template: String
  let place: ConsolePlace?
  let content: Content
  var status = HTTPResponse.Status.ok
}

/// Addresses within the console.
enum ConsoleAddress {
  static let root = "/console"
  static let login = "/console/login"
  static let operations = "/console/ops"

  /// An address with a query.
  static func of(_ path: String, _ query: [(name: String, value: String)]) -> String {
    guard !query.isEmpty else { return path }
    let pairs = query.map { "\(Markup.percentEncoded($0.name))=\(Markup.percentEncoded($0.value))" }
    return "\(path)?\(pairs.joined(separator: "&"))"
  }

  /// The page of a model. Ids stand in the query: they may contain anything that a path must not.
  static func model(_ id: String) -> String { of("\(root)/model", [("id", id)]) }

  /// The page of a provider.
  static func provider(_ slug: ProviderSlug) -> String { of("\(root)/provider", [("id", slug.text)]) }
}
