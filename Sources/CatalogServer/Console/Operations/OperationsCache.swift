import Catalog
import TieredCaching

/// What is cached where.
struct OperationsCache: Sendable {
  struct View: Sendable {
    let view: String
    let explainAddress: String
    /// The gateway, for views that can be cleared alone.
    let gateway: String?
    let tier: String
    let held: String
    let database: String
    let redis: String
    let isCurrent: Bool
    let size: String
    let hits: String
    let hitRate: String
  }

  let frame: OperationsFrame
  let version: String
  let databaseVersion: String
  let problems: [String]
  let views: [View]

  init(_ frame: OperationsFrame, _ status: CacheStatus) {
    self.frame = frame
    version = status.coherence.manifest?.version ?? ConsoleText.nothing
    databaseVersion = status.databaseVersion ?? ConsoleText.nothing
    problems = [
      status.databaseFailure.map { "The database does not answer: \($0)" },
      status.sharedFailure.map { "Redis does not answer: \($0)" },
    ].compactMap { $0 }
    views = status.views.map(View.init)
  }
}

extension OperationsCache.View {
  fileprivate init(_ status: ViewStatus) {
    let name: String
    if case .gateway(let slug) = status.view {
      name = "gateway:\(slug)"
      gateway = slug.text
    } else {
      name = status.view.kind
      gateway = nil
    }
    view = name
    explainAddress = ConsoleAddress.of(OperationsFrame.address(of: .explain), [("view", name)])
    tier = status.held != nil ? "local" : status.shared != nil ? "redis" : "none"
    held = status.held ?? ConsoleText.nothing
    database = status.database ?? ConsoleText.nothing
    redis = status.shared?.label ?? ConsoleText.nothing
    isCurrent = status.isCurrent
    size = ConsoleText.bytes(status.bytes)
    hits = ConsoleText.grouped(status.count.hits)
    hitRate = status.count.hitRatePercent.map { "\($0) %" } ?? ConsoleText.nothing
  }
}

/// Which tier answers a view, in which version, and whether all tiers agree.
struct OperationsExplanation: Sendable {
  struct TierRow: Sendable {
    let tier: String
    let version: String
    let detail: String
  }

  let frame: OperationsFrame
  let view: String
  let summary: String
  let tiers: [TierRow]
  let verdict: String
  let isAgreed: Bool

  /// Reads the view, and asks every tier what it has.
  ///
  /// - Throws: ``Problem`` when the view is not one, or the catalog cannot be had.
  init(_ frame: OperationsFrame, _ given: [(name: String, value: String)], of service: CatalogService) async throws {
    var parameters = Parameters(given)
    let name = try parameters.take("view") ?? "full"
    try parameters.finish(known: ["view"])
    guard let view = CatalogView(named: name) else {
      throw Problem.badRequest(
        "\"\(name.prefix(80))\" is no view",
        allowed: ["full", "unique", "stats", "gateway:SLUG", "model:ID", "pricing:ID"])
    }
    let start = ContinuousClock.now
    let served: Served<CatalogSnapshot>
    do { served = try await service.read() } catch { throw Problem.unavailable(String(describing: error)) }
    let duration = ContinuousClock.now - start
    let status = await service.cacheStatus(only: view)
    guard let state = status.views.first else { throw Problem.notFound("there is no such view") }
    self.frame = frame
    self.view = name
    summary =
      "Answered by \(served.tier.rawValue) in \(ConsoleText.duration(duration)): \(served.freshness.rawValue), version "
      + "\(served.value.version), confirmed \(ConsoleText.duration(served.age)) ago."
    tiers = [
      TierRow(
        tier: "local", version: state.held ?? "nothing", detail: "\(ConsoleText.bytes(state.bytes)) of records"),
      TierRow(
        tier: "redis", version: state.shared?.label ?? "nothing",
        detail: state.shared.map { "\(ConsoleText.bytes($0.bytes)), written \(ConsoleText.duration($0.age)) ago" }
          ?? status.sharedFailure ?? "no such key"),
      TierRow(
        tier: "database", version: state.database ?? "nothing",
        detail: status.databaseFailure ?? "the source of truth"),
    ]
    var isAgreed = state.isCurrent
    // Finished views in Redis follow within seconds and are not read by workers, so only the parts count.
    if case .gateway = view, let shared = state.shared { isAgreed = isAgreed && shared.label == state.database }
    self.isAgreed = isAgreed
    verdict = isAgreed ? "All tiers that count agree." : "The tiers do not agree: look again in a second."
  }
}

/// What comes of comparing what this worker serves with the database and Redis.
struct OperationsAudit: Sendable {
  struct Finding: Sendable {
    let label: String
    let count: Int
  }

  let frame: OperationsFrame
  let isConsistent: Bool
  let longestBehind: String
  let findings: [Finding]

  init(_ frame: OperationsFrame, _ summary: AuditSummary) {
    self.frame = frame
    isConsistent = summary.isConsistent
    longestBehind = ConsoleText.duration(summary.longestBehind)
    findings = AuditSummary.Finding.allCases.map {
      Finding(label: $0.rawValue.replacing("_", with: " "), count: summary[$0])
    }
  }
}
