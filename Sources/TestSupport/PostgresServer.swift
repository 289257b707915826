public import Foundation
import NIOConcurrencyHelpers

/// A PostgreSQL server of a test's own on a free port, with its files in a temporary directory of its own.
///
/// The server refuses to run as root, so root runs it as the user `postgres`, whom the package brings.
public final class PostgresServer: Sendable {
  /// Why the server could not be used.
  public struct Failure: Error, CustomStringConvertible {
    /// What went wrong.
    public let description: String
  }

  /// Where the programs of the newest installed version are; nil where none is installed.
  public static let programs: URL? = (13...30).reversed().map { URL(filePath: "/usr/lib/postgresql/\($0)/bin") }
    .first { FileManager.default.isExecutableFile(atPath: $0.appending(path: "postgres").path) }

  /// Whether the server is installed; tests that need it are skipped otherwise.
  public static var isInstalled: Bool { programs != nil }

  /// The port on 127.0.0.1; it stays the same across restarts.
  public let port: Int
  /// Where its files are, among them `data` and `log`.
  public let directory: URL
  private let settings: [String]
  private let process = NIOLockedValueBox<Process?>(nil)
  private let watch = NIOLockedValueBox<ProcessWatch?>(nil)
  private let databases = NIOLockedValueBox(0)

  /// Prepares a server with an empty cluster; ``start()`` starts it.
  ///
  /// - Parameters:
  ///   - settings: settings such as `max_connections=20`, in addition to those that make tests fast.
  ///   - primary: the server that it is a streaming copy of; nil for a server of its own.
  public init(settings: [String] = [], copyOf primary: PostgresServer? = nil) throws {
    port = try Loopback.freePort()
    self.settings = settings
    directory = FileManager.default.temporaryDirectory.appending(path: "postgres-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    if getuid() == 0 { try Self.run("/bin/chown", ["postgres", directory.path], asServer: false) }
    let data = directory.appending(path: "data").path
    if let primary {
      try Self.run(
        "pg_basebackup", ["-D", data, "-h", "127.0.0.1", "-p", "\(primary.port)", "-U", "postgres", "-R", "-c", "fast"])
    } else {
      try Self.run("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
    }
  }

  deinit {
    end(SIGQUIT)
    do { try FileManager.default.removeItem(at: directory) } catch { print("\(directory.path) stays: \(error)") }
  }

  /// The URL of a database, by default the one that every server has.
  public func url(_ database: String = "postgres") -> String { "postgres://postgres@127.0.0.1:\(port)/\(database)" }

  /// Starts the server and waits until it answers.
  public func start() throws {
    let process = Process()
    let common = [
      "port=\(port)", "listen_addresses=127.0.0.1", "unix_socket_directories=\(directory.path)", "fsync=off",
      "synchronous_commit=off", "full_page_writes=off", "wal_level=replica", "max_wal_senders=4", "hot_standby=on",
      "max_connections=800", "shared_buffers=32MB", "logging_collector=off",
    ]
    let arguments = ["-D", directory.appending(path: "data").path] + (common + settings).flatMap { ["-c", $0] }
    let command = try Self.command("postgres", arguments, asServer: true)
    process.executableURL = URL(filePath: command.program)
    process.arguments = command.arguments
    process.currentDirectoryURL = URL(filePath: "/")
    // A descriptor of its own: the server goes on when the test that started it does not read.
    let file = directory.appending(path: "log")
    if !FileManager.default.fileExists(atPath: file.path) { try Data().write(to: file) }
    let log = try FileHandle(forWritingTo: file)
    try log.seekToEnd()
    process.standardOutput = log
    process.standardError = log
    process.standardInput = FileHandle.nullDevice
    try process.launchAlone()
    self.process.withLockedValue { $0 = process }
    let watch = try ProcessWatch(over: process.processIdentifier, in: directory)
    self.watch.withLockedValue { $0 = watch }
    let deadline = ContinuousClock.now + .seconds(30)
    while process.isRunning, ContinuousClock.now < deadline {
      if try isReady() { return }
      usleep(20_000)
    }
    throw Failure(description: "postgres on port \(port) did not start:\n\(logEnd)")
  }

  private func isReady() throws -> Bool {
    let (program, arguments) = try Self.command("pg_isready", ["-q", "-h", "127.0.0.1", "-p", "\(port)"])
    return try Program.run(program, arguments).status == 0
  }

  /// Ends it: fast, with all connections cut, or with SIGQUIT as after a crash.
  public func stop(crashing: Bool = false) throws {
    end(crashing ? SIGQUIT : SIGINT)
    try watch.withLockedValue { $0.take() }?.end()
  }

  /// Stops the work of all its processes without closing connections, or lets it go on.
  public func setPaused(_ isPaused: Bool) throws {
    guard let pid = process.withLockedValue({ $0?.processIdentifier }) else { return }
    let family = try Self.run("/usr/bin/pgrep", ["-P", "\(pid)"], asServer: false).split(separator: "\n")
    for id in family.compactMap({ Int32($0) }) + [pid] { kill(id, isPaused ? SIGSTOP : SIGCONT) }
  }

  /// Makes a database.
  ///
  /// - Returns: its URL.
  public func makeDatabase() throws -> String {
    let number = databases.withLockedValue { number in
      number += 1
      return number
    }
    try psql("CREATE DATABASE catalog\(number) STRATEGY wal_log")
    return url("catalog\(number)")
  }

  /// Runs SQL with the real `psql`, as an operator would, and gives what it prints.
  ///
  /// - Throws: ``Failure`` with what it says when a statement is refused.
  @discardableResult
  public func psql(_ sql: String, in database: String = "postgres") throws -> String {
    let address = database.contains("://") ? database : url(database)
    return try Self.run(
      "psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", sql], asServer: false)
  }

  /// All that it logged.
  public func log() throws -> String {
    String(decoding: try Data(contentsOf: directory.appending(path: "log")), as: UTF8.self)
  }

  /// The last lines that it logged.
  public var logEnd: String {
    let log = FileManager.default.contents(atPath: directory.appending(path: "log").path) ?? Data()
    return String(decoding: log.suffix(2000), as: UTF8.self)
  }

  private func end(_ signal: Int32) {
    guard let process = process.withLockedValue({ $0.take() }), process.isRunning else { return }
    kill(process.processIdentifier, SIGCONT)
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
  }

  /// A program of PostgreSQL, or any with its whole path; what runs as the server must not be root.
  private static func command(
    _ program: String, _ arguments: [String], asServer: Bool = false
  ) throws -> (program: String, arguments: [String]) {
    guard let programs else { throw Failure(description: "PostgreSQL is not installed") }
    let path = program.hasPrefix("/") ? program : programs.appending(path: program).path
    return asServer ? asServerUser(path, arguments) : (path, arguments)
  }

  /// A command as the user that the server runs as; root becomes `postgres`.
  public static func asServerUser(
    _ program: String, _ arguments: [String]
  ) -> (program: String, arguments: [String]) {
    guard getuid() == 0 else { return (program, arguments) }
    return ("/usr/bin/setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", program] + arguments)
  }

  @discardableResult
  private static func run(_ program: String, _ arguments: [String], asServer: Bool = true) throws -> String {
    let command = try command(program, arguments, asServer: asServer)
    let result = try Program.run(command.program, command.arguments)
    guard result.status == 0 else {
      throw Failure(description: "\(program) ended with \(result.status): \(result.text)")
    }
    return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
