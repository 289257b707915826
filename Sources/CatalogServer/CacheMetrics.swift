import Catalog
import Glibc
import Metrics
import TieredCaching

/// What the cache does, for whoever collects metrics: the specification's five, and what else cache events say. Labels come
/// from closed sets: views, tiers and reasons.
final class CacheMetrics: Sendable {
  /// Everything that is counted as a view, and one name for what is not.
  private static let views = View.ofVersions.map(\.rawValue) + ["gateway", "all", other]
  private static let other = "other"

  private let views: [String: ViewMetrics]
  private let otherViews: ViewMetrics
  private let database: SourceMetrics
  private let redis: SourceMetrics

  private let pastBound: Counter
  private let localSets: Counter
  private let sharedSets: Counter
  private let buildDuration: Timer
  private let leaseWait: Timer
  private let propagation: Timer
  private let refusedOlder: Counter
  private let rejected: Counter
  private let recoveries: Counter
  private let audits: AuditMetrics
  private let factory: any MetricsFactory

  /// Metrics at zero.
  ///
  /// - Parameter factory: makes them.
  init(factory: any MetricsFactory = MetricsSystem.factory) {
    func counter(_ label: String, _ dimensions: [(String, String)] = []) -> Counter {
      Counter(label: label, dimensions: dimensions, factory: factory)
    }
    func timer(_ label: String) -> Timer { Timer(label: label, factory: factory) }
    let views = Dictionary(uniqueKeysWithValues: Self.views.map { ($0, ViewMetrics($0, factory)) })
    self.factory = factory
    self.views = views
    otherViews = ViewMetrics(Self.other, factory)
    database = SourceMetrics(.database, factory)
    redis = SourceMetrics(.redis, factory)
    pastBound = counter("model_cache_served_past_bound_total")
    localSets = counter("model_cache_sets_total", [("tier", Tier.local.rawValue)])
    sharedSets = counter("model_cache_sets_total", [("tier", Tier.redis.rawValue)])
    buildDuration = timer("model_cache_build_duration_seconds")
    leaseWait = timer("model_cache_lease_wait_seconds")
    propagation = timer("model_cache_propagation_seconds")
    refusedOlder = counter("model_cache_fills_refused_total", [("reason", "older")])
    rejected = Self.rejected(factory)
    recoveries = counter("model_cache_redis_recoveries_total")
    audits = AuditMetrics(factory)
  }

  fileprivate static func rejected(_ factory: any MetricsFactory) -> Counter {
    Counter(label: "model_cache_fills_refused_total", dimensions: [("reason", "rejected")], factory: factory)
  }

  /// Takes in what happened. A hit comes with every request, and costs one look into a dictionary and a few atomic additions.
  func record(_ event: CacheEvent) {
    switch event {
    case .hit(let key, let tier, let freshness, let age): of(key).record(tier, freshness, age)
    case .servedPastBound: pastBound.increment()
    case .miss(let key): of(key).misses.increment()
    case .stored: localSets.increment()
    case .loaded(_, _, _, let duration): buildDuration.recordNanoseconds(duration.inNanoseconds)
    case .checked(let tier, let duration): of(tier).checks.recordNanoseconds(duration.inNanoseconds)
    case .fetched(let tier, let parts, let items, let duration): of(tier).recordLoad(parts, items, duration)
    case .leaseWaited(let duration): leaseWait.recordNanoseconds(duration.inNanoseconds)
    case .visible(let committedAt): propagation.recordNanoseconds(Self.time(since: committedAt).inNanoseconds)
    case .refusedOlder: refusedOlder.increment()
    case .rejected: rejected.increment()
    case .shared: sharedSets.increment()
    case .invalidated(let key): of(key).invalidations.increment()
    case .failed: database.errors.increment()
    case .callFailed: break
    case .sharedFailed: redis.errors.increment()
    case .audited(let summary): audits.record(summary)
    case .sharedRecovered: recoveries.increment()
    }
  }

  private func of(_ key: ViewKey) -> ViewMetrics { views[key.view] ?? otherViews }

  private func of(_ tier: Tier) -> SourceMetrics { tier == .database ? database : redis }

  /// The time since a moment of another machine's clock, for measuring only.
  private static func time(since unixSeconds: Double) -> Duration {
    var now = timeval()
    gettimeofday(&now, nil)
    return max(.zero, .seconds(now.tv_sec) + .microseconds(now.tv_usec) - .seconds(unixSeconds))
  }

  /// Sets what is not counted but measured when somebody asks.
  func update(service: CatalogService, answers: LocalTier<Answer>.Size) {
    func gauge(_ label: String, _ dimensions: [(String, String)] = []) -> Gauge {
      Gauge(label: label, dimensions: dimensions, factory: factory)
    }
    let held = service.peek()?.value
    gauge("model_cache_size_bytes", [("view", "answers"), ("tier", "local")]).record(answers.bytes)
    gauge("model_cache_size_bytes", [("view", "full"), ("tier", "local")]).record(held?.recordBytes ?? 0)
    gauge("model_cache_answers").record(answers.entries)
    gauge("model_catalog_offers").record(held?.offers.count ?? 0)
    gauge("model_catalog_unique_models").record(held?.uniqueModels.count ?? 0)
    gauge("model_catalog_providers").record(held?.parts.count ?? 0)
    let coherence = service.coherence
    gauge("model_cache_breaker_state").record(coherence.breaker.number)
    gauge("model_cache_unconfirmed_seconds").record(coherence.age / .seconds(1))
    let lifetimes = service.configuration.lifetimes
    for view in [CatalogView.full, .unique, .statistics, .model(""), .pricing("")] {
      gauge("model_cache_ttl_seconds", [("view", view.kind)]).record(Int(lifetimes.of(view) / .seconds(1)))
    }
    gauge("model_cache_ttl_seconds", [("view", "gateway")]).record(Int(lifetimes.part / .seconds(1)))
  }
}

extension CatalogServer {
  /// Counts a value of the shared tier that the tier itself found to be damaged, so that the cache never sees it.
  public static func countRejectedValue() { CacheMetrics.rejected(MetricsSystem.factory).increment() }
}

/// What is counted of one view.
private struct ViewMetrics: Sendable {
  let misses: Counter
  let invalidations: Counter
  private let localHits: Counter
  private let redisHits: Counter
  private let databaseHits: Counter
  private let staleHits: Counter
  private let age: Timer

  init(_ view: String, _ factory: any MetricsFactory) {
    func counter(_ label: String, _ dimensions: (String, String)...) -> Counter {
      Counter(label: label, dimensions: [("view", view)] + dimensions, factory: factory)
    }
    func hits(_ tier: Tier) -> Counter { counter("model_cache_hits_total", ("tier", tier.rawValue)) }
    localHits = hits(.local)
    redisHits = hits(.redis)
    databaseHits = hits(.database)
    staleHits = counter("model_cache_stale_hits_total")
    misses = counter("model_cache_misses_total")
    invalidations = counter("model_cache_invalidations_total")
    age = Timer(label: "model_cache_age_at_serve_seconds", dimensions: [("view", view)], factory: factory)
  }

  func record(_ tier: Tier, _ freshness: Freshness, _ age: Duration) {
    switch tier {
    case .local: localHits.increment()
    case .redis: redisHits.increment()
    case .database: databaseHits.increment()
    }
    if freshness == .stale { staleHits.increment() }
    self.age.recordNanoseconds(age.inNanoseconds)
  }
}

/// What is counted of a tier that a worker asks.
private struct SourceMetrics: Sendable {
  let checks: Timer
  let errors: Counter
  private let loads: Timer
  private let parts: Counter
  private let rows: Counter

  init(_ tier: Tier, _ factory: any MetricsFactory) {
    let dimensions = [("source", tier.rawValue)]
    checks = Timer(label: "model_cache_check_duration_seconds", dimensions: dimensions, factory: factory)
    errors = Counter(label: "model_cache_errors_total", dimensions: dimensions, factory: factory)
    loads = Timer(label: "model_cache_load_duration_seconds", dimensions: dimensions, factory: factory)
    parts = Counter(label: "model_cache_parts_loaded_total", dimensions: dimensions, factory: factory)
    rows = Counter(label: "model_cache_rows_loaded_total", dimensions: dimensions, factory: factory)
  }

  func recordLoad(_ parts: Int, _ rows: Int, _ duration: Duration) {
    loads.recordNanoseconds(duration.inNanoseconds)
    self.parts.increment(by: parts)
    self.rows.increment(by: rows)
  }
}

/// What audits found.
private struct AuditMetrics: Sendable {
  private let count: Counter
  private let different: Counter
  private let pastBound: Counter
  private let behind: Gauge
  private let findings: [AuditSummary.Finding: Gauge]

  init(_ factory: any MetricsFactory) {
    count = Counter(label: "model_cache_audits_total", factory: factory)
    different = Counter(label: "model_cache_audit_different_total", factory: factory)
    pastBound = Counter(label: "model_cache_audit_past_bound_total", factory: factory)
    behind = Gauge(label: "model_cache_audit_behind_seconds", factory: factory)
    findings = Dictionary(
      uniqueKeysWithValues: AuditSummary.Finding.allCases.map {
        ($0, Gauge(label: "model_cache_audit_views", dimensions: [("finding", $0.rawValue)], factory: factory))
      })
  }

  func record(_ summary: AuditSummary) {
    count.increment()
    for finding in AuditSummary.Finding.allCases { findings[finding]?.record(summary[finding]) }
    // An audit looks at the content of one gateway, so what one finds the next does not find again.
    different.increment(by: summary[.different])
    pastBound.increment(by: summary[.pastBound])
    behind.record(summary.longestBehind / .seconds(1))
  }
}

extension Duration {
  fileprivate var inNanoseconds: Int64 { Int64(self / .nanoseconds(1)) }
}

extension CircuitBreaker.State {
  /// What a chart shows: the more is let through, the lower.
  fileprivate var number: Int {
    switch self {
    case .closed: 0
    case .halfOpen: 1
    case .open: 2
    }
  }
}
