import Catalog
import CatalogSync
import Compression
import Foundation
import TieredCaching

/// The catalog that ships with the program, so that a new user sees real offers at once and offline.
enum BundledSnapshot {
  private static let maximumBytes = 64 << 20

  /// Fills the database if it has never held an offer.
  ///
  /// - Parameter announce: is told what is loaded, for a person.
  static func load(into store: any CatalogStore, announce: (String) -> Void) async throws {
    guard try await store.manifest().revisions.keys.allSatisfy(\.isDerived) else { return }
    let parsed = try parse()
    announce("The database is empty: loading the bundled snapshot of \(parsed.metadata["name"] ?? "unknown source")…")
    let report = try await store.importListings(parsed.listings, options: ImportOptions(format: "bundled"))
    for (name, value) in parsed.metadata { try await store.setMetadata(name, value) }
    announce(
      "Loaded \(report.total(\.added)) offers of \(report.providers.count) providers, "
        + "as of \(parsed.metadata["date"] ?? "an unknown date").")
  }

  private static func parse() throws -> ParsedBody {
    let body = try Gzip.decompress(Array(BundledFiles.read("snapshot.json.gz")), limit: maximumBytes)
    let now = Int(Date().timeIntervalSince1970)
    return try ImportFormat.named("modelcatalog").parse(body, context: ImportContext(observedAt: now))
  }
}
