import HTTPTypes

/// Routes whose answers are not views of one catalog version, and are never cached.
enum LiveRoute {
  case home, live, ready, metrics, changes, compare, batchCompare, cost

  /// The route of a path; nil when there is none.
  init?(_ segments: [String]) {
    switch segments {
    case []: self = .home
    case ["health", "live"]: self = .live
    case ["health"], ["health", "ready"]: self = .ready
    case ["metrics"]: self = .metrics
    case ["v1", "changes"]: self = .changes
    case ["v1", "models", "compare"]: self = .compare
    case ["v1", "models", "batch-compare"]: self = .batchCompare
    case ["v1", "cost", "estimate"]: self = .cost
    default: return nil
    }
  }

  /// The methods that it takes.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .home, .live, .ready, .metrics, .changes: [.get, .head]
    case .compare, .batchCompare, .cost: [.post]
    }
  }

  /// What it shows.
  var view: View {
    switch self {
    case .home: .home
    case .live, .ready: .health
    case .metrics: .metrics
    case .changes: .changes
    case .compare, .batchCompare: .comparison
    case .cost: .cost
    }
  }
}
