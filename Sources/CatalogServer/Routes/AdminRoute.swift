import HTTPTypes

/// Routes that change or reveal what is cached or stored, and ask for an admin key.
///
/// `/api/system/cache/…` are the specification's addresses, `/admin/cache/…` those of the original system.
enum AdminRoute: Equatable {
  case offer(gateway: String, id: String)
  case provider(slug: String)
  case cacheStatus
  case cacheStatistics
  /// Compares what this worker serves with the database and Redis.
  case auditCache
  case warmCache
  case clearCache
  /// Clears the cache of one gateway and reads it again.
  case refreshCache(gateway: String)
  case sync(SyncRoute)
  case review(ReviewRoute)

  /// The route of a path; nil when there is none.
  init?(_ segments: [String]) {
    switch segments.first {
    case "api" where segments.starts(with: ["api", "system", "cache"]): self.init(cache: segments[3...])
    case "admin" where segments.starts(with: ["admin", "cache"]): self.init(cache: segments[2...])
    case "admin": self.init(admin: segments.dropFirst())
    default: return nil
    }
  }

  private init?(cache segments: ArraySlice<String>) {
    switch (segments.first, segments.count) {
    case ("status", 1): self = .cacheStatus
    case ("stats", 1): self = .cacheStatistics
    case ("warmer", 2) where segments.last == "stats": self = .cacheStatistics
    case ("audit", 1): self = .auditCache
    case ("warm", 1): self = .warmCache
    case ("clear", 1): self = .clearCache
    case ("refresh", 2): self = .refreshCache(gateway: segments[segments.startIndex + 1])
    default: return nil
    }
  }

  private init?(admin segments: ArraySlice<String>) {
    let rest = segments.dropFirst()
    switch (segments.first, rest.count) {
    case ("sync", _): self.init(SyncRoute(sync: rest), AdminRoute.sync)
    case ("model-sync", _): self.init(SyncRoute(modelSync: rest), AdminRoute.sync)
    case ("quarantine", _): self.init(ReviewRoute(quarantine: rest), AdminRoute.review)
    case ("overrides", _): self.init(ReviewRoute(overrides: rest), AdminRoute.review)
    case ("offers", 2...):
      self = .offer(gateway: rest[rest.startIndex], id: rest.dropFirst().joined(separator: "/"))
    case ("providers", 1): self = .provider(slug: rest[rest.startIndex])
    case ("cache-status", 0): self = .cacheStatus
    case ("api", 2) where rest.elementsEqual(["cache", "invalidate"]): self = .clearCache
    default: return nil
    }
  }

  private init?<Route>(_ route: Route?, _ make: (Route) -> AdminRoute) {
    guard let route else { return nil }
    self = make(route)
  }

  /// The methods that it takes.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .offer, .provider: [.put, .patch, .delete]
    case .cacheStatus, .cacheStatistics, .auditCache: [.get]
    case .warmCache, .clearCache, .refreshCache: [.post]
    case .sync(let route): route.methods
    case .review(let route): route.methods
    }
  }
}
