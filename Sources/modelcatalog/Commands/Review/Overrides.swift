import ArgumentParser
import Catalog
import Foundation

struct Overrides: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put values of your own in the place of a provider's; a sync does not wipe them.",
    discussion: """
      MEMBER is one of \(OfferOverride.Member.allCases.map(\.rawValue).joined(separator: ", ")). VALUE is JSON: \
      context_length=64000, hidden=true, 'aliases=["my-model"]', 'pricing={"prompt":"0.000002"}' (USD per token). A word \
      that is no JSON is taken as text: status=deprecated.
      """,
    subcommands: [OverridesList.self, OverridesShow.self, OverridesSet.self, OverridesRemove.self],
    defaultSubcommand: OverridesList.self)
}

struct OverridesList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List all overrides.")

  @OptionGroup var options: CatalogOptions

  @Option(name: [.long, .customLong("provider")], help: ArgumentHelp("Only this gateway.", valueName: "slug"))
  var gateway: String?

  func run() async throws {
    let provider = try gateway.map { try ProviderSlug($0) }
    let overrides = try await options.withStore(loadsSnapshot: false) { try await $0.overrides(of: provider) }
    OverrideSheet(overrides: overrides).print(json: options.json)
  }
}

struct OverridesShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what a provider says about an offer, since when and from where, and what is served.")

  @OptionGroup var options: CatalogOptions

  @Argument(help: "The gateway's slug.")
  var gateway: String

  @Argument(help: "The offer's id.")
  var id: String

  func run() async throws {
    let provider = try ProviderSlug(gateway)
    let detail = try await options.withStore(loadsSnapshot: false) { store in
      try await store.detail(of: id, provider: provider)
    }
    if options.json { return try Output.json { try detail.writeMembers(to: &$0) } }
    var table = Table("field", "provider says", "served", "source", "observed")
    for field in try detail.fields() {
      table.add(
        field.name, field.stated ?? "-", field.served ?? "-", field.source,
        CalendarDate(unixSeconds: field.observedAt)?.description ?? "-")
    }
    table.print()
    if detail.served == nil { Output.line("The offer is hidden: nobody is shown it.") }
    OverrideSheet(overrides: detail.overrides).print(json: false)
  }
}

struct OverridesSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "set", abstract: "Override members of an offer.")

  @OptionGroup var options: CatalogOptions

  @Argument(help: "The gateway's slug.")
  var gateway: String

  @Argument(help: "The offer's id.")
  var id: String

  @Argument(help: "What to override, as MEMBER=VALUE.")
  var members: [String]

  @Option(name: .long, help: "Why, for others.")
  var note: String?

  @Flag(name: .long, help: "Only check.")
  var dryRun = false

  func run() async throws {
    var values: [OfferOverride.Member: JSONValue?] = [:]
    for text in members {
      guard let equals = text.firstIndex(of: "=") else { throw ValidationError("\"\(text)\" is not MEMBER=VALUE") }
      values[try OverrideSheet.member(String(text[..<equals]))] = Self.value(String(text[text.index(after: equals)...]))
    }
    let edit = OverrideEdit(
      provider: try ProviderSlug(gateway), offer: id, values: values, note: note, by: Operator.name)
    try await OverrideSheet.perform(edit, options, dryRun: dryRun)
  }

  private static func value(_ text: String) -> JSONValue {
    do { return try JSONReader.parse(text) } catch { return .string(text) }
  }
}

struct OverridesRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "End overrides of an offer, all of them where none are named.")

  @OptionGroup var options: CatalogOptions

  @Argument(help: "The gateway's slug.")
  var gateway: String

  @Argument(help: "The offer's id.")
  var id: String

  @Argument(help: "The members.")
  var members: [String] = []

  func run() async throws {
    let named = try members.map { try OverrideSheet.member($0) }
    let values = Dictionary(
      uniqueKeysWithValues: Set(named.isEmpty ? OfferOverride.Member.allCases : named).map { ($0, JSONValue?.none) })
    let edit = OverrideEdit(
      provider: try ProviderSlug(gateway), offer: id, values: values, note: nil, by: Operator.name)
    try await OverrideSheet.perform(edit, options, dryRun: false)
  }
}

/// Overrides, for people and for programs.
struct OverrideSheet {
  let overrides: [OfferOverride]

  static func member(_ name: String) throws -> OfferOverride.Member {
    guard let member = OfferOverride.Member(rawValue: name) else {
      let known = OfferOverride.Member.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\"\(name)\" cannot be overridden; choose one of \(known)")
    }
    return member
  }

  static func perform(_ edit: OverrideEdit, _ options: CatalogOptions, dryRun: Bool) async throws {
    let report = try await options.withStore(loadsSnapshot: false) { try await $0.setOverrides(edit, dryRun: dryRun) }
    if report.isChanged, !dryRun { try await options.announce() }
    OverrideSheet(overrides: report.overrides).print(json: options.json)
    if !options.json {
      Output.line(report.isChanged ? (dryRun ? "Would be changed." : "Changed.") : "Nothing changes.")
    }
  }

  func print(json: Bool) {
    if json {
      Output.json { json in
        json.name("overrides")
        json.array { json in for override in overrides { json.object { override.writeMembers(to: &$0) } } }
      }
      return
    }
    guard !overrides.isEmpty else { return Output.line("No overrides.") }
    var table = Table("gateway", "offer", "member", "value", "by", "since", "note")
    for override in overrides {
      table.add(
        override.provider.text, override.offer, override.member.rawValue, override.value, override.setBy,
        String(override.setAt.prefix(16)), override.note ?? "-")
    }
    table.print()
  }
}
