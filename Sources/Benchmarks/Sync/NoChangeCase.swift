import AsyncHTTPClient
import Catalog
import CatalogSync
import Foundation
import Logging
import SQLiteStore
import TestSupport

/// The sync of a provider whose list says nothing new, over loopback and into SQLite.
struct NoChangeCase {
  let offers: Int
  let runs: Int

  func run() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "modelcatalog-benchmarks-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let store = try await SQLiteStore(path: directory.appending(path: "catalog.sqlite").path)
    let server = try await ReplayServer()
    let client = HTTPClient(configuration: ProviderFetcher.configuration())
    let list = BenchmarkList.madeUp(rows: offers)
    server.serve("/openrouter/*", list.body)
    let logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
    let service = SyncService(
      registry: ProviderRegistry.builtIn, configuration: .init(),
      fetcher: ProviderFetcher(
        client: client, environment: { $0 == "MODEL_SYNC_BASE_URL" ? server.url : nil }, logger: logger),
      store: store, errors: ErrorStates(notes: nil, logger: logger), market: { MarketPrices() }, publish: { _ in },
      now: { Int(Date().timeIntervalSince1970) }, logger: logger)
    try await measure(service, bytes: list.body.count)
    try await client.shutdown()
    try await server.stop()
    try await store.close()
    try FileManager.default.removeItem(at: directory)
  }

  private func measure(_ service: SyncService, bytes: Int) async throws {
    print("\n| sync of \(offers) offers, \(bytes / 1_000_000) MB | ms | × first |\n| --- | ---: | ---: |")
    let first = try await milliseconds(service, isManual: true, 1)
    let whole = try await milliseconds(service, isManual: true, runs)
    let conditional = try await milliseconds(service, isManual: false, runs)
    for (name, time) in [("first", first), ("the same list", whole), ("not modified (304)", conditional)] {
      print("| \(name) | \(String(format: "%.0f", time)) | \(String(format: "%.3f", time / first)) |")
    }
  }

  private func milliseconds(_ service: SyncService, isManual: Bool, _ runs: Int) async throws -> Double {
    var options = SyncOptions()
    options.isManual = isManual
    var times: [Double] = []
    for _ in 0..<runs {
      let start = ContinuousClock.now
      let job = await service.perform(try service.adapters(named: ["openrouter"]), options, trigger: .command)
      times.append((ContinuousClock.now - start) / .milliseconds(1))
      guard job.count(.failed) + job.count(.skipped) == 0 else {
        throw ValidationFailure(description: job.results.first?.reason ?? "the sync failed")
      }
    }
    return times.sorted()[times.count / 2]
  }

  private struct ValidationFailure: Error, CustomStringConvertible { let description: String }
}
