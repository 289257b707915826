import Catalog

/// The form with which a list is searched, filtered and sorted.
struct FilterForm: Sendable {
  /// One choice of a few.
  struct Select: Sendable {
    struct Option: Sendable {
      let value: String
      let label: String
      let isSelected: Bool
    }

    let name: String
    let label: String
    let options: [Option]

    /// A choice with what is chosen now; a value from an address that is none of the options is one of its own.
    init(_ name: String, _ label: String, _ options: [(value: String, label: String)], current: String?) {
      self.name = name
      self.label = label
      let isOffered = current.map { current in options.contains { $0.value == current } } ?? true
      let all = options + (isOffered ? [] : [(current ?? "", current ?? "")])
      self.options = all.map { Option(value: $0.value, label: $0.label, isSelected: $0.value == current ?? "") }
    }

    /// The choice of a provider.
    static func provider(of providers: [Provider], current: String?) -> Select {
      let options = providers.map { ($0.slug.text, $0.name) }
      return Select("gateway", "Provider", [("", "All providers")] + options, current: current)
    }
  }

  /// A value that the form keeps and has no control for.
  struct Field: Sendable {
    let name: String
    let value: String
  }

  let action: String
  let searchText: String
  let selects: [Select]
  let maximumPrice: String
  let kept: [Field]
  let isFiltered: Bool

  /// The form of a list.
  ///
  /// - Parameters:
  ///   - path: where the list is.
  ///   - query: what is asked for now.
  ///   - sorts: what the list can be ordered by.
  init(
    path: String, query: ListQuery, snapshot: CatalogSnapshot, sorts: [(value: String, label: String)],
    isOfModels: Bool
  ) {
    action = path
    searchText = query["q"] ?? ""
    maximumPrice = query[ListQuery.maximumPrice] ?? ""
    var selects = [
      Select.provider(of: snapshot.parts.map(\.provider), current: query["gateway"]),
      Select("modality", "Modality", Self.modalities, current: query["modality"]),
      Select("capability", "Capability", Self.capabilities, current: query["capability"]),
      Select("min_context", "Context", Self.contexts, current: query["min_context"]),
      Select("price_state", "Price", Self.states, current: query["price_state"]),
    ]
    if isOfModels {
      selects.append(Select("min_providers", "Sellers", Self.sellers, current: query["min_providers"]))
    }
    selects.append(Select("sort", "Sort by", sorts, current: query["sort"]))
    self.selects = selects
    let controlled = Set(selects.map(\.name) + ["q", "page", ListQuery.maximumPrice])
    kept = query.given.filter { !controlled.contains($0.name) }.map { Field(name: $0.name, value: $0.value) }
    isFiltered = query.given.contains { $0.name != "page" && $0.name != "sort" }
  }

  private static let modalities =
    [("", "Any")] + Modality.allCases.map { ($0.rawValue, $0.rawValue) }
    + [("->image", "makes images"), ("->audio", "speaks"), ("image->", "reads images"), ("audio->", "listens")]
  private static let capabilities =
    [("", "Any")] + Capability.allCases.map { ($0.rawValue, $0.rawValue.replacing("_", with: " ")) }
  private static let contexts =
    [("", "Any")] + [8_000, 32_000, 128_000, 200_000, 1_000_000].map { (String($0), "≥ \(ConsoleText.grouped($0))") }
  private static let states =
    [("", "Any")] + PriceState.allCases.map { ($0.rawValue, ConsoleText.state($0)) }
  private static let sellers = [("", "Any")] + [2, 3, 5, 10, 20].map { (String($0), "≥ \($0)") }
}
