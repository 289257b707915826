import ArgumentParser
import Catalog

struct CostOfModel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cost", abstract: "What a usage costs at every provider of a model, cheapest first.")

  @OptionGroup var options: CatalogOptions

  @Argument(help: "A model id, canonical id or alias.")
  var model: String

  @Option(help: ArgumentHelp("Prompt tokens, cached ones included.", valueName: "tokens"))
  var input = 1_000_000

  @Option(help: ArgumentHelp("Prompt tokens that are read from a cache.", valueName: "tokens"))
  var cached = 0

  @Option(help: ArgumentHelp("Prompt tokens that are written to a cache.", valueName: "tokens"))
  var cacheWrite = 0

  @Option(help: ArgumentHelp("Tokens of the answers.", valueName: "tokens"))
  var output = 0

  @Option(help: ArgumentHelp("Requests that this is the sum of.", valueName: "count"))
  var requests = 1

  @Option(help: ArgumentHelp("Images.", valueName: "count"))
  var images = 0

  @Option(help: ArgumentHelp("Web searches.", valueName: "count"))
  var searches = 0

  @Flag(help: "At batch prices where the provider has them.")
  var batch = false

  @Option(help: ArgumentHelp("Only this provider.", valueName: "slug"))
  var gateway: String?

  func run() async throws {
    let usage = try TokenUsage(
      inputTokens: input, cachedInputTokens: cached, cacheWriteTokens: cacheWrite, outputTokens: output, images: images,
      requests: requests, searches: searches, isBatch: batch)
    let provider = try gateway.map { try ProviderSlug($0) }
    try await options.withCatalog { snapshot in
      let offer = try snapshot.offerNamed(model, provider: provider)
      let all = snapshot.uniqueModel(offer.identity.key.text)?.offers ?? [offer]
      let ranking = CostRanking(of: usage, offers: all.filter { provider == nil || $0.provider.slug == provider })
      if options.json {
        Output.json { json in
          json.member("canonical_id", offer.identity.key.text)
          ranking.writeMembers(to: &json)
        }
      } else {
        show(ranking)
      }
    }
  }

  private func show(_ ranking: CostRanking) {
    var table = Table("provider", "id", ">USD", "tier", "assumptions")
    for (offer, estimate) in ranking.ranked {
      table.add(
        offer.provider.slug.text, offer.offer.id, estimate.total.description, estimate.tier?.text ?? "-",
        estimate.assumptions.isEmpty ? "-" : estimate.assumptions.joined(separator: "; "))
    }
    table.print()
    for (offer, reason) in ranking.unranked {
      Output.line("not ranked: \(offer.provider.slug) \(Output.printable(offer.offer.id)): \(Output.printable(reason))")
    }
  }
}
