import Foundation
import Logging
import RedisClient
import RedisTier
import TieredCaching

/// A `redis-server` of the benchmark's own.
final class BenchmarkRedis {
  let port: Int
  private let process = Process()

  /// Starts a server that keeps nothing on disk, and waits until it answers.
  init() throws {
    port = Int.random(in: 20_000..<60_000)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "redis-server", "--port", "\(port)", "--save", "", "--appendonly", "no", "--loglevel", "warning",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let deadline = ContinuousClock.now + .seconds(10)
    while try command("PING") != "PONG" {
      guard ContinuousClock.now < deadline else { throw BenchmarkFailure("redis-server does not start") }
      Thread.sleep(forTimeInterval: 0.02)
    }
  }

  /// Ends the server.
  func stop() { process.terminate() }

  var url: String { "redis://127.0.0.1:\(port)" }

  /// Runs a command with `redis-cli` and returns what it prints.
  @discardableResult
  func command(_ arguments: String...) throws -> String {
    let client = Process()
    client.executableURL = URL(filePath: "/usr/bin/env")
    client.arguments = ["redis-cli", "-p", "\(port)"] + arguments
    let output = Pipe()
    client.standardOutput = output
    client.standardError = FileHandle.nullDevice
    try client.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    client.waitUntilExit()
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// A figure of `INFO`.
  func info(_ name: String) throws -> Int {
    let lines = try command("INFO", "all").split(whereSeparator: \.isNewline)
    let line = lines.first { $0.hasPrefix("\(name):") }
    guard let value = line.flatMap({ Int($0.dropFirst(name.count + 1)) }) else {
      throw BenchmarkFailure("INFO of Redis has no \(name)")
    }
    return value
  }

  /// How often a command was called.
  func calls(of command: String) throws -> Int {
    let lines = try self.command("INFO", "commandstats").split(whereSeparator: \.isNewline)
    guard let line = lines.first(where: { $0.hasPrefix("cmdstat_\(command):calls=") }) else { return 0 }
    return Int(line.drop { $0 != "=" }.dropFirst().prefix { $0.isNumber }) ?? 0
  }
}

/// A benchmark that cannot go on.
struct BenchmarkFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
