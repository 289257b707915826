import ArgumentParser
import Catalog

/// The filters and orders of a list, the same that the HTTP interface takes; ``OfferQuery`` checks them.
struct FilterOptions: ParsableArguments {
  @Option(
    name: .customLong("gateway"), help: ArgumentHelp("Only these providers, separated by commas.", valueName: "slugs"))
  var gateway: String?

  @Option(name: .customLong("provider"), help: ArgumentHelp("The same as --gateway.", valueName: "slugs"))
  var provider: String?

  @Option(help: ArgumentHelp("Who made the model, such as openai.", valueName: "name"))
  var developer: String?

  @Option(help: ArgumentHelp("A modality such as image, or text+image->text.", valueName: "modality"))
  var modality: String?

  @Option(help: ArgumentHelp("What the model can do, separated by commas, such as tools,vision.", valueName: "names"))
  var capability: String?

  @Option(help: ArgumentHelp("The smallest context.", valueName: "tokens"))
  var minContext: String?

  @Option(help: ArgumentHelp("The largest context.", valueName: "tokens"))
  var maxContext: String?

  @Option(help: ArgumentHelp("The lowest price of a prompt token in USD, such as 0.000001.", valueName: "usd"))
  var minPrice: String?

  @Option(help: ArgumentHelp("The highest price of a prompt token in USD.", valueName: "usd"))
  var maxPrice: String?

  @Flag(help: "Only offers that the provider says are free.")
  var free = false

  @Option(
    help: ArgumentHelp(
      "What is known about the price: priced, free, dynamic, unknown, not_token_priced.", valueName: "state"))
  var priceState: String?

  @Option(help: ArgumentHelp("active, preview, deprecated or unavailable.", valueName: "status"))
  var status: String?

  @Option(
    help: ArgumentHelp(
      "What to order by: \(OfferSort.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "order"))
  var sort: String?

  @Flag(help: "The largest first.")
  var descending = false

  @Option(help: ArgumentHelp("The most rows to print (0 for all).", valueName: "count"))
  var limit = 50

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit cannot be negative") }
  }

  /// The query.
  ///
  /// - Parameter text: words to search for.
  /// - Throws: ``QueryError`` when an option has a value that it cannot have.
  func query(text: String? = nil) throws -> OfferQuery {
    let pairs: [(String, String?)] = [
      ("q", text), ("gateway", gateway), ("provider", provider), ("developer", developer), ("modality", modality),
      ("capability", capability), ("min_context", minContext), ("max_context", maxContext), ("min_price", minPrice),
      ("max_price", maxPrice), ("is_free", free ? "true" : nil), ("price_state", priceState), ("status", status),
      ("sort", sort), ("order", descending ? "desc" : nil),
    ]
    return try OfferQuery(parameters: pairs.compactMap { name, value in value.map { (name: name, value: $0) } })
  }

  /// Runs a query and prints what it finds.
  func printOffers(_ query: OfferQuery, in snapshot: CatalogSnapshot, asJSON: Bool) throws {
    if let unknown = query.unknownProviders(in: snapshot).first {
      let known = snapshot.parts.map(\.provider.slug.text).joined(separator: ", ")
      throw CommandFailure("there is no provider \"\(unknown)\"; there are: \(known)")
    }
    let offers = query.run(on: snapshot)
    let shown = limit == 0 ? offers[...] : offers.prefix(limit)
    if asJSON {
      Output.json { json in
        json.name("data")
        json.array { json in
          for offer in shown { json.raw(offer.record) }
        }
        json.member("total", offers.count)
        json.member("returned", shown.count)
      }
      return
    }
    OfferTable.print(shown)
    let rest = offers.count > shown.count ? ", \(offers.count - shown.count) more with --limit 0" : ""
    Output.line("\(Output.grouped(offers.count)) offers\(rest)")
  }
}
