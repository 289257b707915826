import ArgumentParser
import Catalog
import CatalogSync
import Compression
import Foundation

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

  @Argument(help: "The file, or - for standard input; it may be compressed with gzip.")
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

  func validate() throws {
    guard let observed, CalendarDate(observed) == nil else { return }
    throw ValidationError("--observed \"\(observed)\" is no date such as 2026-01-31")
  }

  func run() async throws {
    let format = try ImportFormat.named(format)
    let slug = try provider.map { try ProviderSlug($0) }
    let body = try read()
    let parsed = try format.parse(
      body, context: ImportContext(provider: slug, observedAt: observedAt, source: nil))
    let importOptions = ImportOptions(format: format.name, force: force, dryRun: dryRun, isPartial: partial)
    // An import into a new database must not be mixed with the bundled snapshot unasked.
    let report = try await options.withStore(loadsSnapshot: false) { store in
      let report = try await store.importListings(parsed.listings, options: importOptions)
      if !dryRun { for (name, value) in parsed.metadata { try await store.setMetadata(name, value) } }
      return report
    }
    if !dryRun { try await options.announce() }
    let result = ImportResult(format: format.name, parsed: parsed, report: report)
    if options.json { result.printJSON() } else { result.printTable(verbose: verbose) }
  }

  private func read() throws -> [UInt8] {
    let data: Data
    if file == "-" {
      data = try FileHandle.standardInput.readToEnd() ?? Data()
    } else {
      data = try NamedFile.read(file)
    }
    guard data.count <= Self.maximumBytes else {
      throw CommandFailure("the body has \(data.count) bytes; at most \(Self.maximumBytes) are taken")
    }
    // What "export" writes to a name that ends in .gz; no other body starts with these bytes.
    guard data.starts(with: [0x1F, 0x8B]) else { return Array(data) }
    return try Gzip.decompress(Array(data), limit: Self.maximumBytes)
  }

  private var observedAt: Int {
    observed.flatMap { CalendarDate($0)?.unixSeconds } ?? Int(Date().timeIntervalSince1970)
  }
}
