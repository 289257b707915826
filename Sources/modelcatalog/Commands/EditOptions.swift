import ArgumentParser
import Catalog
import Foundation

/// The options of every command that updates one offer or one provider by hand.
struct EditOptions: ParsableArguments {
  @OptionGroup var catalog: CatalogOptions

  @Flag(name: .long, help: "Only say what would change.")
  var dryRun = false

  /// Makes an update and prints its report.
  ///
  /// - Parameters:
  ///   - loadsSnapshot: whether an empty database is first filled with the bundled snapshot.
  ///   - edit: gives the update.
  func run(loadsSnapshot: Bool, _ edit: () throws -> CatalogEdit) async throws {
    let report: EditReport
    do {
      let edit = try edit()
      report = try await catalog.withStore(loadsSnapshot: loadsSnapshot) { store in
        try await store.edit(edit, dryRun: dryRun)
      }
    } catch let error as any Error & CustomStringConvertible {
      // Ids and values are repeated in messages, and may come from a file that somebody else wrote.
      throw CommandFailure(Output.printable(error.description))
    }
    if !dryRun { try await catalog.announce() }
    let result = EditResult(report: report)
    if catalog.json { result.printJSON() } else { result.printTable() }
  }
}

/// What an update says: one JSON object, or members one by one.
struct MemberOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The members as one JSON object, or - to read it from standard input.", valueName: "json"))
  var json: String?

  @Option(
    name: .customLong("set"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Members one by one; no value clears a member, commas separate the elements of a list.",
      valueName: "name=value"))
  var assignments: [String] = []

  private static let maximumBytes = 1 << 20

  /// The members as a JSON object.
  ///
  /// - Parameter kind: how the value of a member is written; nil for a name that is no member.
  func members(_ kind: (String) -> OfferMember.Kind?) throws -> JSONValue {
    guard json == nil || assignments.isEmpty else {
      throw CommandFailure("give the members as JSON or with --set, not both")
    }
    guard let json else { return .object(try MemberAssignments.object(assignments, kind)) }
    let text = json == "-" ? try standardInput() : json
    do {
      return try JSONReader.parse(text)
    } catch {
      throw CommandFailure("the members are not JSON: \(error)")
    }
  }

  /// Whether nothing is said at all.
  var isEmpty: Bool { json == nil && assignments.isEmpty }

  private func standardInput() throws -> String {
    let data = try FileHandle.standardInput.readToEnd() ?? Data()
    guard data.count <= Self.maximumBytes, let text = String(validating: data, as: UTF8.self) else {
      throw CommandFailure("standard input must be UTF-8 text of at most \(Self.maximumBytes) bytes")
    }
    return text
  }
}

/// Members as people type them: `context_length=128000 aliases=a,b description= pricing.prompt=0.000002`.
enum MemberAssignments {
  private static let pricingPrefix = "pricing."

  /// The JSON object that assignments stand for; names that are no members are left to who reads the object.
  static func object(_ assignments: [String], _ kind: (String) -> OfferMember.Kind?) throws -> JSONObject {
    var members = JSONObject()
    var prices = JSONObject()
    for assignment in assignments {
      let halves = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
      guard halves.count == 2, !halves[0].isEmpty else {
        throw CommandFailure("--set takes name=value, not \"\(Output.printable(assignment))\"")
      }
      let (name, text) = (halves[0], halves[1])
      if name.hasPrefix(pricingPrefix) {
        try append(String(name.dropFirst(pricingPrefix.count)), try price(name, text), to: &prices, as: name)
      } else {
        try append(name, try value(name, text, kind(name) ?? .text), to: &members, as: name)
      }
    }
    if !prices.members.isEmpty { try append("pricing", .object(prices), to: &members, as: "pricing") }
    return members
  }

  private static func append(
    _ name: String, _ value: JSONValue, to object: inout JSONObject, as fullName: String
  ) throws {
    guard object[name] == nil else {
      throw CommandFailure("--set says \"\(Output.printable(fullName))\" more than once")
    }
    object.append(name, value)
  }

  private static func value(_ name: String, _ text: String, _ kind: OfferMember.Kind) throws -> JSONValue {
    if text.isEmpty { return .null }
    switch kind {
    case .text: return .string(text)
    case .number: return Int(text) == nil ? .string(text) : .number(text)
    case .list:
      if text.hasPrefix("[") { return try json(name, text) }
      return .array(text.split(separator: ",").map { .string(String($0)) })
    case .pricing: return try json(name, text)
    }
  }

  /// A decimal stays a string, as prices never are numbers in JSON.
  private static func price(_ name: String, _ text: String) throws -> JSONValue {
    if text.isEmpty { return .null }
    return text.hasPrefix("[") || text.hasPrefix("{") ? try json(name, text) : .string(text)
  }

  private static func json(_ name: String, _ text: String) throws -> JSONValue {
    do {
      return try JSONReader.parse(text)
    } catch {
      throw CommandFailure("--set \(Output.printable(name)): the value is not JSON: \(error)")
    }
  }
}
