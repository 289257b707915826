import ArgumentParser
import Foundation

struct StoreBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store",
    abstract: "Measure the time and memory to import, load and serve catalogs of several sizes.",
    discussion: """
      Each run of each case is a process of its own. The time is the median of the runs, the memory the largest peak of
      the whole process, with all that the case needs first.
      """)

  @Option(name: .long, parsing: .upToNextOption, help: "Numbers of offers; the first is what others are compared with.")
  var sizes = [5_000, 20_000, 100_000]

  @Option(name: .long, help: "Runs of each case.")
  var runs = 5

  func validate() throws {
    guard runs >= 1, !sizes.isEmpty, sizes.allSatisfy({ (1...1_000_000).contains($0) }) else {
      throw ValidationError("--runs and --sizes must be above 0")
    }
  }

  func run() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "modelcatalog-benchmarks-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { removeOrReport(directory) }
    var data: [StoreData] = []
    for size in sizes {
      report("==> Making \(size) offers")
      data.append(try await StoreData(offers: size, directory: directory.appending(path: "\(size)")))
    }
    var measured: [StoreCase: [Int: [StoreResult.Run]]] = [:]
    // In turn, so that whatever else the machine does for a while meets every case and size alike.
    for run in 1...runs {
      report("==> Run \(run) of \(runs)")
      for name in StoreCase.allCases {
        for data in data { measured[name, default: [:]][data.offers, default: []].append(try data.measure(name)) }
      }
    }
    let results = measured.mapValues { runs in sizes.map { StoreResult(offers: $0, runs[$0] ?? []) } }
    StoreResult.printTable(results)
  }

  private func report(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

  private func removeOrReport(_ directory: URL) {
    do {
      try FileManager.default.removeItem(at: directory)
    } catch {
      report("could not remove \(directory.path): \(error)")
    }
  }
}
