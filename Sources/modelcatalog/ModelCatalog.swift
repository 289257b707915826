import ArgumentParser

/// The command line: every command works on the database directly, whether a server is running or not.
@main
struct ModelCatalog: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modelcatalog",
    abstract: "A model catalog for AI gateways: every model, of every provider, at every price.",
    discussion: """
      The catalog is kept in an SQLite database (./data/catalog.sqlite unless DATA_DIR or --data-dir says otherwise), or in
      the PostgreSQL database that DATABASE_URL names.
      Start with "modelcatalog serve", or with "modelcatalog models search claude".
      """,
    version: "0.1.0",
    subcommands: [
      Serve.self, Sync.self, Quarantine.self, Overrides.self, Import.self, Export.self, Models.self, Offers.self,
      Providers.self, Stats.self, Changes.self, History.self, Deprecations.self, Webhooks.self, Identity.self,
      Cache.self, Migrate.self, Copy.self, Doctor.self,
    ])
}
