import ArgumentParser
import Catalog
import TieredCaching

struct ExplainCache: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Read one view as a new worker does, and say which tier answered and whether all tiers agree.")

  @OptionGroup var options: CatalogOptions

  @Argument(help: ArgumentHelp("One of \(ViewArgument.forms).", valueName: "view"))
  var view: ViewArgument

  func run() async throws {
    let (json, view) = (options.json, view.view)
    try await options.withService { service, _ in
      let clock = ContinuousClock()
      let start = clock.now
      let served = try await service.read()
      let duration = clock.now - start
      let status = await service.cacheStatus(only: view)
      guard let state = status.views.first else { return }
      let explanation = Explanation(
        view: view, served: served, duration: duration, status: status, state: state,
        statistics: service.counters.statistics)
      if json { explanation.printJSON() } else { explanation.printText() }
    }
  }
}

/// Where one view came from, and what each tier has of it.
private struct Explanation {
  let view: CatalogView
  let served: Served<CatalogSnapshot>
  let duration: Duration
  let status: CacheStatus
  let state: ViewStatus
  let statistics: CacheStatistics

  /// Whether everybody who has the view has what the database has. Finished views in Redis follow within seconds and are not
  /// read by workers, so only the parts count.
  private var agrees: Bool {
    guard state.isCurrent else { return false }
    if case .gateway = view { return isSharedCurrent != false }
    return true
  }

  /// Whether what is in Redis is of the database's version; nil when there is nothing.
  private var isSharedCurrent: Bool? { state.shared.map { $0.label == state.database } }

  private var verdict: String {
    switch (agrees, isSharedCurrent) {
    case (false, _): "The tiers do not agree: look again in a second."
    case (true, false):
      "Workers and database agree. The finished view in Redis is older: workers do not read it, and it follows within seconds."
    case (true, _): "All tiers that have it agree."
    }
  }

  private var milliseconds: Double { (duration / .milliseconds(1) * 100).rounded() / 100 }

  func printJSON() {
    Output.json { json in
      json.member("view", view.keyName)
      json.member("answered_by", served.tier.rawValue)
      json.member("state", served.freshness.rawValue)
      json.name("milliseconds")
      json.raw(String(milliseconds).utf8)
      json.member("age_milliseconds", Int(served.age / .milliseconds(1)))
      json.member("parts_from_redis", statistics[.sharedParts])
      json.member("parts_from_database", statistics[.databaseParts])
      json.member("local", state.held)
      json.member("redis", state.shared?.label)
      if let isSharedCurrent { json.member("redis_is_current", isSharedCurrent) }
      json.member("redis_failure", status.sharedFailure)
      json.member("database", state.database)
      json.member("database_failure", status.databaseFailure)
      json.member("agree", agrees)
    }
  }

  func printText() {
    Output.line("\(view): answered by \(served.tier.rawValue) in \(milliseconds) ms, \(served.freshness.rawValue)")
    Output.line(
      "  \(statistics[.sharedParts]) gateways came from Redis, \(statistics[.databaseParts]) from the database; "
        + "the version was confirmed \(Int(served.age / .milliseconds(1))) ms ago")
    var table = Table("Tier", "Version", "Detail")
    table.add("local", state.held ?? "nothing", "\(Output.grouped(state.bytes)) bytes of records")
    table.add(
      "redis", state.shared?.label ?? "nothing",
      state.shared.map { "\(Output.grouped($0.bytes)) bytes, written \(CacheTables.seconds($0.age)) ago" }
        ?? status.sharedFailure ?? "no such key")
    table.add("database", state.database ?? "nothing", status.databaseFailure ?? "the source of truth")
    table.print()
    Output.line(verdict)
  }
}
