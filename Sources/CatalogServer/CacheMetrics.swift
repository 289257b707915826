import Catalog
import Metrics
import TieredCaching

/// The specification's five metrics. Labels come from closed sets: views and tiers.
final class CacheMetrics: Sendable {
  private struct Hit: Hashable {
    let view: String
    let tier: Tier
  }

  /// Everything that is counted as a view, and one name for what is not.
  private static let views = View.allCases.map(\.rawValue) + ["gateway", "all", other]
  private static let other = "other"

  private let hits: [Hit: Counter]
  private let misses: [String: Counter]
  private let invalidations: [String: Counter]
  private let answerBytes = Gauge(
    label: "model_cache_size_bytes", dimensions: [("view", "answers"), ("tier", "local")])
  private let recordBytes = Gauge(label: "model_cache_size_bytes", dimensions: [("view", "full"), ("tier", "local")])

  private let audits = Counter(label: "model_cache_audits_total")
  private let auditPastBound = Counter(label: "model_cache_audit_past_bound_total")
  private let auditBehind = Gauge(label: "model_cache_audit_behind_seconds")
  private let auditFindings = Dictionary(
    uniqueKeysWithValues: AuditSummary.Finding.allCases.map {
      ($0, Gauge(label: "model_cache_audit_views", dimensions: [("finding", $0.rawValue)]))
    })

  init() {
    var hits: [Hit: Counter] = [:]
    for view in Self.views {
      for tier in Tier.allCases {
        hits[Hit(view: view, tier: tier)] = Counter(
          label: "model_cache_hits_total", dimensions: [("view", view), ("tier", tier.rawValue)])
      }
    }
    self.hits = hits
    misses = Self.counters("model_cache_misses_total")
    invalidations = Self.counters("model_cache_invalidations_total")
  }

  private static func counters(_ label: String) -> [String: Counter] {
    Dictionary(uniqueKeysWithValues: views.map { ($0, Counter(label: label, dimensions: [("view", $0)])) })
  }

  func record(_ event: CacheEvent) {
    switch event {
    case .hit(let key, let tier, _, _):
      (hits[Hit(view: key.view, tier: tier)] ?? hits[Hit(view: Self.other, tier: tier)])?.increment()
    case .miss(let key): (misses[key.view] ?? misses[Self.other])?.increment()
    case .audited(let summary):
      audits.increment()
      for finding in AuditSummary.Finding.allCases { auditFindings[finding]?.record(summary[finding]) }
      auditPastBound.increment(by: summary[.pastBound])
      auditBehind.record(summary.longestBehind / .seconds(1))
    case .invalidated(let key): (invalidations[key.view] ?? invalidations[Self.other])?.increment()
    default: break
    }
  }

  /// Sets what is not counted but measured when somebody asks.
  func update(service: CatalogService, answers: LocalTier<Answer>.Size) {
    answerBytes.record(answers.bytes)
    recordBytes.record(service.peek()?.value.recordBytes ?? 0)
    let lifetimes = service.configuration.lifetimes
    for view in [CatalogView.full, .unique, .statistics, .model(""), .pricing("")] {
      Gauge(label: "model_cache_ttl_seconds", dimensions: [("view", view.kind)])
        .record(Int(lifetimes.of(view) / .seconds(1)))
    }
    Gauge(label: "model_cache_ttl_seconds", dimensions: [("view", "gateway")])
      .record(Int(lifetimes.part / .seconds(1)))
  }
}

extension CatalogServer {
  /// Says what each metric of the server means.
  ///
  /// - Parameter describe: takes a metric's name and its explanation.
  public static func describeMetrics(_ describe: (_ name: String, _ help: String) -> Void) {
    describe("model_cache_hits_total", "Reads answered by what was held, by view and by the tier that it came from.")
    describe("model_cache_misses_total", "Reads that had to be derived or loaded, by view.")
    describe("model_cache_size_bytes", "Bytes held: prepared answers, and the encoded records of the catalog.")
    describe("model_cache_ttl_seconds", "How long a view counts as fresh although nothing changed.")
    describe("model_cache_invalidations_total", "Invalidations by name that this worker made, by view.")
    describe("model_cache_audits_total", "Audits: comparisons of what is served with the database and Redis.")
    describe("model_cache_audit_views", "Views in the last audit, by what was found.")
    describe(
      "model_cache_audit_past_bound_total",
      "Views that audits found served as fresh although something newer was committed longer ago than the bound.")
    describe("model_cache_audit_behind_seconds", "For how long the oldest view of the last audit has been behind.")
    describe("http_requests_total", "Requests answered, by what they asked for and by status.")
    describe("http_response_body_bytes_total", "Bytes of response bodies.")
  }
}
