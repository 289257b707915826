import Foundation
import Logging
import NIOConcurrencyHelpers
import UnixSignals

/// Runs several workers that accept connections from one socket: starts them again when they end, replaces them one after
/// the other on SIGHUP, and lets them finish their requests on SIGTERM and SIGINT.
struct Supervisor {
  let socket: ListeningSocket
  let workers: Int
  let program: String
  /// The arguments of this process without its name.
  let arguments: [String]
  let logger: Logger

  /// Runs until a signal ends it.
  ///
  /// - Parameter onRunning: called when all workers accept connections.
  func run(onRunning: @escaping @Sendable () -> Void) async throws {
    let directory = try Self.makePrivateDirectory()
    defer {
      do {
        try FileManager.default.removeItem(at: directory)
      } catch {
        logger.warning("The sockets' directory stays", metadata: ["path": "\(directory.path)", "error": "\(error)"])
      }
    }
    let slots = (1...workers).map { slot($0, in: directory) }
    let signals = await UnixSignalsSequence(trapping: .sighup, .sigterm, .sigint)
    await withTaskGroup(of: Void.self) { group in
      for slot in slots { group.addTask { await slot.keepRunning() } }
      group.addTask {
        for slot in slots { await slot.waitUntilLive() }
        onRunning()
      }
      let replacing = await obey(signals, slots)
      await withTaskGroup(of: Void.self) { stopping in
        for slot in slots { stopping.addTask { await slot.stop() } }
      }
      // A worker that was just being replaced may still have requests to answer.
      await replacing?.value
      group.cancelAll()
    }
  }

  /// Handles signals until one of them says to end, also while workers are being replaced.
  ///
  /// - Returns: the replacing that is under way.
  private func obey(_ signals: UnixSignalsSequence, _ slots: [WorkerSlot]) async -> Task<Void, Never>? {
    var replacing: Task<Void, Never>?
    for await signal in signals {
      guard signal == .sighup else { break }
      let previous = replacing
      replacing = Task {
        await previous?.value
        await replaceAll(slots)
      }
    }
    replacing?.cancel()
    return replacing
  }

  private func replaceAll(_ slots: [WorkerSlot]) async {
    logger.notice("All workers are replaced, one after the other")
    for slot in slots {
      guard !Task.isCancelled, await slot.replace() else {
        return logger.error("The replacing of workers has been given up; those that run go on")
      }
    }
    logger.notice("All workers have been replaced")
  }

  private func slot(_ number: Int, in directory: URL) -> WorkerSlot {
    let count = NIOLockedValueBox(0)
    return WorkerSlot(number: number, logger: logger) { [socket, program, arguments] in
      let launch = count.withLockedValue { count in
        count += 1
        return count
      }
      let path = directory.appending(path: "\(number)-\(launch).sock").path
      return try WorkerProcess(
        program: program, arguments: arguments + ["--worker-socket", path, "--supervisor", "\(getpid())"],
        socket: socket, privatePath: path)
    }
  }

  /// A directory that only this user may enter. Its path is short, as paths of sockets must be.
  private static func makePrivateDirectory() throws -> URL {
    let name = "modelcatalog-\(getpid())-\(UInt16.random(in: .min ... .max))"
    let directory = FileManager.default.temporaryDirectory.appending(path: name)
    try FileManager.default.createDirectory(
      at: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    return directory
  }
}
