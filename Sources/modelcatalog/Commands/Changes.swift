import ArgumentParser
import Catalog

struct Changes: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what changed: additions, removals and changed fields, oldest first.")

  @OptionGroup var options: CatalogOptions

  @Option(help: ArgumentHelp("Only changes after this number of the log.", valueName: "number"))
  var since = 0

  @Option(help: ArgumentHelp("Only this provider.", valueName: "slug"))
  var gateway: String?

  @Option(help: ArgumentHelp("Only this kind: added, removed or changed.", valueName: "kind"))
  var kind: String?

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
  }

  func run() async throws {
    let provider = try gateway.map { try ProviderSlug($0) }
    try await options.withStore { store in
      let changes = try await matching(in: store, provider: provider)
      if options.json { printJSON(changes) } else { printTable(changes) }
    }
  }

  /// Reads the log in steps until enough changes of the wanted kind are found.
  private func matching(in store: any CatalogStore, provider: ProviderSlug?) async throws -> [CatalogChange] {
    var found: [CatalogChange] = []
    var position = since
    while found.count < limit {
      let step = try await store.changes(after: position, provider: provider, limit: 10_000)
      guard let last = step.last else { break }
      position = last.sequence
      found += step.lazy.filter { kind == nil || $0.kind.rawValue == kind }.prefix(limit - found.count)
    }
    return found
  }

  private func printJSON(_ changes: [CatalogChange]) {
    Output.json { json in
      json.name("data")
      json.array { json in
        for change in changes { json.object { json in change.writeMembers(to: &json) } }
      }
      json.member("next_since", changes.last?.sequence ?? since)
    }
  }

  private func printTable(_ changes: [CatalogChange]) {
    var table = Table(">number", "at", "provider", "offer", "what", "old", "new")
    for change in changes {
      // All prices of an offer that came or went are more than fits into a line; --json has them.
      let (old, new) = change.field == nil ? (nil, nil) : (change.oldValue, change.newValue)
      table.add(
        String(change.sequence), String(change.at.prefix(19)), change.provider.text, change.offer,
        change.field ?? change.kind.rawValue, old ?? "-", new ?? "-")
    }
    table.print()
    Output.line("\(changes.count) changes; go on with --since \(changes.last?.sequence ?? since)")
  }
}
