import HTTPTypes
import TestSupport

@testable import CatalogServer

/// Every route that the code has. A new one has to be put into these chains before the tests compile, and into the description
/// and the policy before they pass.
enum EveryRoute: Hashable {
  case read(String)
  case live(String)
  case admin(String)

  /// The names of all routes.
  static var all: Set<EveryRoute> {
    var all: Set<EveryRoute> = []
    for route in chain(after(_:) as (ReadRoute?) -> ReadRoute?) { all.insert(.read(name(route))) }
    for route in chain(after(_:) as (LiveRoute?) -> LiveRoute?) { all.insert(.live(name(route))) }
    for route in adminRoutes { all.insert(.admin(name(route))) }
    return all
  }

  /// The route of a path, found as the server does, with the methods that it takes.
  static func find(_ segments: [String]) -> (route: EveryRoute, methods: [HTTPRequest.Method])? {
    if let route = AdminRoute(segments) { return (.admin(name(route)), route.methods) }
    if let route = LiveRoute(segments) { return (.live(name(route)), route.methods) }
    return ReadRoute(segments).map { (.read(name($0)), [.get, .head]) }
  }

  private static var adminRoutes: [AdminRoute] {
    chain(after(_:) as (AdminRoute?) -> AdminRoute?).flatMap { route -> [AdminRoute] in
      switch route {
      case .sync: chain(after(_:) as (SyncRoute?) -> SyncRoute?).map(AdminRoute.sync)
      case .review: chain(after(_:) as (ReviewRoute?) -> ReviewRoute?).map(AdminRoute.review)
      default: [route]
      }
    }
  }

  /// The case without its values.
  private static func name(_ route: some Any) -> String {
    let text = "\(route)"
    let inner = text.firstRange(of: "Route.").map { text[$0.upperBound...] } ?? text[...]
    return String(text.prefix { $0 != "(" }) + ":" + inner.prefix { $0 != "(" && $0 != ")" }
  }

  private static func chain<Route>(_ after: (Route?) -> Route?) -> [Route] {
    var all: [Route] = []
    while let next = after(all.last) { all.append(next) }
    return all
  }

  private static func after(_ route: ReadRoute?) -> ReadRoute? {
    switch route {
    case nil: .models
    case .models: .uniqueModels
    case .uniqueModels: .search
    case .search: .category("free")
    case .category: .model(id: "a")
    case .model: .offers(id: "a")
    case .offers: .comparison(id: "a")
    case .comparison: .detail
    case .detail: .pricing(id: "a")
    case .pricing: .gateways
    case .gateways: .gatewayStatus
    case .gatewayStatus: .routers
    case .routers: .providers
    case .providers: .statistics
    case .statistics: .catalogHealth
    case .catalogHealth: .providerHealth
    case .providerHealth: .unpriced
    case .unpriced: nil
    }
  }

  private static func after(_ route: LiveRoute?) -> LiveRoute? {
    switch route {
    case nil: .home
    case .home: .live
    case .live: .ready
    case .ready: .metrics
    case .metrics: .description
    case .description: .descriptionPage
    case .descriptionPage: .changes
    case .changes: .changeFeed
    case .changeFeed: .deprecations
    case .deprecations: .compare
    case .compare: .batchCompare
    case .batchCompare: .cost
    case .cost: .history(id: "a")
    // Workers ask each other for their metrics; that is no part of the interface.
    case .history, .workerMetrics: nil
    }
  }

  private static func after(_ route: AdminRoute?) -> AdminRoute? {
    switch route {
    case nil: .offer(gateway: "a", id: "b")
    case .offer: .provider(slug: "a")
    case .provider: .cacheStatus
    case .cacheStatus: .cacheStatistics
    case .cacheStatistics: .auditCache
    case .auditCache: .warmCache
    case .warmCache: .clearCache
    case .clearCache: .refreshCache(gateway: "a")
    case .refreshCache: .sync(.startAll)
    case .sync: .review(.quarantine)
    case .review: nil
    }
  }

  private static func after(_ route: SyncRoute?) -> SyncRoute? {
    switch route {
    case nil: .startAll
    case .startAll: .start(provider: "a")
    case .start: .status
    case .status: .job(id: "a")
    case .job: .clearError(provider: "a")
    case .clearError: .gone("a")
    case .gone: nil
    }
  }

  private static func after(_ route: ReviewRoute?) -> ReviewRoute? {
    switch route {
    case nil: .quarantine
    case .quarantine: .decide(id: "1", decision: "accept")
    case .decide: .overrides
    case .overrides: .override(gateway: "a", id: "b")
    case .override: nil
    }
  }
}
