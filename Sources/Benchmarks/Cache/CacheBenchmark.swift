import ArgumentParser
import Catalog
import Foundation
import SQLiteStore
import TieredCaching

struct CacheBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "Measure the tiered cache: cold, warm and hot reads, coherence, fleets, propagation, memory.",
    discussion:
      "It starts a redis-server of its own. Every figure stands beside what it is compared with in the same run.")

  @Option(name: .long, parsing: .upToNextOption, help: "Numbers of offers.")
  var sizes = [5_000, 20_000]

  @Option(name: .long, help: "Runs of each case; the median counts.")
  var runs = 5

  func run() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "modelcatalog-cache-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { do { try FileManager.default.removeItem(at: directory) } catch { print("could not clean up: \(error)") } }
    let redis = try BenchmarkRedis()
    defer { redis.stop() }
    for size in sizes {
      print("\n## \(size) offers\n")
      let place = directory.appending(path: "\(size)")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try await SyntheticCatalog(offers: size, isChanged: false).store(in: place.path)
      let cases = CacheCases(database: place.appending(path: "catalog.sqlite").path, redis: redis, runs: runs)
      try await cases.tiers()
      try await cases.hot()
      try await cases.strict()
      try cases.coldFleet()
      try await cases.propagation()
      try cases.memory()
    }
    print("\n## RedisClient and redis-benchmark\n")
    print("| value | tasks | op/s | p50 µs | p99 µs | CPU µs | redis-benchmark: op/s (ratio) |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    for row in try await redisBenchmark(port: redis.port) { print(row.markdown) }
  }
}

extension RedisBenchmarkRow {
  fileprivate var markdown: String {
    let micro = { (duration: Duration) in String(format: "%.1f", duration / .microseconds(1)) }
    let others = references.map {
      "\($0.options): \(Int($0.operationsPerSecond)) (\(String(format: "%.2f", operationsPerSecond / $0.operationsPerSecond)))"
    }
    return "| \(valueSize) B | \(tasks) | \(Int(operationsPerSecond)) | \(micro(median)) | \(micro(percentile99)) | "
      + "\(micro(processorTime)) | \(others.joined(separator: "; ")) |"
  }
}
