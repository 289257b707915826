import ArgumentParser
import Catalog

struct Offers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Add, change and remove single offers by hand.",
    discussion: """
      Prices are decimals in USD per token, or per image, request and so on. Where a later import of the provider's \
      list says something else, the import counts.

        modelcatalog offers patch openai gpt-4o --set pricing.prompt=0.000002
        modelcatalog offers put acme acme-1 '{"pricing":{"state":"free"}}'
        modelcatalog offers delete acme acme-1

      Members: \(OfferPatch.memberNames.joined(separator: ", ")).
      """,
    subcommands: [PutOffer.self, PatchOffer.self, DeleteOffer.self])
}

/// Which offer a command is about.
struct OfferAddress: ParsableArguments {
  @Argument(help: ArgumentHelp("The provider's slug.", valueName: "gateway"))
  var gateway: String

  @Argument(help: "The offer's id at the provider, with \":\" and the variant where it has one.")
  var id: String

  func provider() throws -> ProviderSlug { try ProviderSlug(gateway) }
}

struct PutOffer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "put", abstract: "Add an offer, or replace one as a whole: what is not given is not known then.",
    discussion: "Beside the members of a patch there is variant, the end of the id that is no part of the model's own.")

  @OptionGroup var address: OfferAddress
  @OptionGroup var members: MemberOptions
  @OptionGroup var options: EditOptions

  func run() async throws {
    // Like an import, a first offer of one's own must not be mixed with the bundled snapshot unasked.
    try await options.run(loadsSnapshot: false) {
      try .putOffer(id: address.id, of: address.provider(), members.members { OfferMember(rawValue: $0)?.kind })
    }
  }
}

struct PatchOffer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patch", abstract: "Change members of an offer and keep the others; null clears a member.")

  @OptionGroup var address: OfferAddress
  @OptionGroup var members: MemberOptions
  @OptionGroup var options: EditOptions

  func validate() throws {
    if members.isEmpty { throw ValidationError("Say what to change, as JSON or with --set name=value.") }
  }

  func run() async throws {
    try await options.run(loadsSnapshot: true) {
      let patch = try OfferPatch(members.members { OfferMember(rawValue: $0)?.kind })
      return try .patchOffer(provider: address.provider(), id: address.id, patch)
    }
  }
}

struct DeleteOffer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "delete", abstract: "Remove an offer.")

  @OptionGroup var address: OfferAddress
  @OptionGroup var options: EditOptions

  func run() async throws {
    try await options.run(loadsSnapshot: true) { try .deleteOffer(provider: address.provider(), id: address.id) }
  }
}
