import Foundation

/// A `cache-worker` that was started.
final class WorkerProcess {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var unread = ""

  init(database: String, redis: String, coherence: String, _ options: [String]) throws {
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["cache-worker", database, redis, coherence] + options
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  /// The words of the next line that begins with `word`.
  func next(_ word: String) throws -> [String] {
    while true {
      while let end = unread.firstIndex(of: "\n") {
        let words = unread[..<end].split(separator: " ").map(String.init)
        unread = String(unread[unread.index(after: end)...])
        if words.first == word { return Array(words.dropFirst()) }
      }
      let data = output.fileHandleForReading.availableData
      guard !data.isEmpty else { throw BenchmarkFailure("a worker ended before it said \"\(word)\"") }
      unread += String(decoding: data, as: UTF8.self)
    }
  }

  /// Lets the worker end.
  func end() throws {
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
