import ArgumentParser
import Catalog

struct Changes: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what changed: additions, removals and changed fields, oldest first, or with --newest newest first.")

  @OptionGroup var options: CatalogOptions

  @Option(help: ArgumentHelp("Only changes after this number of the log.", valueName: "number"))
  var since = 0

  @Flag(help: "Show the newest changes.")
  var newest = false

  @Option(help: ArgumentHelp("Only this provider.", valueName: "slug"))
  var gateway: String?

  @Option(help: ArgumentHelp("Only this kind: added, removed or changed.", valueName: "kind"))
  var kind: String?

  @Option(
    help: ArgumentHelp(
      "Only this field, such as pricing.prompt, or a group of them, such as pricing.", valueName: "name"))
  var field: String?

  @Option(help: ArgumentHelp("The most rows to print.", valueName: "count"))
  var limit = 100

  func validate() throws {
    if let kind, CatalogChange.Kind(rawValue: kind) == nil {
      throw ValidationError(
        "--kind must be one of \(CatalogChange.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard since >= 0, (1...1_000_000).contains(limit) else {
      throw ValidationError("--since cannot be negative, and --limit must be from 1 to 1000000")
    }
    guard !newest || since == 0 else { throw ValidationError("give --since or --newest, not both") }
  }

  func run() async throws {
    let provider = try gateway.map { try ProviderSlug($0) }
    let filter = ChangeFilter(provider: provider, kind: kind.flatMap(CatalogChange.Kind.init), field: field)
    try await options.withStore { store in
      if newest {
        let end = try await store.newestChanges(limit: 1).last?.sequence ?? 0
        let found = try await store.changes(before: end + 1, matching: filter, limit: limit, reading: .max)
        printChanges(found.changes, next: end)
      } else {
        let page = try await store.changes(after: since, matching: filter, limit: limit, reading: .max)
        printChanges(page.changes, next: page.next)
      }
    }
  }

  /// - Parameter next: the number of the log after which there is nothing that was looked at.
  private func printChanges(_ changes: [CatalogChange], next: Int) {
    if options.json { printJSON(changes, next) } else { printTable(changes, next) }
  }

  private func printJSON(_ changes: [CatalogChange], _ next: Int) {
    Output.json { json in
      json.name("data")
      json.array { json in
        for change in changes { json.object { json in change.writeMembers(to: &json) } }
      }
      json.member("next_since", next)
    }
  }

  private func printTable(_ changes: [CatalogChange], _ next: Int) {
    var table = Table(">number", "at", "provider", "offer", "what", "old", "new")
    for change in changes {
      // All prices of an offer that came or went are more than fits into a line; --json has them.
      let (old, new) = change.field == nil ? (nil, nil) : (change.oldValue, change.newValue)
      table.add(
        String(change.sequence), String(change.at.prefix(19)), change.provider.text, change.offer,
        change.field ?? change.kind.rawValue, old ?? "-", new ?? "-")
    }
    table.print()
    Output.line("\(changes.count) changes; go on with --since \(next)")
  }
}
