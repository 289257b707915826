/// Every route that is answered from one catalog version.
///
/// Fixed names are matched before model ids by construction, so no model can hide a route and no route a model's
/// sub-resource. Model ids contain slashes: everything between the prefix and an optional last word is the id.
enum ReadRoute: Equatable {
  case models
  case uniqueModels
  case search
  case category(String)
  case model(id: String)
  case offers(id: String)
  case comparison(id: String)
  case detail
  case pricing(id: String)
  case gateways
  case gatewayStatus
  case routers
  case providers
  case statistics
  case catalogHealth
  case providerHealth
  case unpriced

  /// The view that it shows.
  var view: View {
    switch self {
    case .models: .full
    case .uniqueModels: .unique
    case .search, .category: .search
    case .model, .offers, .detail: .model
    case .comparison: .comparison
    case .pricing: .pricing
    case .gateways, .gatewayStatus, .routers, .providers: .providers
    case .statistics: .stats
    case .catalogHealth, .providerHealth, .unpriced: .health
    }
  }

  /// The route of a path; nil when there is none.
  init?(_ segments: [String]) {
    switch segments.first {
    case "models" where segments.count == 1: self = .models
    case "v1": self.init(version1: segments.dropFirst())
    case "health" where segments.count == 3 && segments[1] == "catalog": self.init(health: segments[2])
    case "api" where segments == ["api", "models", "detail"]: self = .detail
    default: return nil
    }
  }

  private init?(version1 segments: ArraySlice<String>) {
    guard let first = segments.first else { return nil }
    let rest = segments.dropFirst()
    switch (first, rest.count) {
    case ("models", 0): self = .models
    case ("models", _): self.init(models: rest)
    case ("pricing", 1...): self = .pricing(id: rest.joined(separator: "/"))
    case ("gateways", 0): self = .gateways
    case ("gateways", 1) where rest.first == "status": self = .gatewayStatus
    case ("routers", 0): self = .routers
    case ("providers", 0), ("provider", 0): self = .providers
    case ("stats", 0): self = .statistics
    default: return nil
    }
  }

  private init(models segments: ArraySlice<String>) {
    let id = { segments.dropLast().joined(separator: "/") }
    switch (segments.first, segments.last, segments.count) {
    case ("unique", _, 1): self = .uniqueModels
    case ("search", _, 1): self = .search
    case ("by-category", let category?, 2): self = .category(category)
    case (_, "offers", 2...): self = .offers(id: id())
    case (_, "compare", 2...): self = .comparison(id: id())
    default: self = .model(id: segments.joined(separator: "/"))
    }
  }

  /// The model id of a target that is ``model(id:)`` and nothing else, without decoding or splitting it; nil for any other
  /// target, also for one with a query or an escape.
  static func plainModelID(in target: String) -> Substring? {
    let prefix = "/v1/models/"
    guard target.hasPrefix(prefix) else { return nil }
    // Bytes instead of characters, because every request for one model comes this way.
    var previous = UInt8(ascii: "/")
    for byte in target.utf8.dropFirst(prefix.utf8.count) {
      let isEmptySegment = byte == UInt8(ascii: "/") && previous == byte
      if isEmptySegment || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "%") { return nil }
      previous = byte
    }
    guard previous != UInt8(ascii: "/") else { return nil }
    let id = target.dropFirst(prefix.count)
    let isFixed = id == "unique" || id == "search" || id == "compare" || id == "batch-compare"
    guard !isFixed, !id.hasPrefix("by-category/") else { return nil }
    return id.hasSuffix("/offers") || id.hasSuffix("/compare") || id.hasSuffix("/history") ? nil : id
  }

  private init?(health name: String) {
    switch name {
    case "models": self = .catalogHealth
    case "providers": self = .providerHealth
    case "unpriced": self = .unpriced
    default: return nil
    }
  }
}
