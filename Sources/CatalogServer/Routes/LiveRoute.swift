import HTTPTypes

/// Routes whose answers are not views of one catalog version, and are never cached.
enum LiveRoute: Equatable {
  case home, live, ready, metrics, workerMetrics, changes, changeFeed, deprecations, compare, batchCompare, cost
  /// What describes the routes, for programs and for people.
  case description, descriptionPage
  /// What a model cost since when.
  case history(id: String)

  /// The route of a path; nil when there is none.
  init?(_ segments: [String]) {
    switch segments {
    case []: self = .home
    case ["health", "live"]: self = .live
    case ["health"], ["health", "ready"]: self = .ready
    case ["metrics"]: self = .metrics
    case ["metrics", "worker"]: self = .workerMetrics
    case ["openapi.json"]: self = .description
    case ["docs"]: self = .descriptionPage
    case ["v1", "changes"]: self = .changes
    case ["v1", "changes.atom"]: self = .changeFeed
    case ["v1", "deprecations"]: self = .deprecations
    case ["v1", "models", "compare"]: self = .compare
    case ["v1", "models", "batch-compare"]: self = .batchCompare
    case ["v1", "cost", "estimate"]: self = .cost
    default:
      guard let id = Self.historyID(in: segments) else { return nil }
      self = .history(id: id)
    }
  }

  /// The model of a path that ends with `/history`. As in ``ReadRoute``, everything between it and the prefix is the id.
  private static func historyID(in segments: [String]) -> String? {
    guard segments.count >= 4, segments.starts(with: ["v1", "models"]), segments.last == "history" else { return nil }
    let id = segments[2..<(segments.count - 1)]
    return id == ["by-category"] ? nil : id.joined(separator: "/")
  }

  /// The methods that it takes.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .home, .live, .ready, .metrics, .workerMetrics, .description, .descriptionPage, .changes, .changeFeed,
      .history, .deprecations:
      [.get, .head]
    case .compare, .batchCompare, .cost: [.post]
    }
  }

  /// What it shows.
  var view: View {
    switch self {
    case .home, .description, .descriptionPage: .home
    case .live, .ready: .health
    case .metrics, .workerMetrics: .metrics
    case .changes, .changeFeed: .changes
    case .deprecations: .deprecations
    case .history: .history
    case .compare, .batchCompare: .comparison
    case .cost: .cost
    }
  }
}
