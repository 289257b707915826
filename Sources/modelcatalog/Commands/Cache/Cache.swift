import ArgumentParser
import Catalog
import TieredCaching

/// `modelcatalog cache`: what is cached where, and how to let go of it.
struct Cache: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "See, warm, clear and explain the caches of all workers.",
    discussion: """
      The commands work on the database and on Redis (REDIS_URL) directly, whether a server is running or not. What they
      invalidate reaches every worker: at once through Redis, within a second through the database.
      """,
    subcommands: [
      CacheStatusCommand.self, CacheStatsCommand.self, WarmCache.self, ClearCache.self, InvalidateCache.self,
      InspectCache.self, ExplainCache.self, AuditCache.self, TryCache.self,
    ])
}

/// A view as people name it on the command line.
struct ViewArgument: ExpressibleByArgument {
  let view: CatalogView

  static let forms = "full, unique, stats, gateway:SLUG, model:ID or pricing:ID"

  init?(argument: String) {
    guard let view = CatalogView(named: argument) else { return nil }
    self.view = view
  }

  init(view: CatalogView) { self.view = view }
}

struct CacheStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what Redis and the database have of every view; loads nothing.")

  @OptionGroup var options: CatalogOptions

  func run() async throws {
    let json = options.json
    try await options.withService { service, _ in
      // A worker that has just started holds nothing yet; the shared tier must have had time to connect.
      try await service.refresh()
      let status = await service.cacheStatus()
      if json { return Output.json { status.writeMembers(to: &$0) } }
      CacheTables.printStatus(status)
    }
  }
}

struct CacheStatsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Show hits, misses and loads of all workers, as they reported them to Redis.")

  @OptionGroup var options: CatalogOptions

  func run() async throws {
    let json = options.json
    try await options.withService { service, _ in
      try await service.refresh()
      let report = await service.cacheStatistics()
      if json { return Output.json { report.writeMembers(to: &$0) } }
      CacheTables.printFleet(report)
    }
  }
}

struct WarmCache: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "warm",
    abstract: "Load the full catalog, the unique models and the top gateways, so that Redis has them for all workers.")

  @OptionGroup var options: CatalogOptions

  func run() async throws {
    let json = options.json
    try await options.withService { service, _ in
      let warmed = try await service.warm()
      let statistics = service.counters.statistics
      if json {
        return Output.json { json in
          json.name("warmed")
          json.object { json in
            for (view, items) in warmed {
              json.name(dynamic: view.keyName)
              json.value(items)
            }
          }
          statistics.writeMembers(to: &json)
        }
      }
      for (view, items) in warmed { Output.line("\(view): \(Output.grouped(items))") }
      Output.line(
        "\(statistics[.sharedParts]) gateways came from Redis, \(statistics[.databaseParts]) from the database")
    }
  }
}

struct ClearCache: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear", abstract: "Let every tier and every worker let go of everything.")

  @OptionGroup var options: CatalogOptions

  @Flag(name: .long, help: "Rather have no answer than an old one while the database fails.")
  var purge = false

  func run() async throws {
    let json = options.json
    let purge = purge
    try await options.withService { service, _ in
      CacheTables.print(try await service.clear(purging: purge), of: "everything", json: json)
    }
  }
}

struct InvalidateCache: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invalidate", abstract: "Let every tier and every worker let go of one view and what is made of it.")

  @OptionGroup var options: CatalogOptions

  @Argument(help: ArgumentHelp("One of \(ViewArgument.forms).", valueName: "view"))
  var view: ViewArgument

  @Flag(name: .long, help: "Rather have no answer than an old one while the database fails.")
  var purge = false

  func run() async throws {
    let (json, view, purge) = (options.json, view.view, purge)
    try await options.withService { service, _ in
      CacheTables.print(try await service.invalidate(view, purging: purge), of: "\(view)", json: json)
    }
  }
}
