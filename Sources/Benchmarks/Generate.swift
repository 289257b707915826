import ArgumentParser
import Catalog
import Foundation
import SQLiteStore

struct Generate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a synthetic catalog to a file in the project's own format, or into a database.",
    discussion: "The same number of offers always gives the same catalog.")

  @Argument(help: "How many offers.")
  var count: Int

  @Argument(help: "The file.")
  var file: String?

  @Option(name: .long, help: ArgumentHelp("The directory of the database.", valueName: "path"))
  var dataDir: String?

  @Flag(name: .long, help: "Change the price and the context of every hundredth offer.")
  var changed = false

  func validate() throws {
    guard (1...1_000_000).contains(count) else { throw ValidationError("COUNT must be from 1 to 1000000") }
    guard file != nil || dataDir != nil else { throw ValidationError("give FILE or --data-dir") }
  }

  func run() async throws {
    let catalog = SyntheticCatalog(offers: count, isChanged: changed)
    if let file { try Data(try catalog.document()).write(to: URL(fileURLWithPath: file)) }
    if let dataDir { try await catalog.store(in: dataDir) }
  }
}

extension SyntheticCatalog {
  /// Imports the catalog into the database in a directory, which is made if need be.
  func store(in dataDirectory: String) async throws {
    try FileManager.default.createDirectory(atPath: dataDirectory, withIntermediateDirectories: true)
    let store = try await SQLiteStore(path: "\(dataDirectory)/catalog.sqlite")
    let listings = try parts().map { ProviderListing(provider: $0.provider, offers: $0.offers, stated: .all) }
    _ = try await store.importListings(listings, options: ImportOptions(format: "modelcatalog"))
    try await store.close()
  }
}
