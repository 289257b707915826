import ArgumentParser
import Catalog

struct CompareModels: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare several models at all their providers.",
    discussion: "Ends with code 1 when one of them is not found.")

  @OptionGroup var options: CatalogOptions

  @Argument(help: "1 to \(ModelComparison.maximumModels) model ids, canonical ids or aliases.")
  var models: [String]

  @Option(help: ArgumentHelp("Only these providers, separated by commas.", valueName: "slugs"))
  var gateway: String?

  func run() async throws {
    let providers = try (gateway ?? "").split(separator: ",").map { try ProviderSlug(String($0)) }
    try await options.withCatalog { snapshot in
      let comparison = try ModelComparison(of: models, providers: Set(providers), in: snapshot)
      if options.json {
        Output.json { json in comparison.writeMembers(to: &json) }
      } else {
        for entry in comparison.entries { show(entry) }
      }
      if comparison.entries.contains(where: \.isMissing) { throw ExitCode(1) }
    }
  }

  private func show(_ entry: ModelComparison.Entry) {
    switch entry.outcome {
    case .notFound(let suggestions):
      let hint = suggestions.isEmpty ? "" : "; did you mean \(suggestions.joined(separator: ", "))?"
      Output.line("\(Output.printable(entry.name)): not found\(hint)")
    case .found(let compared):
      Output.line("\(Output.printable(compared.model.name)) (\(compared.model.key))")
      OfferTable.print(compared.offers)
      if let recommendation = compared.recommendation {
        let saving = recommendation.savingPercent.map { ", \($0) % less than the dearest" } ?? ""
        Output.line("Cheapest: \(recommendation.offer.provider.slug)\(saving)")
      }
    }
    Output.line()
  }
}

extension ModelComparison.Entry {
  fileprivate var isMissing: Bool {
    if case .notFound = outcome { true } else { false }
  }
}
