import ArgumentParser
import Catalog
import Foundation

struct Deprecations: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List offers that are deprecated or end, those that go first first.")

  @OptionGroup var options: CatalogOptions

  @Option(help: ArgumentHelp("Only those whose day comes within so many days, or has passed.", valueName: "days"))
  var within: Int?

  @Option(help: ArgumentHelp("Only this provider.", valueName: "slug"))
  var gateway: String?

  func validate() throws {
    if let within, !(0...36_500).contains(within) { throw ValidationError("--within must be from 0 to 36500") }
  }

  func run() async throws {
    let query = DeprecationQuery(provider: try gateway.map { try ProviderSlug($0) }, withinDays: within)
    guard let today = CalendarDate(unixSeconds: Int(Date().timeIntervalSince1970)) else {
      throw CommandFailure("the clock of this machine is wrong")
    }
    try await options.withCatalog { snapshot in
      let offers = query.run(on: snapshot, today: today)
      if options.json { printJSON(offers, today) } else { printTable(offers, today) }
    }
  }

  private func printJSON(_ offers: [CatalogOffer], _ today: CalendarDate) {
    Output.json { json in
      json.name("data")
      json.array { json in
        for offer in offers { json.object { json in offer.writeEndMembers(today: today, to: &json) } }
      }
      json.member("total", offers.count)
    }
  }

  private func printTable(_ offers: [CatalogOffer], _ today: CalendarDate) {
    var table = Table("provider", "id", "status", "deprecated from", "ends", ">days left")
    for offer in offers {
      let facts = offer.offer
      table.add(
        offer.provider.slug.text, facts.id, facts.status.rawValue, facts.deprecationDate?.description ?? "-",
        facts.expiryDate?.description ?? "-",
        facts.lastDay.map { String($0.daysSinceEpoch - today.daysSinceEpoch) } ?? "-")
    }
    table.print()
    Output.line("\(Output.grouped(offers.count)) offers will go")
  }
}
