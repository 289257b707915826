import ArgumentParser
import Catalog
import PostgresStore

struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the database to the newest structure.",
    discussion: """
      The same versioned migrations are applied to SQLite and to PostgreSQL, all that are missing in one transaction. Every
      other command does so too when its user may; this one is for deployments that want it as a step of its own, with the
      rights of the owner of the tables.
      """)

  @OptionGroup var options: CatalogOptions

  @Flag(name: .long, help: "Only say what would be applied.")
  var dryRun = false

  func run() async throws {
    let settings = try options.settings()
    guard case .postgres = settings.database else {
      // Opening the file migrates it; without one there is nothing to look at.
      guard !dryRun else { throw CommandFailure("--dry-run is for PostgreSQL; SQLite files are migrated when opened") }
      let health = try await options.withStore(loadsSnapshot: false) { try await $0.health() }
      return show(place: "\(settings.database)", from: nil, to: Int(health["schema"] ?? "") ?? 0)
    }
    let version = try await settings.database.whileOpen(migrates: false, logger: settings.commandLogger) { store in
      guard let postgres = store as? PostgresStore else { throw CommandFailure("this is no PostgreSQL database") }
      return try await dryRun ? postgres.schemaVersion() : postgres.migrate()
    }
    show(place: "\(settings.database)", from: version, to: PostgresStore.newestSchema)
  }

  private func show(place: String, from: Int?, to: Int) {
    if options.json {
      return Output.json { json in
        json.member("database", place)
        if let from { json.member("from", from) }
        json.member("to", to)
        json.member("dry_run", dryRun)
      }
    }
    switch from {
    case to?: Output.line("\(place) has the newest structure, version \(to)")
    case 0?: Output.line("\(place): \(dryRun ? "would create" : "created") the structure, version \(to)")
    case let from?: Output.line("\(place): \(dryRun ? "would go" : "went") from version \(from) to \(to)")
    case nil: Output.line("\(place) has the newest structure, version \(to)")
    }
  }
}
