import Catalog
import TieredCaching

/// What the cache commands print for people.
enum CacheTables {
  static func printStatus(_ status: CacheStatus) {
    Output.line("Database: version \(status.databaseVersion ?? "unknown (\(status.databaseFailure ?? "no answer"))")")
    if let failure = status.sharedFailure { Output.line("Redis:    \(failure)") }
    var table = Table("View", "Database", "Redis", "Redis bytes", "Redis age", "TTL left")
    for view in status.views {
      table.add(
        "\(view.view)", view.database ?? "-", view.shared?.label ?? "-",
        Output.grouped(view.shared?.bytes), view.shared.map { seconds($0.age) } ?? "-",
        view.shared.map { seconds($0.freshFor) } ?? "-")
    }
    table.print()
  }

  static func printFleet(_ report: CacheReport) {
    guard let fleet = report.fleet else { return Output.line("Redis: \(report.fleetFailure ?? "no answer")") }
    Output.line("All workers: \(fleet.statistics.hitRatePercent) % hits of \(fleet.statistics.totalRequests) reads")
    var counts = Table("Count", "All workers")
    for count in CacheStatistics.Count.allCases { counts.add(count.rawValue, Output.grouped(fleet.statistics[count])) }
    counts.print()
    var workers = Table("Worker", "Version", "State")
    for worker in fleet.workers {
      workers.add(worker.id, worker.version.isEmpty ? "-" : worker.version, worker.isFresh ? "fresh" : "stale")
    }
    workers.print()
  }

  static func print(_ publication: Publication, of what: String, json: Bool) {
    if json {
      return Output.json { json in
        json.member("cleared", what)
        publication.writeMembers(to: &json)
      }
    }
    Output.line("Cleared \(what): every answer of version \(publication.version) or later is clean.")
    Output.line(
      publication.isShared
        ? "All workers were told." : "Redis was not told; workers find out from the database within a second.")
  }

  static func seconds(_ duration: Duration) -> String { "\(Int(duration / .seconds(1))) s" }
}
