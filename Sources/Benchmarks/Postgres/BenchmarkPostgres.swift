import Foundation

/// A PostgreSQL server of the benchmark's own, with the settings that it has by default.
final class BenchmarkPostgres {
  private let port = Int.random(in: 20_000..<32_000)
  private let directory: URL
  private let programs: String
  private let process = Process()

  /// Makes a cluster, starts a server and waits until it answers.
  init(in parent: URL) async throws {
    directory = parent.appending(path: "postgres")
    let root = "/usr/lib/postgresql"
    let versions = try FileManager.default.contentsOfDirectory(atPath: root).compactMap { Int($0) }.sorted()
    guard let version = versions.last else { throw BenchmarkFailure("PostgreSQL is not installed") }
    programs = "\(root)/\(version)/bin"
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    if getuid() == 0 { try Self.run("/bin/chown", ["postgres", directory.path]) }
    let data = directory.appending(path: "data").path
    let initialise = command("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])
    try Self.run(initialise.program, initialise.arguments)
    let server = command(
      "postgres", ["-D", data, "-c", "port=\(port)", "-c", "unix_socket_directories=\(directory.path)"])
    process.executableURL = URL(filePath: server.program)
    process.arguments = server.arguments
    process.currentDirectoryURL = URL(filePath: "/")
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let deadline = ContinuousClock.now + .seconds(20)
    while try Self.status("\(programs)/pg_isready", ["-q", "-h", "127.0.0.1", "-p", "\(port)"]) != 0 {
      guard ContinuousClock.now < deadline else { throw BenchmarkFailure("postgres does not start") }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Ends the server.
  func stop() {
    process.interrupt()
    process.waitUntilExit()
  }

  /// Makes a database and gives its URL.
  func makeDatabase(_ name: String) throws -> String {
    try psql(url("postgres"), "CREATE DATABASE \(name)")
    return url(name)
  }

  private func url(_ name: String) -> String { "postgres://postgres@127.0.0.1:\(port)/\(name)" }

  /// Runs a statement with `psql`, whose output goes nowhere.
  func psql(_ url: String, _ statement: String) throws {
    try Self.run("\(programs)/psql", ["-X", "-q", "-d", url, "-c", statement])
  }

  /// A program of PostgreSQL, which does not run as root.
  private func command(_ name: String, _ arguments: [String]) -> (program: String, arguments: [String]) {
    guard getuid() == 0 else { return ("\(programs)/\(name)", arguments) }
    return (
      "/usr/bin/setpriv",
      ["--reuid=postgres", "--regid=postgres", "--init-groups", "\(programs)/\(name)"] + arguments
    )
  }

  private static func run(_ program: String, _ arguments: [String]) throws {
    guard try status(program, arguments) == 0 else { throw BenchmarkFailure("\(program) ended with an error") }
  }

  /// Runs a program to its end and gives its exit code.
  private static func status(_ program: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: "/")
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
