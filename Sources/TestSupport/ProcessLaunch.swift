public import Foundation
import NIOConcurrencyHelpers

extension Process {
  private static let launching = NIOLock()

  /// Starts it while no other is being started.
  ///
  /// Foundation on Linux learns that a process has ended from a socket that the process holds. One that is started at the same
  /// moment can inherit it, and then the end is noticed only when both have ended.
  ///
  /// - Throws: what `run()` throws.
  public func launchAlone() throws { try Self.launching.withLock { try run() } }
}

/// Runs programs and takes what they print.
public enum Program {
  /// What a program that has ended left behind.
  public struct Result: Sendable {
    /// Its exit code.
    public let status: Int32
    /// What it wrote to standard output and standard error.
    public let text: String
  }

  /// Runs a program to its end.
  ///
  /// - Throws: when it cannot be started.
  public static func run(
    _ program: String, _ arguments: [String], in directory: URL = URL(filePath: "/")
  ) throws -> Result {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.launchAlone()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Result(status: process.terminationStatus, text: text)
  }
}

/// Ends a process, and removes its files, when the process of the tests ends in whatever way, which closes a pipe.
final class ProcessWatch: Sendable {
  private let pipe: FileHandle

  /// - Parameters:
  ///   - process: its number.
  ///   - directory: where its files are.
  init(over process: Int32, in directory: URL) throws {
    let watcher = Process()
    let pipe = Pipe()
    watcher.executableURL = URL(filePath: "/bin/sh")
    watcher.arguments = [
      "-c", "read -r line || { kill -QUIT \(process); sleep 1; kill -KILL \(process); rm -rf '\(directory.path)'; }",
    ]
    watcher.standardInput = pipe
    watcher.standardOutput = FileHandle.nullDevice
    watcher.standardError = FileHandle.nullDevice
    try watcher.launchAlone()
    self.pipe = pipe.fileHandleForWriting
  }

  /// The process has ended: a line tells the watcher that there is nothing left to do.
  func end() throws { try pipe.write(contentsOf: Data("\n".utf8)) }
}
