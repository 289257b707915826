import Foundation
import Testing

/// A person at a terminal in a directory of their own, which also holds their database.
struct Sandbox: Sendable {
  /// What the database holds at first.
  enum Contents: Sendable { case empty, bundled }

  let directory: URL

  /// The database file.
  var database: URL { directory.appending(path: "data/catalog.sqlite") }

  /// How long a command may take, far beyond what it needs.
  private static let deadline = Duration.seconds(60)
  private static let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"

  /// Runs `modelcatalog` with arguments and waits for it.
  ///
  /// - Parameters:
  ///   - input: its standard input.
  ///   - environment: variables beside `PATH`.
  ///   - waitsForPlace: whether it waits while many other commands run.
  func run(
    _ arguments: [String], input: Data? = nil, environment: [String: String] = [:], waitsForPlace: Bool = true
  ) async throws -> ProcessResult {
    let command = { () async throws in
      try await start(Places.program, arguments, input: input, environment: environment).result(within: Self.deadline)
    }
    return waitsForPlace ? try await ProcessGate.shared.run(command) : try await command()
  }

  /// Runs any program, found as a shell finds it, and waits for it.
  ///
  /// - Parameter waitsForPlace: whether it waits while many other commands run.
  func run(tool: String, _ arguments: [String], waitsForPlace: Bool = true) async throws -> ProcessResult {
    let command = { () async throws in
      try await start(URL(filePath: "/usr/bin/env"), [tool] + arguments).result(within: Self.deadline)
    }
    return waitsForPlace ? try await ProcessGate.shared.run(command) : try await command()
  }

  /// Starts a program in this directory.
  ///
  /// - Parameters:
  ///   - input: its standard input.
  ///   - environment: variables beside `PATH`.
  func start(
    _ executable: URL, _ arguments: [String], input: Data? = nil, environment: [String: String] = [:]
  ) throws -> ChildProcess {
    try ChildProcess(
      executable, arguments, directory: directory, logs: directory.appending(path: "logs"),
      environment: environment.merging(["PATH": Self.path, "HOME": directory.path]) { given, _ in given }, input: input)
  }

  /// Runs a command that has to succeed, and reads the JSON that it prints.
  func json<Answer: Decodable>(
    _ arguments: [String], as type: Answer.Type = Answer.self, environment: [String: String] = [:],
    waitsForPlace: Bool = true
  ) async throws -> Answer {
    let result = try await run(arguments + ["--json"], environment: environment, waitsForPlace: waitsForPlace)
    try #require(result.exitCode == 0, "\(arguments): \(result.errors)")
    return try JSONDecoder().decode(Answer.self, from: result.output)
  }

  /// Changes the database with the `sqlite3` shell, as a person would.
  func sql(_ statement: String, waitsForPlace: Bool = true) async throws {
    let result = try await run(
      tool: "sqlite3", ["-cmd", ".timeout 10000", database.path, statement], waitsForPlace: waitsForPlace)
    try #require(result.exitCode == 0, "sqlite3: \(result.errors)")
  }

  /// Writes a file into the directory and returns its path.
  func file(_ name: String, _ text: String) throws -> String {
    let file = directory.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// Serves the catalog on a free port while `body` runs; the server has to end by itself when it is asked to.
  ///
  /// - Parameter environment: variables beside `PATH`.
  func withServer<Result: Sendable>(
    environment: [String: String] = [:], _ body: (RunningServer) async throws -> Result
  ) async throws -> Result {
    let process = try start(Places.program, ["serve", "--port", "0"], environment: environment)
    let result: Result
    do {
      result = try await body(try await RunningServer(process))
    } catch {
      process.terminate()
      _ = try await process.result(within: .seconds(10))
      throw error
    }
    process.terminate()
    let end = try await process.result(within: .seconds(10))
    #expect(end.exitCode == 0, "SIGTERM has to end the server gracefully; it wrote: \(end.errors)")
    return result
  }
}

/// Runs `body` in a new sandbox, which is removed afterwards.
func withSandbox<Result>(
  _ contents: Sandbox.Contents = .empty, _ body: (Sandbox) async throws -> Result
) async throws -> Result {
  let directory = FileManager.default.temporaryDirectory.appending(path: "modelcatalog-\(UUID().uuidString)")
  for name in ["data", "logs"] {
    try FileManager.default.createDirectory(at: directory.appending(path: name), withIntermediateDirectories: true)
  }
  defer {
    do {
      try FileManager.default.removeItem(at: directory)
    } catch {
      Issue.record("the sandbox cannot be removed: \(error)")
    }
  }
  let sandbox = Sandbox(directory: directory)
  if contents == .bundled { try await BundledDatabase.bytes.value.write(to: sandbox.database) }
  return try await body(sandbox)
}

/// A database with the bundled snapshot, made once by the program itself.
private enum BundledDatabase {
  static let bytes = Task {
    try await withSandbox { sandbox in
      let result = try await sandbox.run(["stats"])
      try #require(result.exitCode == 0, "the program to test is \(Places.program.path): \(result.errors)")
      return try Data(contentsOf: sandbox.database)
    }
  }
}

/// Runs `body` with a supervisor of three workers on the bundled catalog, which it has to end; it is killed when something fails.
func withWorkers(_ body: (Sandbox, ChildProcess, RunningServer) async throws -> Void) async throws {
  try await withSandbox(.bundled) { sandbox in
    let process = try sandbox.start(
      Places.program, ["serve", "--workers", "3", "--port", "0"], environment: ["LOG_LEVEL": "notice"])
    do {
      try await body(sandbox, process, try await RunningServer(process))
    } catch {
      await process.killed()
      throw error
    }
  }
}
