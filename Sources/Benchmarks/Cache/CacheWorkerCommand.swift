import ArgumentParser
import Catalog
import Foundation
import TieredCaching

/// A worker in a process of its own, for the benchmarks of a fleet. It prints one line per fact, for its parent.
struct CacheWorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "cache-worker", shouldDisplay: false)

  @Argument var database: String
  @Argument var redis: String
  @Argument var coherence: String

  @Option(help: "How many readers ask at the start.")
  var readers = 1

  @Option(help: "How much longer a load from the database takes, in milliseconds.")
  var loadDelay = 0

  @Flag(help: "Go on and print every version that is served, until the input ends.")
  var stays = false

  func run() async throws {
    let (readers, stays) = (readers, stays)
    try await BenchmarkWorker.with(
      database: database, redis: redis, coherence: Coherence(rawValue: coherence) ?? .bounded,
      loadDelay: .milliseconds(loadDelay)
    ) { service in
      let times = try await Self.read(service, readers: readers)
      Self.say("times \(times.map(String.init).joined(separator: " "))")
      let statistics = service.counters.statistics
      Self.say("loads \(statistics[.databaseLoads]) \(statistics[.databaseParts]) \(statistics[.sharedParts])")
      if stays { await Self.watch(service) }
      Self.say("memory \(try BenchmarkMemory.residentKibibytes())")
    }
  }

  /// How many nanoseconds each reader waited.
  private static func read(_ service: CatalogService, readers: Int) async throws -> [Int] {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<readers {
        group.addTask {
          let start = ContinuousClock.now
          _ = try await service.readFullCatalog()
          return Int((ContinuousClock.now - start) / .nanoseconds(1))
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  /// Prints when which version is served first, by the clock that all processes of the machine share.
  private static func watch(_ service: CatalogService) async {
    let input = AsyncStream<Void> { continuation in
      Thread.detachNewThread {
        _ = FileHandle.standardInput.readDataToEndOfFile()
        continuation.finish()
      }
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        var version = ""
        while !Task.isCancelled {
          do {
            let answer = try await service.readStatistics()
            if answer.version != version {
              version = answer.version
              Self.say("version \(version) \(BenchmarkClock.nanoseconds)")
            }
            try await Task.sleep(for: .microseconds(500))
          } catch {
            return
          }
        }
      }
      for await _ in input {}
      group.cancelAll()
    }
  }

  private static func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
}

/// The clock that all processes of the machine share.
enum BenchmarkClock {
  static var nanoseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}

/// The memory of this process.
enum BenchmarkMemory {
  static func residentKibibytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
      let number = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { throw BenchmarkFailure("/proc/self/status has no VmRSS") }
    return number
  }
}
