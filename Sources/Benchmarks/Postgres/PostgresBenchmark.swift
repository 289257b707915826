import ArgumentParser
import Catalog
import Foundation
import TestSupport
import TieredCaching

struct PostgresBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "postgres",
    abstract: "Measure PostgreSQL as the truth: loads, imports, and how long a commit takes to reach four workers.",
    discussion: """
      It starts a PostgreSQL server with its default settings, and a redis-server. Loads stand beside psql's COPY of
      the same rows in the same run.
      """)

  @Option(name: .long, parsing: .upToNextOption, help: "Numbers of offers.")
  var sizes = [5_000, 20_000, 100_000]

  @Option(name: .long, help: "Runs of each case; the median counts.")
  var runs = 5

  /// What a server has by default, in the place of what makes tests fast.
  private static let defaults = [
    "fsync=on", "synchronous_commit=on", "full_page_writes=on", "max_wal_senders=10", "max_connections=100",
    "shared_buffers=128MB",
  ]
  /// The size at which imports and propagation are measured.
  private static let size = 20_000

  func run() async throws {
    let server = try PostgresServer(settings: Self.defaults)
    try server.start()
    print("| offers | load ms | psql COPY ms | ratio |\n| ---: | ---: | ---: | ---: |")
    for size in sizes { try await load(size, server) }
    try await imports(server)
    let redis = try BenchmarkRedis()
    defer { redis.stop() }
    let url = try await filled(Self.size, server)
    let cases = CacheCases(database: url, redis: redis, runs: runs)
    try await cases.propagation()
    try await cases.propagation(isTold: false)
    try server.stop()
  }

  /// A database with a synthetic catalog.
  private func filled(_ size: Int, _ server: PostgresServer) async throws -> String {
    let url = try server.makeDatabase()
    let store = try await BenchmarkDatabase.open(url)
    let listings = try SyntheticCatalog(offers: size, isChanged: false).listings()
    _ = try await store.importListings(listings, options: ImportOptions(format: "benchmark"))
    try await store.close()
    try server.psql("VACUUM ANALYZE", in: url)
    return url
  }

  private func load(_ size: Int, _ server: PostgresServer) async throws {
    let url = try await filled(size, server)
    let store = try await BenchmarkDatabase.open(url)
    let columns = OfferRow.columns.joined(separator: ", ")
    let copy = "\\copy (SELECT \(columns) FROM modelcatalog.offers ORDER BY provider, id) TO '/dev/null'"
    var loads: [Double] = []
    var copies: [Double] = []
    for _ in 0..<runs {
      loads.append(try await milliseconds { _ = try await store.load(changedSince: nil) })
      copies.append(try await milliseconds { _ = try server.psql(copy, in: url) })
    }
    try await store.close()
    let (load, reference) = (loads.sorted()[runs / 2], copies.sorted()[runs / 2])
    print("| \(size) | \(format(load)) | \(format(reference)) | \(String(format: "%.2f", load / reference)) |")
  }

  private func imports(_ server: PostgresServer) async throws {
    let url = try await filled(Self.size, server)
    let store = try await BenchmarkDatabase.open(url)
    let original = try SyntheticCatalog(offers: Self.size, isChanged: false).listings()
    let changed = try SyntheticCatalog(offers: Self.size, isChanged: true).listings()
    var changes: [Double] = []
    var nothing: [Double] = []
    for run in 0..<runs {
      let listings = run.isMultiple(of: 2) ? changed : original
      changes.append(try await milliseconds { try await take(listings, store) })
      nothing.append(try await milliseconds { try await take(listings, store) })
    }
    var rewrites: [Double] = []
    for run in 0..<runs {
      let all = original.map { listing in
        let offers = listing.offers.map { offer in
          var offer = offer
          offer.description = "rewritten \(run)"
          return offer
        }
        return ProviderListing(provider: listing.provider, offers: offers, stated: listing.stated)
      }
      rewrites.append(try await milliseconds { try await take(all, store) })
    }
    try await store.close()
    let rewrite = rewrites.sorted()[runs / 2]
    print("\n| import of \(Self.size) offers | ms | part of a full rewrite |\n| --- | ---: | ---: |")
    for (name, values) in [("all changed", rewrites), ("1 % changed", changes), ("nothing changed", nothing)] {
      let median = values.sorted()[runs / 2]
      print("| \(name) | \(format(median)) | \(String(format: "%.2f", median / rewrite)) |")
    }
    print()
  }

  private func take(_ listings: [ProviderListing], _ store: any CatalogStore) async throws {
    _ = try await store.importListings(listings, options: ImportOptions(format: "benchmark"))
  }

  private func milliseconds(_ work: () async throws -> Void) async throws -> Double {
    let start = ContinuousClock.now
    try await work()
    return (ContinuousClock.now - start) / .milliseconds(1)
  }

  private func format(_ value: Double) -> String { String(format: "%.0f", value) }
}
