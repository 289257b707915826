import ArgumentParser
import Catalog
import CatalogSync
import Compression
import Foundation
import TieredCaching

struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the whole catalog in the project's own format.",
    discussion: "The output is one JSON document, an offer per line, that \"modelcatalog import modelcatalog\" reads.")

  @OptionGroup var options: CatalogOptions

  @Argument(help: "The file, or - for standard output. A name that ends in .gz is compressed.")
  var file = "-"

  @Flag(name: .long, help: "Leave out the providers' descriptions of their models.")
  var factsOnly = false

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Facts about the data as name=value.", valueName: "name=value"))
  var metadata: [String] = []

  func validate() throws {
    for pair in metadata where Self.halves(of: pair) == nil {
      throw ValidationError("--metadata takes name=value, not \"\(pair)\"")
    }
  }

  private static func halves(of pair: String) -> (name: String, value: String)? {
    let halves = pair.split(separator: "=", maxSplits: 1).map { String($0) }
    return halves.count == 2 ? (halves[0], halves[1]) : nil
  }

  func run() async throws {
    let bytes = try await options.withStore { store in
      let delta = try await store.load(changedSince: nil)
      var metadata = try await store.metadata()
      for pair in self.metadata {
        if let (name, value) = Self.halves(of: pair) { metadata[name] = value }
      }
      let parts = delta.parts.values.filter { !$0.offers.isEmpty }.sorted { $0.provider.slug < $1.provider.slug }
      return NativeFormat.write(
        parts: parts, metadata: metadata, exportedAt: Date().formatted(.iso8601), includeDescriptions: !factsOnly)
    }
    if file == "-" {
      try FileHandle.standardOutput.write(contentsOf: Data(bytes))
    } else {
      try NamedFile.write(Data(file.hasSuffix(".gz") ? Gzip.compress(bytes, level: 9) : bytes), to: file)
      if options.json {
        Output.json { json in
          json.member("file", file)
          json.member("bytes", bytes.count)
        }
      } else {
        Output.note("Wrote \(file) (\(Output.grouped(bytes.count)) bytes before compression).")
      }
    }
  }
}
