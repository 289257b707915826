import Foundation
import Testing

/// What `/metrics` answered.
struct Scrape: Sendable {
  struct Sample: Sendable {
    let name: String
    let labels: [String: String]
    let value: Double
  }

  /// The explanation and the type of each metric, by its name.
  private(set) var metrics: [String: (help: String, type: String)] = [:]
  private(set) var samples: [Sample] = []
  let text: String

  init(_ answer: RunningServer.Answer) throws {
    try #require(answer.status == 200)
    text = String(decoding: answer.body, as: UTF8.self)
    var help = ""
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3).map(String.init)
      if line.hasPrefix("# HELP ") {
        help = words.count > 3 ? words[3] : ""
      } else if line.hasPrefix("# TYPE ") {
        try #require(metrics[words[2]] == nil, "\(words[2]) stands twice")
        metrics[words[2]] = (help, words[3])
      } else {
        samples.append(try Self.sample(line))
      }
    }
  }

  private static func sample(_ line: Substring) throws -> Sample {
    let parts = try #require(line.wholeMatch(of: #/([a-z_]+)(?:\{(.*)\})? (\S+)/#), "\(line)").output
    var labels: [String: String] = [:]
    for label in (parts.2 ?? "").matches(of: #/([a-z_]+)="([^"]*)"/#) {
      labels[String(label.output.1)] = String(label.output.2)
    }
    return Sample(name: String(parts.1), labels: labels, value: Double(parts.3) ?? .nan)
  }

  /// The samples of a name with these labels.
  func all(_ name: String, _ labels: [String: String] = [:]) -> [Sample] {
    samples.filter { sample in sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value } }
  }

  /// The sum of the samples of a name with these labels.
  func sum(_ name: String, _ labels: [String: String] = [:]) -> Double { all(name, labels).map(\.value).reduce(0, +) }

  /// The labels that the samples of a metric have, but those that every sample or every histogram has.
  func labels(of metric: String) -> Set<String> {
    let names = ["", "_bucket", "_sum", "_count"].map { metric + $0 }
    return Set(samples.filter { names.contains($0.name) }.flatMap(\.labels.keys)).subtracting(["worker", "le"])
  }
}

extension RunningServer {
  /// Asks for the metrics, on a connection of its own.
  func scrape() async throws -> Scrape {
    // A connection that is kept open leads to the same worker each time, also while that one hangs.
    try Scrape(try await RunningServer(port: port).get("/metrics", fields: ["Connection": "close"]))
  }
}
