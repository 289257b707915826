import Foundation

/// `redis-benchmark` could not be run or read.
struct RedisBenchmarkFailure: Error, CustomStringConvertible {
  let description: String
}

/// Lets `redis-benchmark` read a key.
///
/// - Parameter options: how many connections (`-c`) and commands under way on each (`-P`).
func referenceRun(port: Int, key: String, calls: Int, options: String) throws -> RedisBenchmarkRow.Reference {
  let process = Process()
  let output = Pipe()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments =
    ["redis-benchmark", "-p", "\(port)", "-n", "\(calls)", "--csv"] + options.split(separator: " ").map(String.init)
    + ["GET", key]
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  // The last line: the command, operations per second and latencies, each in quotes.
  let fields = text.split(separator: "\n").last?.split(separator: ",") ?? []
  guard fields.count > 1, let rate = Double(fields[1].filter { $0 != "\"" }) else {
    throw RedisBenchmarkFailure(description: "redis-benchmark \(options) printed: \(text)")
  }
  return RedisBenchmarkRow.Reference(options: options, operationsPerSecond: rate)
}
