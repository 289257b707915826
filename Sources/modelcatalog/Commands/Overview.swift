import ArgumentParser
import Catalog

struct Stats: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Show figures about the catalog.")

  @OptionGroup var options: CatalogOptions

  func run() async throws {
    try await options.withCatalog { snapshot in
      if options.json {
        Output.json { json in StatisticsEncoding.writeMembers(of: snapshot, to: &json) }
      } else {
        show(snapshot)
      }
    }
  }

  private func show(_ snapshot: CatalogSnapshot) {
    let statistics = snapshot.statistics
    let states = PriceState.allCases.map { "\(statistics.totals.byPriceState[$0] ?? 0) \($0.rawValue)" }
    let outputs = Modality.allCases.compactMap { modality in
      statistics.byOutputModality[modality].map { "\($0) \(modality.rawValue)" }
    }
    let bounds = CatalogStatistics.contextBounds.map { "≤ \(Output.grouped($0))" } + ["larger"]
    let contexts = zip(bounds, statistics.contextDistribution).map { "\($1) \($0)" }
    Output.line(
      "offers            \(Output.grouped(statistics.totals.total)) of \(statistics.byProvider.count) providers")
    Output.line(
      "unique models     \(Output.grouped(statistics.uniqueModels)), "
        + "\(Output.grouped(statistics.modelsWithSeveralProviders)) of them at several providers")
    Output.line("prices            \(states.joined(separator: ", "))")
    Output.line("give out          \(outputs.joined(separator: ", "))")
    Output.line("contexts          \(contexts.joined(separator: ", ")), \(statistics.contextUnknown) unknown")
    Output.line("collisions        \(statistics.collisions.count) (modelcatalog identity lists them)")
    let observed = statistics.lastObserved.flatMap { CalendarDate(unixSeconds: $0) }
    Output.line("newest facts      \(observed?.description ?? "-")")
    Output.line("last change       \(snapshot.lastChange ?? "-")")
    Output.line("catalog version   \(snapshot.version)")
  }
}

struct Identity: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how an id is understood, or the collisions of the catalog.",
    discussion: "A collision is two offers of one provider that fall on one canonical id; they are kept apart.")

  @OptionGroup var options: CatalogOptions

  @Argument(help: "A model id; without it the collisions are listed.")
  var model: String?

  @Option(help: ArgumentHelp("The provider whose id it is.", valueName: "slug"))
  var gateway = "unknown"

  func run() async throws {
    guard let model else { return try await listCollisions() }
    let identity = ModelIdentity.parse(
      modelID: model, provider: try ProviderSlug(gateway), ownedBy: nil, huggingFaceID: nil)
    let parts: [(StaticString, String?)] = [
      ("canonical_id", identity.key.text), ("vendor", identity.key.vendor), ("family", identity.family),
      ("version", identity.version), ("size", identity.size), ("variant", identity.variant), ("date", identity.date),
      ("offer_variant", identity.offerVariant),
    ]
    if options.json {
      Output.json { json in for (name, value) in parts { json.member(name, value) } }
    } else {
      var table = Table("part", "value")
      for (name, value) in parts { table.add("\(name)", value ?? "-") }
      table.print()
    }
  }

  private func listCollisions() async throws {
    try await options.withCatalog { snapshot in
      let collisions = snapshot.statistics.collisions
      if options.json {
        Output.json { json in
          json.name("collisions")
          json.array { json in
            for collision in collisions {
              json.object { json in
                json.member("provider", collision.provider.text)
                json.member("canonical_id", collision.key.text)
                json.member("ids", collision.offers)
              }
            }
          }
        }
        return
      }
      var table = Table("provider", "canonical id", "ids")
      for collision in collisions {
        table.add(collision.provider.text, collision.key.text, collision.offers.joined(separator: ", "))
      }
      table.print()
      Output.line("\(collisions.count) collisions")
    }
  }
}
