public import Foundation
import NIOConcurrencyHelpers

/// A `redis-server` of a test's own on a free port, with its files in a temporary directory of its own.
public final class RedisServer: Sendable {
  /// Why the server could not be used.
  public struct Failure: Error, CustomStringConvertible {
    /// What went wrong.
    public let description: String

    /// A failure.
    public init(description: String) { self.description = description }
  }

  /// Whether the program is installed; tests that need it are skipped otherwise.
  public static var isInstalled: Bool { program("redis-server") != nil }

  /// The port on 127.0.0.1; it stays the same across restarts.
  public let port: Int
  /// Where its files are, among them `log` and `socket`.
  public let directory: URL
  private let arguments: [String]
  private let process = NIOLockedValueBox<Process?>(nil)
  private let watch = NIOLockedValueBox<ProcessWatch?>(nil)

  /// Prepares a server; ``start()`` starts it.
  ///
  /// - Parameters:
  ///   - arguments: settings as on the command line, in addition to the usual ones.
  ///   - sentinel: the settings of a sentinel, as in its file; nil for a server.
  public init(arguments: [String] = [], sentinel: String? = nil) throws {
    port = try Loopback.freePort()
    directory = FileManager.default.temporaryDirectory.appending(path: "redis-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let common = ["--port", "\(port)", "--logfile", "log"]
    guard let sentinel else {
      self.arguments = common + ["--save", "", "--appendonly", "no", "--unixsocket", "socket"] + arguments
      return
    }
    try Data(sentinel.utf8).write(to: directory.appending(path: "sentinel.conf"))
    self.arguments = ["sentinel.conf", "--sentinel"] + common + arguments
  }

  deinit {
    signal(SIGKILL)
    do { try FileManager.default.removeItem(at: directory) } catch { print("\(directory.path) stays: \(error)") }
  }

  /// Runs `body` with a server that is started before and killed afterwards.
  public static func with<Result>(
    arguments: [String] = [], sentinel: String? = nil, _ body: (RedisServer) async throws -> Result
  ) async throws -> Result {
    let server = try RedisServer(arguments: arguments, sentinel: sentinel)
    try await server.start()
    defer { server.signal(SIGKILL) }
    return try await body(server)
  }

  /// The URL of the server, without user and password.
  public var url: String { "redis://127.0.0.1:\(port)" }

  /// The path of its Unix socket.
  public var socketPath: String { directory.appending(path: "socket").path }

  /// Starts the server and waits until it answers.
  public func start() async throws {
    guard let program = Self.program("redis-server") else {
      throw Failure(description: "redis-server is not installed")
    }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.launchAlone()
    self.process.withLockedValue { $0 = process }
    let watch = try ProcessWatch(over: process.processIdentifier, in: directory)
    self.watch.withLockedValue { $0 = watch }
    let deadline = ContinuousClock.now + .seconds(20)
    while process.isRunning, ContinuousClock.now < deadline {
      if Loopback.answersPing(port: port) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw Failure(description: "redis-server on port \(port) did not start:\n\(logEnd)")
  }

  /// Ends it with SIGTERM, as a service manager does, and waits until it is gone.
  public func stop() async throws { try await end(SIGTERM) }

  /// Ends it with SIGKILL and waits until it is gone.
  public func kill() async throws { try await end(SIGKILL) }

  /// Kills it and starts it again on the same port; its data is gone.
  public func restart() async throws {
    try await kill()
    try await start()
  }

  /// Stops its work without closing its connections (SIGSTOP).
  public func pause() { signal(SIGSTOP) }

  /// Lets it go on after ``pause()`` (SIGCONT).
  public func resume() { signal(SIGCONT) }

  /// Runs `redis-cli` against it and gives what it prints.
  ///
  /// - Throws: ``Failure`` when the command is refused.
  @discardableResult
  public func cli(_ arguments: String...) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      // Not on a thread of the tasks: some commands take as long as the server sleeps.
      DispatchQueue.global().async { continuation.resume(with: Result { try self.run(arguments) }) }
    }
  }

  /// A number in what `INFO` says.
  public func info(_ field: String) async throws -> Int {
    let lines = try await cli("INFO", "all").split(whereSeparator: \.isNewline)
    let value = lines.first { $0.hasPrefix("\(field):") }.flatMap { Int($0.dropFirst(field.count + 1)) }
    guard let value else { throw Failure(description: "INFO has no number \(field)") }
    return value
  }

  private func run(_ arguments: [String]) throws -> String {
    guard let program = Self.program("redis-cli") else { throw Failure(description: "redis-cli is not installed") }
    let result = try Program.run(program.path, ["-e", "-p", "\(port)", "--no-auth-warning"] + arguments)
    guard result.status == 0 else { throw Failure(description: "redis-cli \(arguments): \(result.text)") }
    return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The last lines that it logged.
  public var logEnd: String {
    let log = FileManager.default.contents(atPath: directory.appending(path: "log").path) ?? Data()
    return String(decoding: log.suffix(2000), as: UTF8.self)
  }

  private func end(_ signal: Int32) async throws {
    self.signal(signal)
    let deadline = ContinuousClock.now + .seconds(20)
    while process.withLockedValue({ $0?.isRunning }) == true {
      guard ContinuousClock.now < deadline else {
        throw Failure(description: "redis-server on port \(port) does not end:\n\(logEnd)")
      }
      try await Task.sleep(for: .milliseconds(2))
    }
    try watch.withLockedValue { $0.take() }?.end()
  }

  private func signal(_ signal: Int32) {
    process.withLockedValue { process in
      guard let process, process.isRunning else { return }
      _ = Foundation.kill(process.processIdentifier, signal)
    }
  }

  private static func program(_ name: String) -> URL? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/usr/local/bin"
    return path.split(separator: ":").map { URL(filePath: String($0)).appending(path: name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}
