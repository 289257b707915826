import Catalog
import Foundation
import Logging
import NIOPosix
import RedisClient
import RedisTier
import TieredCaching

/// What is measured of the cache with one catalog.
struct CacheCases {
  let database: String
  let redis: BenchmarkRedis
  let runs: Int

  // MARK: Tiers

  /// The first answer of a new worker: with Redis empty, and with Redis warm; then the next answer.
  func tiers() async throws {
    var cold: [Double] = []
    var warm: [Double] = []
    var hot: [Double] = []
    for _ in 0..<runs {
      try redis.command("FLUSHALL")
      cold.append(try await firstRead().first)
      let (first, next) = try await firstRead()
      warm.append(first)
      hot.append(next)
    }
    let base = Self.median(cold)
    print("| first answer of a new worker | ms | ratio |")
    print("| --- | ---: | ---: |")
    print("| cold: from the database | \(format(base)) | 1.00 |")
    print(
      "| warm: from Redis, nothing in memory | \(format(Self.median(warm))) | \(format(base / Self.median(warm))) |")
    print("| hot: from memory | \(format(Self.median(hot))) | \(format(base / Self.median(hot))) |\n")
  }

  /// Milliseconds that the first and the second read of a new worker take, from before its connections are made.
  private func firstRead() async throws -> (first: Double, next: Double) {
    let start = ContinuousClock.now
    return try await BenchmarkWorker.with(database: database, redis: redis.url, coherence: .bounded) { service in
      _ = try await service.readFullCatalog()
      let first = (ContinuousClock.now - start) / .milliseconds(1)
      let again = ContinuousClock.now
      _ = try await service.readFullCatalog()
      return (first, (ContinuousClock.now - again) / .milliseconds(1))
    }
  }

  // MARK: Hits

  /// A hit in bounded coherence: no question to anybody.
  func hot() async throws {
    let nanoseconds = try await BenchmarkWorker.with(database: database, redis: redis.url, coherence: .bounded) {
      service in
      _ = try await service.readFullCatalog()
      let count = 1_000_000
      let start = ContinuousClock.now
      var offers = 0
      for _ in 0..<count { offers += await service.fullCatalog().count }
      guard offers > 0 else { throw BenchmarkFailure("the catalog is empty") }
      return (ContinuousClock.now - start) / .nanoseconds(1) / Double(count)
    }
    print("fullCatalog() hit, bounded: \(format(nanoseconds)) ns\n")
  }

  /// A hit in strict coherence, against a bare PING over the same kind of connection.
  func strict() async throws {
    let url = redis.url
    let before = try redis.calls(of: "evalsha")
    let (single, ping, rate, reads) = try await BenchmarkWorker.with(
      database: database, redis: redis.url, coherence: .strict
    ) { service in
      let (single, ping) = try await Self.compareWithPing(at: url) { _ = try await service.readFullCatalog() }
      let start = ContinuousClock.now
      let reads = 64 * 4_000
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<64 {
          group.addTask { for _ in 0..<4_000 { _ = try await service.readFullCatalog() } }
        }
        try await group.waitForAll()
      }
      return (single, ping, Double(reads) / ((ContinuousClock.now - start) / .seconds(1)), reads)
    }
    let questions = try redis.calls(of: "evalsha") - before - Self.turns * Self.callsPerTurn
    print("| strict coherence | value | compared with |")
    print("| --- | ---: | --- |")
    print("| one reader, p50 | \(format(single)) µs | \(format(single / ping)) of a PING (\(format(ping)) µs) |")
    print(
      "| 64 readers | \(Int(rate)) reads/s | \(format(Double(reads) / Double(max(1, questions)))) reads per question "
        + "(\(questions) questions) |\n")
  }

  private static let turns = 20
  private static let callsPerTurn = 500

  /// Medians of how many microseconds a read and a PING take, turn by turn, as the machine is not the same at all times.
  private static func compareWithPing(
    at url: String, _ read: () async throws -> Void
  ) async throws -> (read: Double, ping: Double) {
    let client = RedisClient(
      try RedisClient.Configuration(url: url), logger: Logger(label: "b") { _ in SwiftLogNoOpLogHandler() })
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await client.run() }
      defer { group.cancelAll() }
      try await client.waitUntilConnected(timeout: .seconds(5))
      var reads: [Double] = []
      var pings: [Double] = []
      for _ in 0..<turns {
        reads += try await times(of: read)
        pings += try await times { try await client.ping() }
      }
      return (median(reads), median(pings))
    }
  }

  private static func times(of call: () async throws -> Void) async throws -> [Double] {
    var times: [Double] = []
    for _ in 0..<callsPerTurn {
      let start = ContinuousClock.now
      try await call()
      times.append((ContinuousClock.now - start) / .microseconds(1))
    }
    return times
  }

  // MARK: Fleets

  /// 500 readers in four processes on a cold key, where the database takes half a second longer.
  func coldFleet() throws {
    try redis.command("FLUSHALL")
    let workers = try (0..<4).map { _ in
      try WorkerProcess(
        database: database, redis: redis.url, coherence: "bounded", ["--readers", "125", "--load-delay", "500"])
    }
    var times: [Int] = []
    var loads = 0
    for worker in workers {
      times += try worker.next("times").compactMap { Int($0) }
      loads += try worker.next("loads").first.flatMap { Int($0) } ?? 0
      try worker.end()
    }
    times.sort()
    print(
      "500 readers in 4 processes, cold, load delayed by 500 ms: \(loads) load(s) from the database; waited p50 "
        + "\(times[times.count / 2] / 1_000_000) ms, p99 \(times[times.count * 99 / 100] / 1_000_000) ms\n")
  }

  /// One offer of one provider changes: how long until each of four workers serves it, and what it moves.
  ///
  /// - Parameter isTold: whether Redis is told of each change; a change that is typed in SQL is not.
  func propagation(isTold: Bool = true) async throws {
    print(
      "| one offer changed, 4 workers, \(isTold ? "" : "not ")told | p50 ms | p99 ms | bytes out of Redis per change |")
    print("| --- | ---: | ---: | ---: |")
    for coherence in Coherence.allCases {
      let (lags, bytes) = try await lags(coherence, isTold: isTold)
      print(
        "| \(coherence.rawValue) | \(format(lags[lags.count / 2])) | \(format(lags[lags.count * 99 / 100])) | \(bytes) |"
      )
    }
    guard isTold else { return print() }
    try redis.command("CONFIG", "RESETSTAT")
    let before = try redis.info("total_net_output_bytes")
    let full = try await firstRead().first
    print(
      "| everything anew, 1 worker | \(format(full)) | | \(try redis.info("total_net_output_bytes") - before) |\n")
  }

  private func lags(_ coherence: Coherence, isTold: Bool) async throws -> (milliseconds: [Double], bytes: Int) {
    let workers = try (0..<4).map { _ in
      try WorkerProcess(database: database, redis: redis.url, coherence: coherence.rawValue, ["--stays"])
    }
    for worker in workers { _ = try worker.next("version") }
    let changes = 30
    let before = try redis.info("total_net_output_bytes")
    let idle = try await idleBytes()
    let start = ContinuousClock.now
    let lags = try await change(changes, isTold: isTold, watchedBy: workers)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let bytes = try redis.info("total_net_output_bytes") - before - Int(Double(idle) * (seconds + 1))
    for worker in workers { try worker.end() }
    return (lags.sorted(), max(0, bytes) / changes)
  }

  /// What the workers ask for in a second in which nothing changes.
  private func idleBytes() async throws -> Int {
    let before = try redis.info("total_net_output_bytes")
    try await Task.sleep(for: .seconds(1))
    return try redis.info("total_net_output_bytes") - before
  }

  private func change(_ changes: Int, isTold: Bool, watchedBy workers: [WorkerProcess]) async throws -> [Double] {
    let store = try await BenchmarkDatabase.open(database)
    guard let part = try await store.load(changedSince: nil).parts.values.first(where: { !$0.offers.isEmpty }) else {
      throw BenchmarkFailure("the catalog is empty")
    }
    let shared = RedisSharedTier(
      try RedisClient.Configuration(url: redis.url), staleLimit: .zero, threads: .singleton,
      logger: Logger(label: "b") { _ in SwiftLogNoOpLogHandler() })
    let lags = try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await shared.run {} }
      defer { group.cancelAll() }
      try await shared.waitUntilConnected()
      var lags: [Double] = []
      for number in 0..<changes {
        var offer = part.offers[0]
        offer.contextLength = 1_000 + number
        let report = try await store.edit(.putOffer(offer))
        let committed = BenchmarkClock.nanoseconds
        if isTold { _ = try await shared.raise(to: report.manifest, stamp: "change \(number) \(committed)") }
        for worker in workers {
          let seen = try worker.next("version").last.flatMap { Int($0) } ?? committed
          lags.append(Double(seen - committed) / 1e6)
        }
      }
      return lags
    }
    try await store.close()
    return lags
  }

  /// The memory of a worker that serves the catalog.
  func memory() throws {
    let worker = try WorkerProcess(database: database, redis: redis.url, coherence: "bounded", [])
    let kibibytes = try worker.next("memory").first.flatMap { Double($0) } ?? 0
    try worker.end()
    print("Resident memory of a worker without HTTP: \(format(kibibytes / 1_024)) MiB\n")
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  private func format(_ value: Double) -> String { String(format: value < 10 ? "%.3f" : "%.1f", value) }
}
