import ArgumentParser
import Catalog

struct History: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a model cost since when, at every provider.",
    discussion: """
      Prices are US dollars for a million tokens; --json has them exactly, by the unit that the provider uses, and all other \
      changes too. Offers that are gone are shown when MODEL is the id that they had.
      """)

  @OptionGroup var options: CatalogOptions

  @Argument(help: "A provider's model id, a canonical id or an alias.")
  var model: String

  @Option(help: ArgumentHelp("Only this provider's offers.", valueName: "slug"))
  var gateway: String?

  @Option(help: ArgumentHelp("The most prices and changes of each offer, the newest.", valueName: "count"))
  var limit = 100

  func validate() throws {
    guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000000") }
  }

  func run() async throws {
    let provider = try gateway.map { try ProviderSlug($0) }
    try await options.withStore { store in
      let snapshot = CatalogSnapshot(try await store.load(changedSince: nil))
      let history = try await store.history(of: model, provider: provider, in: snapshot)
      guard !history.offers.isEmpty else {
        // Says what there is instead.
        _ = try snapshot.offerNamed(model, provider: provider)
        return
      }
      if options.json {
        Output.json { json in history.writeMembers(limit: limit, to: &json) }
      } else {
        printTable(history)
      }
    }
  }

  private func printTable(_ history: ModelHistory) {
    var table = Table("provider", "id", "from", "to", ">prompt/M", ">completion/M", "price", "also")
    for offer in history.offers {
      for point in offer.prices.suffix(limit) {
        table.add(
          offer.offer.provider.text, offer.offer.offer, Self.time(point.from, otherwise: "before the log"),
          Self.time(point.to, otherwise: "now"), Output.perMillion(point.pricing?[.prompt]),
          Output.perMillion(point.pricing?[.completion]), point.pricing?.state.rawValue ?? point.problem ?? "-",
          Self.others(point.pricing))
      }
    }
    table.print()
    let changes = history.offers.reduce(0) { $0 + $1.changes.count }
    Output.line("\(changes) other changes; --json has them.")
  }

  private static func time(_ text: String?, otherwise: String) -> String {
    text.map { "\($0.prefix(10)) \($0.dropFirst(11).prefix(5))" } ?? otherwise
  }

  /// The prices beside those of prompt and completion.
  private static func others(_ pricing: Pricing?) -> String {
    guard let pricing else { return "-" }
    var texts = PriceComponent.allCases.compactMap { component -> String? in
      guard component != .prompt, component != .completion, let price = pricing[component] else { return nil }
      let amount = price.unit == .token ? "\(Output.perMillion(price))/M" : "$\(price.amount)/\(price.unit.rawValue)"
      return "\(component.rawValue) \(amount)"
    }
    texts += pricing.tiers.map { "other prices when \($0.condition.text)" }
    return texts.isEmpty ? "-" : texts.joined(separator: ", ")
  }
}
