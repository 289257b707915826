import ArgumentParser
import Catalog

struct Models: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List, search, show, compare and price models.",
    subcommands: [
      ListModels.self, SearchModels.self, ShowModel.self, UniqueModels.self, CompareModels.self, CostOfModel.self,
    ],
    defaultSubcommand: ListModels.self)
}

struct ListModels: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List offers.")

  @OptionGroup var options: CatalogOptions
  @OptionGroup var filter: FilterOptions

  func run() async throws {
    let query = try filter.query()
    try await options.withCatalog { snapshot in
      try filter.printOffers(query, in: snapshot, asJSON: options.json)
    }
  }
}

struct SearchModels: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Search offers by words in their id, name, provider or canonical id.")

  @OptionGroup var options: CatalogOptions
  @OptionGroup var filter: FilterOptions

  @Argument(help: "Words that must all occur.")
  var words: [String]

  func run() async throws {
    let query = try filter.query(text: words.joined(separator: " "))
    try await options.withCatalog { snapshot in
      try filter.printOffers(query, in: snapshot, asJSON: options.json)
    }
  }
}

struct ShowModel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a model with everybody who sells it.")

  @OptionGroup var options: CatalogOptions

  @Argument(help: "A provider's model id, a canonical id or an alias.")
  var model: String

  @Option(help: ArgumentHelp("Only this provider's offer.", valueName: "slug"))
  var gateway: String?

  func run() async throws {
    let provider = try gateway.map { try ProviderSlug($0) }
    try await options.withCatalog { snapshot in
      let offer = try snapshot.offerNamed(model, provider: provider)
      if options.json {
        Output.json { json in
          json.name("data")
          json.raw(offer.record)
          json.name("offers")
          json.array { json in
            for other in snapshot.uniqueModel(offer.identity.key.text)?.offers ?? [] { json.raw(other.record) }
          }
        }
      } else {
        OfferSheet.print(offer, in: snapshot)
      }
    }
  }
}

struct UniqueModels: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unique", abstract: "List models across providers, those with the most providers first.")

  @OptionGroup var options: CatalogOptions

  @Argument(help: "Words that must all occur.")
  var words: [String] = []

  @Option(help: ArgumentHelp("Only models that at least so many providers offer.", valueName: "count"))
  var minProviders: Int?

  @Option(help: ArgumentHelp("The most rows to print (0 for all).", valueName: "count"))
  var limit = 50

  func run() async throws {
    var parameters: [(name: String, value: String)] = []
    if !words.isEmpty { parameters.append(("q", words.joined(separator: " "))) }
    if let minProviders { parameters.append(("min_providers", String(minProviders))) }
    let query = try UniqueQuery(parameters: parameters)
    try await options.withCatalog { snapshot in
      let models = query.run(on: snapshot)
      let shown = limit == 0 ? models[...] : models.prefix(max(0, limit))
      if options.json {
        Output.json { json in
          json.name("models")
          json.array { json in
            for model in shown { json.raw(model.record) }
          }
          json.member("total", models.count)
          json.member("returned", shown.count)
        }
        return
      }
      var table = Table("canonical id", "name", ">providers", "cheapest", ">prompt/M", ">completion/M")
      for model in shown {
        let cheapest = model.cheapest?.offer
        table.add(
          model.key.text, model.name, String(model.providerCount), model.cheapest?.provider.slug.text ?? "-",
          cheapest?.pricing.state == .free ? "free" : Output.perMillion(cheapest?.pricing[.prompt]),
          cheapest?.pricing.state == .free ? "free" : Output.perMillion(cheapest?.pricing[.completion]))
      }
      table.print()
      Output.line("\(Output.grouped(models.count)) models")
    }
  }
}

extension CatalogSnapshot {
  /// The offer that a name means.
  ///
  /// - Throws: ``CommandFailure`` with the nearest names when there is none.
  func offerNamed(_ name: String, provider: ProviderSlug?) throws -> CatalogOffer {
    if let offer = offers(named: name, provider: provider).first { return offer }
    let place = provider.map { " at \($0)" } ?? ""
    let nearest = ModelSuggestions.nearest(to: name, in: self)
    let hint = nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: ", "))?"
    throw CommandFailure("no model is called \"\(Output.printable(name))\"\(place)\(hint)")
  }
}
