import ArgumentParser
import Catalog

struct Providers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the providers, or add, change and remove single ones by hand.",
    discussion: """
      Members: \(ProviderPatch.memberNames.joined(separator: ", ")).

        modelcatalog providers put acme --set name="Acme Inc."
      """,
    subcommands: [ListProviders.self, PutProvider.self, PatchProvider.self, DeleteProvider.self],
    defaultSubcommand: ListProviders.self)
}

struct ListProviders: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the providers.")

  @OptionGroup var options: CatalogOptions

  func run() async throws {
    try await options.withCatalog { snapshot in
      if options.json {
        Output.json { json in
          json.name("providers")
          json.array { json in
            for (provider, counts) in snapshot.statistics.byProvider {
              json.object { json in
                json.member("slug", provider.slug.text)
                json.member("name", provider.name)
                json.member("site_url", provider.siteURL)
                json.member("model_count", counts.total)
                StatisticsEncoding.writePriceStates(counts, to: &json)
              }
            }
          }
        }
        return
      }
      var table = Table("provider", "name", ">offers", ">priced", ">free", ">dynamic", ">unknown", ">not by token")
      for (provider, counts) in snapshot.statistics.byProvider {
        let states = [PriceState.priced, .free, .dynamic, .unknown, .notTokenPriced].map {
          counts.byPriceState[$0] ?? 0
        }
        table.add(
          provider.slug.text, provider.name, String(counts.total), String(states[0]), String(states[1]),
          String(states[2]), String(states[3]), String(states[4]))
      }
      table.print()
    }
  }
}

struct PutProvider: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "put", abstract: "Add a provider, or replace its name and site; its offers stay.")

  @Argument(help: "The provider's slug.")
  var slug: String

  @OptionGroup var members: MemberOptions
  @OptionGroup var options: EditOptions

  func run() async throws {
    try await options.run(loadsSnapshot: false) {
      try .putProvider(slug: ProviderSlug(slug), members.members { _ in .text })
    }
  }
}

struct PatchProvider: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patch", abstract: "Change the name or the site of a provider.")

  @Argument(help: "The provider's slug.")
  var slug: String

  @OptionGroup var members: MemberOptions
  @OptionGroup var options: EditOptions

  func validate() throws {
    if members.isEmpty { throw ValidationError("Say what to change, as JSON or with --set name=value.") }
  }

  func run() async throws {
    try await options.run(loadsSnapshot: true) {
      try .patchProvider(slug: ProviderSlug(slug), ProviderPatch(members.members { _ in .text }))
    }
  }
}

struct DeleteProvider: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "delete", abstract: "Remove a provider.")

  @Argument(help: "The provider's slug.")
  var slug: String

  @Flag(name: .long, help: "Remove it even if it has offers, with all of them.")
  var force = false

  @OptionGroup var options: EditOptions

  func run() async throws {
    try await options.run(loadsSnapshot: true) { try .deleteProvider(ProviderSlug(slug), force: force) }
  }
}
