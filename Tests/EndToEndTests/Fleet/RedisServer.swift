import Foundation
import Synchronization
import Testing

/// A `redis-server` of a test's own that keeps nothing on disk.
final class RedisServer: Sendable {
  /// Whether the program is installed; tests that need it are skipped otherwise.
  static let isInstalled = ["redis-server", "redis-cli"].allSatisfy { name in
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
  }

  /// The port on 127.0.0.1, the same after every start.
  let port: Int
  private let sandbox: Sandbox
  private let arguments: [String]
  private let process = Mutex<ChildProcess?>(nil)

  /// A server that is not started yet.
  ///
  /// - Parameters:
  ///   - sandbox: where it runs.
  ///   - arguments: settings beside the usual ones.
  init(_ sandbox: Sandbox, arguments: [String] = []) throws {
    self.sandbox = sandbox
    port = try Loopback.freePort()
    self.arguments =
      ["redis-server", "--port", "\(port)", "--save", "", "--appendonly", "no", "--dir", sandbox.directory.path]
      + ["--enable-debug-command", "yes"] + arguments
  }

  /// Starts it empty, and waits until it accepts connections.
  func start() async throws {
    let process = try sandbox.start(URL(filePath: "/usr/bin/env"), arguments)
    self.process.withLock { $0 = process }
    let deadline = ContinuousClock.now + .seconds(20)
    while !(try process.outputSoFar().contains("Ready to accept connections")) {
      guard process.isRunning, ContinuousClock.now < deadline else {
        throw ProcessFailure(description: "redis-server does not start: \(try process.outputSoFar())")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Ends it at once; its data is gone.
  func kill() async { await process.withLock { $0 }?.killed() }

  /// Stops its work without closing its connections.
  func pause() { process.withLock { $0 }?.send(SIGSTOP) }

  /// Lets it go on.
  func resume() { process.withLock { $0 }?.send(SIGCONT) }

  /// Runs one command and gives what it answers; a refusal is a failure.
  @discardableResult
  func command(_ words: String...) async throws -> String {
    let result = try await sandbox.run(tool: "redis-cli", ["-e", "-p", "\(port)"] + words, waitsForPlace: false)
    try #require(result.exitCode == 0, "redis-cli \(words): \(result.text) \(result.errors)")
    return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// A number in what `INFO` says.
  func info(_ field: String) async throws -> Int {
    let lines = try await command("INFO", "all").split(whereSeparator: \.isNewline)
    let value = lines.first { $0.hasPrefix("\(field):") }.flatMap { Int($0.dropFirst(field.count + 1)) }
    return try #require(value, "INFO has no number \(field)")
  }
}
