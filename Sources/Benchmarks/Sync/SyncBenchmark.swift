import ArgumentParser
import Catalog
import CatalogSync
import Foundation
import TieredCaching

struct SyncBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Measure what it takes to read providers' lists, to compare them, and to sync one that says nothing new.",
    discussion: """
      Reading is compared with Foundation's JSONSerialization on the same bytes in the same run, which only makes a tree \
      of them. Recorded bodies are taken where a directory with them is named, else lists that are made up.
      """)

  @Option(name: .long, help: "Directory with recorded bodies, named SLUG.json.")
  var recorded: String?

  @Option(name: .long, help: "Runs of each measurement; the median counts.")
  var runs = 7

  @Option(name: .long, help: "Mebibytes of the long list.")
  var mebibytes = 50

  @Option(name: .long, help: "Offers of the list that says nothing new.")
  var offers = 20_000

  func validate() throws {
    guard runs >= 1, (1...1_000).contains(mebibytes), (1...500_000).contains(offers) else {
      throw ValidationError("--runs must be above 0, --mebibytes from 1 to 1000, --offers from 1 to 500000")
    }
  }

  func run() async throws {
    // First, while nothing else has used memory.
    try LongListCase(mebibytes: mebibytes).run()
    try readLists()
    try await NoChangeCase(offers: offers, runs: runs).run()
  }

  private func readLists() throws {
    print(
      "\n| list | format | KB | offers | read MB/s | JSONSerialization MB/s | ratio | read offers/s | diff offers/s |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for list in try lists() { try print(row(list)) }
  }

  private func lists() throws -> [BenchmarkList] {
    guard let recorded else { return [BenchmarkList.madeUp(rows: 6_500)] }
    return try ProviderRegistry.builtIn.all.compactMap { adapter in
      let file = URL(filePath: recorded).appending(path: "\(adapter.slug).json")
      guard FileManager.default.fileExists(atPath: file.path) else { return nil }
      return BenchmarkList(name: adapter.slug.text, format: adapter.format, body: [UInt8](try Data(contentsOf: file)))
    }
  }

  private func row(_ list: BenchmarkList) throws -> String {
    let context = ImportContext(provider: try ProviderSlug("benchmark"), observedAt: 1_790_000_000)
    let parsed = try list.format.parse(list.body, context: context)
    let count = parsed.listings.reduce(0) { $0 + $1.offers.count }
    // Small lists are read several times in a row, so that a clock can see it.
    let times = max(1, 2_000_000 / max(1, list.body.count))
    let read = try median(times) { _ = try list.format.parse(list.body, context: context) }
    let data = Data(list.body)
    let tree = try median(times) { _ = try JSONSerialization.jsonObject(with: data) }
    let parts = parsed.listings.map { ProviderPart(provider: $0.provider, offers: Self.stored($0.offers)) }
    let diff = try median(times) {
      for (part, listing) in zip(parts, parsed.listings) {
        _ = try ListingDiff(current: part, listings: [listing], options: ImportOptions(format: "benchmark"))
      }
    }
    let megabytes = Double(list.body.count) / 1e6
    let cells = [
      list.name, list.format.name, String(format: "%.0f", megabytes * 1_000), String(count),
      String(format: "%.1f", megabytes / read), String(format: "%.1f", megabytes / tree),
      String(format: "%.2f", tree / read), String(Int(Double(count) / read)), String(Int(Double(count) / diff)),
    ]
    return "| \(cells.joined(separator: " | ")) |"
  }

  /// The offers as a store has them: one for each id, in order.
  private static func stored(_ offers: [Offer]) -> [Offer] {
    Dictionary(offers.map { ($0.id, $0) }) { $1 }.values.sorted { $0.precedes($1) }
  }

  /// The median time of one of `times` calls, in seconds.
  private func median(_ times: Int, _ work: () throws -> Void) rethrows -> Double {
    var seconds: [Double] = []
    for _ in 0..<runs {
      let start = ContinuousClock.now
      for _ in 0..<times { try work() }
      seconds.append((ContinuousClock.now - start) / .seconds(1) / Double(times))
    }
    return seconds.sorted()[seconds.count / 2]
  }
}

/// A list that is read.
struct BenchmarkList {
  let name: String
  let format: ImportFormat
  let body: [UInt8]

  /// A list in OpenRouter's shape.
  static func madeUp(rows: Int) -> BenchmarkList {
    do {
      let format = try ImportFormat.named("openrouter")
      let body = "{\"data\":[\((0..<rows).map { row($0) }.joined(separator: ","))]}"
      return BenchmarkList(name: "made up", format: format, body: Array(body.utf8))
    } catch {
      preconditionFailure("the format is part of the program: \(error)")
    }
  }

  /// A row of about 700 bytes.
  static func row(_ number: Int) -> String {
    let price = "0.0000\(10 + number % 89)"
    return """
      {"id":"maker-\(number % 97)/model-\(number)","canonical_slug":"maker-\(number % 97)/model-\(number)-20260101",\
      "name":"Maker: Model \(number)","created":17\(50_000_000 + number),"description":"\(String(repeating: "A model. ", count: 20))",\
      "context_length":131072,"architecture":{"modality":"text+image->text","input_modalities":["text","image"],\
      "output_modalities":["text"],"tokenizer":"GPT"},"pricing":{"prompt":"\(price)","completion":"\(price)5",\
      "image":"0","request":"0"},"top_provider":{"context_length":131072,"max_completion_tokens":16384},\
      "supported_parameters":["max_tokens","temperature","tools","tool_choice","response_format"]}
      """
  }
}
