import Glibc
import Logging
import NIOCore
import RedisClient

/// What one way of reading came to, and the same with `redis-benchmark`.
struct RedisBenchmarkRow: Sendable {
  /// The result of a run of `redis-benchmark`.
  struct Reference: Sendable {
    /// Its options.
    let options: String
    let operationsPerSecond: Double
  }

  let valueSize: Int
  let tasks: Int
  let operationsPerSecond: Double
  /// The median and the 99th percentile of the time of a call.
  let median: Duration
  let percentile99: Duration
  /// The processor time of this process, user and system, for one call.
  let processorTime: Duration
  let references: [Reference]

  var bytesPerSecond: Double { operationsPerSecond * Double(valueSize) }
}

/// Reads values of 100 B, 10 KB and 1 MB one after another and from 64 tasks, all over one connection.
///
/// - Parameter port: where a Redis server listens on 127.0.0.1; keys that begin with "benchmark:" are overwritten.
func redisBenchmark(port: Int) async throws -> [RedisBenchmarkRow] {
  var configuration = try RedisClient.Configuration(url: "redis://127.0.0.1:\(port)")
  configuration.commandTimeout = .seconds(20)
  let client = RedisClient(configuration, logger: Logger(label: "benchmark"))
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { await client.run() }
    defer { group.cancelAll() }
    try await client.waitUntilConnected(timeout: .seconds(5))
    var rows: [RedisBenchmarkRow] = []
    for (size, sequential, concurrent) in [(100, 40_000, 600_000), (10_240, 20_000, 150_000), (1 << 20, 1000, 3000)] {
      try await client.set("benchmark:\(size)", .bytes(ByteBuffer(repeating: 120, count: size)))
      rows.append(
        try await measure(client, port: port, size: size, tasks: 1, calls: sequential, options: ["-c 1 -P 1"]))
      rows.append(
        try await measure(
          client, port: port, size: size, tasks: 64, calls: concurrent,
          options: ["-c 1 -P 16", "-c 1 -P 64", "-c 64 -P 1"]))
    }
    return rows
  }
}

private func measure(
  _ client: RedisClient, port: Int, size: Int, tasks: Int, calls: Int, options: [String]
) async throws -> RedisBenchmarkRow {
  let references = try options.map { try referenceRun(port: port, key: "benchmark:\(size)", calls: calls, options: $0) }
  _ = try await timesOfCalls(client, size: size, tasks: tasks, calls: calls / 4)
  let (start, startOfProcessor) = (ContinuousClock.now, processorTime())
  let times = try await timesOfCalls(client, size: size, tasks: tasks, calls: calls).sorted()
  let (seconds, processor) = ((ContinuousClock.now - start) / .seconds(1), processorTime() - startOfProcessor)
  return RedisBenchmarkRow(
    valueSize: size, tasks: tasks, operationsPerSecond: Double(times.count) / seconds, median: times[times.count / 2],
    percentile99: times[times.count * 99 / 100], processorTime: processor / times.count, references: references)
}

/// The processor time that this process has used.
func processorTime() -> Duration {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

/// How long each call took.
private func timesOfCalls(_ client: RedisClient, size: Int, tasks: Int, calls: Int) async throws -> [Duration] {
  try await withThrowingTaskGroup(of: [Duration].self) { group in
    for _ in 0..<tasks {
      group.addTask {
        var times: [Duration] = []
        times.reserveCapacity(calls / tasks)
        for _ in 0..<calls / tasks {
          let start = ContinuousClock.now
          guard try await client.get("benchmark:\(size)")?.readableBytes == size else {
            throw RedisError.unexpectedReply(command: "GET", kind: "a value of another size")
          }
          times.append(ContinuousClock.now - start)
        }
        return times
      }
    }
    return try await group.reduce(into: []) { $0 += $1 }
  }
}
