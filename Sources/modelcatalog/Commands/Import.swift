import ArgumentParser
import Catalog
import CatalogSync
import Foundation
import SQLiteStore

struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Import a provider's model list, or a list of many providers.",
    discussion: """
      The body is compared with what the database holds: only differences are written, each with an entry in the change
      log. A body that does not fit its format is refused whole, with the row and field that do not fit.

      FORMAT is one of:
      \(ImportFormat.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))
      """)

  @OptionGroup var options: CatalogOptions

  @Argument(help: "The format of the body.")
  var format: String

  @Argument(help: "The file, or - for standard input.")
  var file = "-"

  @Option(name: .long, help: ArgumentHelp("The provider that a list belongs to.", valueName: "slug"))
  var provider: String?

  @Option(
    name: .long, help: ArgumentHelp("When the body was observed, as YYYY-MM-DD (default: now).", valueName: "date"))
  var observed: String?

  @Flag(name: .long, help: "Take the body even if it removes more than half of a provider's offers.")
  var force = false

  @Flag(name: .long, help: "Keep offers that the body does not contain.")
  var partial = false

  @Flag(name: .long, help: "Only say what would change.")
  var dryRun = false

  @Flag(name: .long, help: "List every notice instead of a summary.")
  var verbose = false

  private static let maximumBytes = 256 << 20

  func run() async throws {
    let format = try ImportFormat.named(format)
    let slug = try provider.map { try ProviderSlug($0) }
    let body = try read()
    let parsed = try format.parse(
      body, context: ImportContext(provider: slug, observedAt: try observedAt(), source: nil))
    let importOptions = ImportOptions(format: format.name, force: force, dryRun: dryRun, isPartial: partial)
    // An import into a new database must not be mixed with the bundled snapshot unasked.
    let report = try await options.withStore(loadsSnapshot: false) { store in
      let report = try await store.importListings(parsed.listings, options: importOptions)
      if !dryRun { for (name, value) in parsed.metadata { try await store.setMetadata(name, value) } }
      return report
    }
    let result = ImportResult(format: format.name, parsed: parsed, report: report)
    if options.json { result.printJSON() } else { result.printTable(verbose: verbose) }
  }

  private func read() throws -> [UInt8] {
    let data: Data
    if file == "-" {
      data = try FileHandle.standardInput.readToEnd() ?? Data()
    } else {
      guard FileManager.default.fileExists(atPath: file) else { throw ValidationError("there is no file \"\(file)\"") }
      data = try Data(contentsOf: URL(fileURLWithPath: file))
    }
    guard data.count <= Self.maximumBytes else {
      throw ValidationError("the body has \(data.count) bytes; at most \(Self.maximumBytes) are taken")
    }
    return Array(data)
  }

  private func observedAt() throws -> Int {
    guard let observed else { return Int(Date().timeIntervalSince1970) }
    guard let date = CalendarDate(observed) else {
      throw ValidationError("--observed \"\(observed)\" is no date such as 2026-01-31")
    }
    return date.unixSeconds
  }
}
