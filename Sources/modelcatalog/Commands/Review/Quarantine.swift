import ArgumentParser
import Catalog
import Foundation

struct Quarantine: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Decide on changes that a sync held back because they cannot be believed unseen.",
    discussion: """
      The last good value is served until a change is accepted. A rejected value is not taken, as often as the provider \
      repeats it; another value is judged anew. Flags only inform.
      """,
    subcommands: [QuarantineList.self, QuarantineAccept.self, QuarantineReject.self],
    defaultSubcommand: QuarantineList.self)
}

struct QuarantineList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List what is held back or flagged.")

  @OptionGroup var options: CatalogOptions

  @Option(name: [.long, .customLong("provider")], help: ArgumentHelp("Only this gateway.", valueName: "slug"))
  var gateway: String?

  @Option(name: .long, help: "pending, accepted or rejected.")
  var state = "pending"

  @Flag(name: .long, help: "Only what is held back, no flags.")
  var held = false

  func validate() throws {
    guard QuarantineEntry.State(rawValue: state) == nil else { return }
    let states = QuarantineEntry.State.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("--state must be one of \(states)")
  }

  func run() async throws {
    let provider = try gateway.map { try ProviderSlug($0) }
    let states = Set([QuarantineEntry.State(rawValue: state)].compactMap { $0 })
    let all = try await options.withStore(loadsSnapshot: false) { store in
      try await store.quarantine(of: provider, states: states, limit: .max)
    }
    let entries = all.filter { $0.isHeld || !held }
    if options.json {
      Output.json { json in
        json.name("entries")
        json.array { json in for entry in entries { json.object { entry.writeMembers(to: &$0) } } }
      }
      return
    }
    var table = Table(">id", "gateway", "offer", "field", "", "since", "reason")
    for entry in entries {
      table.add(
        String(entry.id), entry.provider.text, entry.offer.isEmpty ? "(all)" : entry.offer,
        entry.field.rawValue, entry.isHeld ? "held" : "flag", String(entry.since.prefix(16)),
        entry.message)
    }
    table.print()
    let count = entries.count { $0.isHeld }
    Output.line("\(count) held back, \(entries.count - count) flagged.")
  }
}

struct QuarantineAccept: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "accept", abstract: "Take values that were held back.")

  @OptionGroup var decision: DecisionOptions

  func run() async throws { try await decision.decide(.accept) }
}

struct QuarantineReject: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "reject", abstract: "Refuse values that were held back.")

  @OptionGroup var decision: DecisionOptions

  func run() async throws { try await decision.decide(.reject) }
}

/// What both decisions have in common.
struct DecisionOptions: ParsableArguments {
  @OptionGroup var options: CatalogOptions

  @Argument(help: "The numbers of the entries.")
  var ids: [Int]

  func decide(_ decision: QuarantineEntry.Decision) async throws {
    let (entries, failures) = try await options.withStore(loadsSnapshot: false) { store in
      try await Self.decide(ids, decision, in: store)
    }
    if !entries.isEmpty { try await options.announce() }
    if options.json {
      Output.json { json in
        json.name("entries")
        json.array { json in for entry in entries { json.object { entry.writeMembers(to: &$0) } } }
      }
    } else {
      for entry in entries {
        Output.line(
          Output.printable(
            "\(entry.id) \(entry.state.rawValue): \(entry.provider) \(entry.offer) \(entry.field.rawValue)"))
      }
    }
    if !failures.isEmpty { throw CommandFailure(failures.joined(separator: "; ")) }
  }

  /// Decides about each entry in a transaction of its own, so that one that is refused stands in no other's way.
  private static func decide(
    _ ids: [Int], _ decision: QuarantineEntry.Decision, in store: any CatalogStore
  ) async throws -> (entries: [QuarantineEntry], failures: [String]) {
    var entries: [QuarantineEntry] = []
    var failures: [String] = []
    for id in ids {
      do {
        entries.append(try await store.decide(id, decision, by: Operator.name).entry)
      } catch {
        failures.append(Output.printable("\(id): \(error)"))
        if case StoreError.unavailable = error { break }
      }
    }
    return (entries, failures)
  }
}

/// Who uses the command line.
enum Operator {
  static var name: String { "cli:\(NSUserName().prefix(60))" }
}
