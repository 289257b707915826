import ArgumentParser
import Catalog
import CatalogSync

struct Sync: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fetch providers' model lists, check them and take over what changed.",
    discussion: """
      Each provider is fetched, compared with what the database holds and written in one transaction, on its own: one that \
      fails harms neither another nor what is known of it. Changes that cannot be believed unseen, such as a price that \
      jumps, are held back: see "modelcatalog quarantine". Keys are read from environment variables such as \
      OPENAI_API_KEY; providers whose key is missing are left out.
      """,
    subcommands: [SyncRun.self, SyncStatusCommand.self, SyncClear.self], defaultSubcommand: SyncRun.self)
}

struct SyncRun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Sync providers now (what \"sync\" does without a subcommand).")

  @OptionGroup var options: CatalogOptions

  @Argument(help: "The providers' slugs (default: all that can be asked).")
  var providers: [String] = []

  @Flag(name: .long, help: "Only say what would change.")
  var dryRun = false

  @Flag(name: .long, help: "Take what cannot be believed: short lists, mass removals, prices that jump.")
  var force = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "When the lists were observed, as YYYY-MM-DD, where they come from an archive (default: now).",
      valueName: "date"))
  var observed: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Most changes of each provider that are listed (default: 20 with --dry-run, else 0).", valueName: "number"))
  var changes: Int?

  func validate() throws {
    if let observed, CalendarDate(observed) == nil {
      throw ValidationError("--observed \"\(observed)\" is no date such as 2026-01-31")
    }
    if let changes, !(0...100_000).contains(changes) { throw ValidationError("--changes must be from 0 to 100000") }
  }

  func run() async throws {
    let job = try await options.withSync { sync in
      var syncOptions = SyncOptions()
      syncOptions.dryRun = dryRun
      syncOptions.force = force
      syncOptions.isManual = true
      syncOptions.observedAt = observed.flatMap { CalendarDate($0)?.unixSeconds }
      syncOptions.changeLimit = changes ?? (dryRun ? 20 : 0)
      let adapters = try sync.adapters(named: providers)
      let progress = SyncProgress(total: adapters.count)
      return await sync.perform(adapters, syncOptions, trigger: .command) { progress.show($0) }
    }
    let report = SyncReport(job: job)
    if options.json { try report.printJSON() } else { report.printTable() }
    // A provider that was named and could not be synced is a failure; one without a key that was not named is none.
    let isIncomplete = job.count(.failed) > 0 || (!providers.isEmpty && job.count(.skipped) + job.count(.busy) > 0)
    if isIncomplete { throw ExitCode.failure }
  }
}

struct SyncStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show how the sync of each provider stands. Nothing is fetched.")

  @OptionGroup var options: CatalogOptions

  @Flag(name: .long, help: "Also providers that cannot be asked and never were.")
  var all = false

  func run() async throws {
    let status = try await options.withSync { try await $0.status() }
    let sheet = SyncStatusSheet(status: status, all: all)
    if options.json { try sheet.printJSON() } else { sheet.printTable() }
  }
}

struct SyncClear: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear", abstract: "Let providers be asked again at once that are left alone after failures.",
    discussion: """
      Workers know of each other's failures through Redis. Without it each remembers its own: ask the server itself with \
      DELETE /admin/sync/errors/SLUG.
      """)

  @OptionGroup var options: CatalogOptions

  @Argument(help: "The providers' slugs.")
  var providers: [String]

  func run() async throws {
    guard try options.settings().sharesThroughRedis else {
      throw CommandFailure(
        "without Redis every server remembers failures by itself, and a command reaches none of them: set REDIS_URL, or "
          + "send the server DELETE /admin/sync/errors/SLUG")
    }
    try await options.withSync { sync in
      for provider in providers { try await sync.clearError(of: provider) }
    }
    if options.json {
      Output.json { json in json.member("cleared", providers) }
    } else {
      Output.line("Cleared: \(providers.joined(separator: ", ")).")
    }
  }
}
