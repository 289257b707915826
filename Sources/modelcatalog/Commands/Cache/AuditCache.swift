import ArgumentParser
import Catalog
import TieredCaching

struct AuditCache: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Let every worker compare what it serves with the database and Redis, and show who is inconsistent.",
    discussion: """
      Each worker compares the revisions of all gateways, the content of one gateway in the database, in Redis and in its
      memory, and derives unique models and statistics anew. Workers are reached through Redis (REDIS_URL); without it, ask
      each one at GET /api/system/cache/audit.

      Ends with code 1 when a worker differs from the database, served something past the staleness bound or does not
      answer, and when there is no worker.
      """)

  @OptionGroup var options: CatalogOptions

  /// How long workers may take: they hear of it within a second, and an audit takes a little more than another.
  private static let patience = Duration.seconds(8)
  /// How long it takes until every worker has reported at least once.
  private static let census = Duration.milliseconds(1_500)

  func run() async throws {
    let settings = try options.settings()
    guard settings.redis != nil, settings.isCacheEnabled else {
      throw CommandFailure(
        "workers are reached through Redis, and REDIS_URL is not set; ask each one at GET /api/system/cache/audit")
    }
    let (version, workers, request) = try await options.withService(loadsSnapshot: false) { service, shared in
      let version = try await service.store.manifest().version
      let request = try await shared.requestAudit()
      let deadline = ContinuousClock.now + Self.patience
      try await Task.sleep(for: Self.census)
      var workers = try await shared.fleet().workers
      while workers.contains(where: { $0.audit?.request ?? 0 < request }), ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(200))
        workers = try await shared.fleet().workers
      }
      return (version, workers, request)
    }
    let entries = workers.map { Entry(worker: $0, request: request) }
    if options.json { printJSON(version, entries) } else { printTable(version, entries) }
    if !Self.areConsistent(entries) { throw ExitCode(1) }
  }

  /// Whether somebody serves and everybody who does agrees with the database.
  private static func areConsistent(_ entries: [Entry]) -> Bool { !entries.isEmpty && entries.allSatisfy(\.isGood) }

  /// A worker and what it answered.
  private struct Entry {
    let worker: WorkerReport
    let audit: AuditSummary?

    init(worker: WorkerReport, request: Int) {
      self.worker = worker
      audit = worker.audit.flatMap { $0.request >= request ? $0 : nil }
    }

    var isGood: Bool { audit.map { $0.isConsistent && $0[.agreeing] > 0 } ?? false }

    var verdict: String {
      guard let audit else { return "no answer" }
      if audit[.different] > 0 { return "DIFFERENT" }
      if audit[.pastBound] > 0 { return "PAST BOUND" }
      if audit[.behind] > 0 { return "behind \(CacheTables.seconds(audit.longestBehind)), marked stale" }
      return audit[.unknown] > 0 ? "could not compare all" : "agrees"
    }
  }

  private func printTable(_ version: String, _ entries: [Entry]) {
    Output.line("Database: version \(version)")
    guard !entries.isEmpty else { return Output.line("No worker has reported to Redis in the last ten seconds.") }
    var table = Table("Worker", "Version", "State", "Views", "Agreeing", "Behind", "Past bound", "Different", "Verdict")
    for entry in entries {
      let count = { (finding: AuditSummary.Finding) in entry.audit.map { String($0[finding]) } ?? "-" }
      table.add(
        entry.worker.id, entry.worker.version, entry.worker.isFresh ? "fresh" : "stale",
        entry.audit.map { String($0.views) } ?? "-", count(.agreeing), count(.behind), count(.pastBound),
        count(.different), entry.verdict)
    }
    table.print()
  }

  private func printJSON(_ version: String, _ entries: [Entry]) {
    Output.json { json in
      json.member("database_version", version)
      json.member("consistent", Self.areConsistent(entries))
      json.name("workers")
      json.array { json in
        for entry in entries {
          json.object { json in
            json.member("id", entry.worker.id)
            json.member("catalog_version", entry.worker.version)
            json.member("fresh", entry.worker.isFresh)
            json.member("verdict", entry.verdict)
            json.name("audit")
            if let audit = entry.audit { json.object { audit.writeMembers(to: &$0) } } else { json.null() }
          }
        }
      }
    }
  }
}
