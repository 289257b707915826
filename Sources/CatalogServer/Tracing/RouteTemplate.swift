/// Routes as traces name them: with the names of their parts in the place of what a client sent.
enum RouteTemplate {
  /// The name of a request's span, such as `GET /v1/models/{id}`; the method alone where there is no such route.
  static func name(method: String, target: String) -> String {
    let known = known(method) ?? "HTTP"
    return of(target).map { "\(known) \($0)" } ?? known
  }

  /// A method that everybody knows; nil for one that a client made up.
  static func known(_ method: String) -> String? {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(method) ? method : nil
  }

  /// The route of a request target; nil where there is none.
  static func of(_ target: String) -> String? {
    do {
      let segments = try RequestTarget(target[...]).segments
      if ConsoleRoute.covers(target) { return ConsoleRoute.template(of: segments) }
      return AdminRoute(segments)?.template ?? LiveRoute(segments)?.template ?? ReadRoute(segments)?.template
    } catch {
      // What cannot be read has no route; whoever answers says so.
      return nil
    }
  }
}

extension ReadRoute {
  /// The route with the names of its parts.
  var template: String {
    switch self {
    case .models: "/v1/models"
    case .uniqueModels: "/v1/models/unique"
    case .search: "/v1/models/search"
    case .category: "/v1/models/by-category/{category}"
    case .model: "/v1/models/{id}"
    case .offers: "/v1/models/{id}/offers"
    case .comparison: "/v1/models/{id}/compare"
    case .detail: "/api/models/detail"
    case .pricing: "/v1/pricing/{id}"
    case .gateways: "/v1/gateways"
    case .gatewayStatus: "/v1/gateways/status"
    case .routers: "/v1/routers"
    case .providers: "/v1/providers"
    case .statistics: "/v1/stats"
    case .catalogHealth: "/health/catalog/models"
    case .providerHealth: "/health/catalog/providers"
    case .unpriced: "/health/catalog/unpriced"
    }
  }
}

extension LiveRoute {
  /// The route with the names of its parts.
  var template: String {
    switch self {
    case .home: "/"
    case .live: "/health/live"
    case .ready: "/health/ready"
    case .metrics: "/metrics"
    case .workerMetrics: "/metrics/worker"
    case .changes: "/v1/changes"
    case .changeFeed: "/v1/changes.atom"
    case .deprecations: "/v1/deprecations"
    case .compare: "/v1/models/compare"
    case .batchCompare: "/v1/models/batch-compare"
    case .cost: "/v1/cost/estimate"
    case .description: "/openapi.json"
    case .descriptionPage: "/docs"
    case .history: "/v1/models/{id}/history"
    }
  }
}

extension ConsoleRoute {
  /// The route of a page's or an action's path with the names of its parts; nil where there is neither.
  fileprivate static func template(of segments: [String]) -> String? {
    let route = ConsoleRoute(segments, isPost: false) ?? ConsoleRoute(segments, isPost: true)
    return route.map { if case .asset = $0 { "/console/assets/{name}" } else { "/\(segments.joined(separator: "/"))" } }
  }
}

extension AdminRoute {
  /// The route with the names of its parts; one name for all addresses that it has.
  var template: String {
    switch self {
    case .offer: "/admin/offers/{gateway}/{id}"
    case .provider: "/admin/providers/{slug}"
    case .cacheStatus: "/api/system/cache/status"
    case .cacheStatistics: "/api/system/cache/stats"
    case .auditCache: "/api/system/cache/audit"
    case .warmCache: "/api/system/cache/warm"
    case .clearCache: "/api/system/cache/clear"
    case .refreshCache: "/api/system/cache/refresh/{gateway}"
    case .sync(let route): route.template
    case .review(let route): route.template
    }
  }
}

extension SyncRoute {
  fileprivate var template: String {
    switch self {
    case .startAll: "/admin/sync"
    case .start: "/admin/sync/{provider}"
    case .status: "/admin/sync/status"
    case .job: "/admin/sync/jobs/{id}"
    case .clearError: "/admin/sync/errors/{provider}"
    case .gone: "/admin/model-sync/{action}"
    }
  }
}

extension ReviewRoute {
  fileprivate var template: String {
    switch self {
    case .quarantine: "/admin/quarantine"
    case .decide: "/admin/quarantine/{id}/{decision}"
    case .overrides: "/admin/overrides"
    case .override: "/admin/overrides/{gateway}/{id}"
    }
  }
}
