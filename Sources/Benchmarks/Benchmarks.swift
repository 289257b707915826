import ArgumentParser

/// Synthetic catalogs, and what it takes to import, load and serve them.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Benchmarks",
    abstract: "Make synthetic catalogs and measure what it takes to import, load and serve them.",
    discussion: "Build it with \"-c release\"; \"benchmarks/run\" compares the server with nginx.",
    subcommands: [
      Generate.self, StoreBenchmark.self, StoreCaseCommand.self, CacheBenchmark.self, PostgresBenchmark.self,
      CacheWorkerCommand.self, SyncBenchmark.self,
    ])
}
