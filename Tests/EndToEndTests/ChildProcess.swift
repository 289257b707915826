import Foundation
import TestSupport

/// What a process that has ended left behind.
struct ProcessResult: Sendable {
  let exitCode: Int32
  let output: Data
  let errors: String

  /// What the process wrote to standard output.
  var text: String { String(decoding: output, as: UTF8.self) }
}

/// A process did not do what every process has to do.
struct ProcessFailure: Error, CustomStringConvertible {
  let description: String
}

/// A running process. Its output goes to files, so that it never waits for a reader.
struct ChildProcess: Sendable {
  private let process: Process
  private let exit: Task<Void, Never>
  private let output: URL
  private let errors: URL

  /// Starts a process.
  ///
  /// - Parameters:
  ///   - directory: where it runs.
  ///   - logs: where the files with its output go.
  ///   - input: what it reads from standard input; nothing where nil.
  init(
    _ executable: URL, _ arguments: [String], directory: URL, logs: URL, environment: [String: String],
    input: Data? = nil
  ) throws {
    let name = UUID().uuidString
    output = logs.appending(path: "\(name).out")
    errors = logs.appending(path: "\(name).err")
    for file in [output, errors] { try Data().write(to: file) }
    process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.environment = environment
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    if let input {
      let file = logs.appending(path: "\(name).in")
      try input.write(to: file)
      process.standardInput = try FileHandle(forReadingFrom: file)
    } else {
      process.standardInput = FileHandle.nullDevice
    }
    let (ended, continuation) = AsyncStream<Void>.makeStream()
    process.terminationHandler = { _ in continuation.finish() }
    exit = Task { for await _ in ended {} }
    try process.launchAlone()
  }

  /// What the process has written to standard error so far.
  func errorsSoFar() throws -> String { String(decoding: try Data(contentsOf: errors), as: UTF8.self) }

  /// What the process has written to standard output so far.
  func outputSoFar() throws -> String { String(decoding: try Data(contentsOf: output), as: UTF8.self) }

  /// Its number.
  var identifier: Int32 { process.processIdentifier }

  /// How much of its memory is in RAM, in KiB, as Linux says it.
  func residentKibibytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    let line = status.split(whereSeparator: \.isNewline).first { $0.hasPrefix("VmRSS:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  }

  /// Whether the process still runs.
  var isRunning: Bool { process.isRunning }

  /// Asks the process to end, as `kill` and every process manager do.
  func terminate() { process.terminate() }

  /// Sends a signal, unless the process has ended.
  func send(_ signal: Int32) { if isRunning { kill(process.processIdentifier, signal) } }

  /// Kills the process, whatever state it is in, and waits until it is gone.
  func killed() async {
    send(SIGKILL)
    await exit.value
  }

  /// Waits until the process has ended; one that takes longer is killed.
  ///
  /// - Throws: ``ProcessFailure`` when a signal ended it, that of the deadline included.
  func result(within deadline: Duration) async throws -> ProcessResult {
    let pid = process.processIdentifier
    let watchdog = Task {
      try await Task.sleep(for: deadline)
      kill(pid, SIGKILL)
    }
    await exit.value
    watchdog.cancel()
    let errors = try errorsSoFar()
    guard process.terminationReason == .exit else {
      let command = ([process.executableURL?.lastPathComponent ?? ""] + (process.arguments ?? [])).joined(
        separator: " ")
      throw ProcessFailure(
        description:
          "signal \(process.terminationStatus) ended \"\(command)\" (it has \(deadline)); it wrote: \(errors)")
    }
    return ProcessResult(exitCode: process.terminationStatus, output: try Data(contentsOf: output), errors: errors)
  }
}

/// Lets a few processes run at a time, so that those whose time is measured are not starved by all the others.
actor ProcessGate {
  static let shared = ProcessGate(places: 3)

  private var places: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(places: Int) { self.places = places }

  /// Runs `body` when there is a place.
  nonisolated func run<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
    await enter()
    do {
      let result = try await body()
      await leave()
      return result
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async {
    guard places == 0 else {
      places -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func leave() {
    if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
  }
}
