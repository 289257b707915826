import Foundation
import NIOConcurrencyHelpers

/// A worker that this process has started. It has the listening socket as its standard input, as servers of inetd do, and
/// a private socket of its own.
final class WorkerProcess: Sendable {
  /// The path of its private socket.
  let privatePath: String
  private let process: Process
  private let exit: Task<Void, Never>

  /// One at a time: Foundation on Linux learns of the end of a process from a socket that the process holds, and one that is
  /// started at the same moment can inherit it.
  private static let launching = NIOLock()

  /// Starts a worker with the arguments and the environment of this process.
  ///
  /// - Throws: ``CommandFailure`` when the program cannot be started.
  init(program: String, arguments: [String], socket: ListeningSocket, privatePath: String) throws {
    self.privatePath = privatePath
    process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardInput = FileHandle(fileDescriptor: socket.descriptor, closeOnDealloc: false)
    let (ended, continuation) = AsyncStream<Void>.makeStream()
    process.terminationHandler = { _ in continuation.finish() }
    exit = Task { for await _ in ended {} }
    do {
      try Self.launching.withLock { try process.run() }
    } catch {
      throw CommandFailure("cannot start \(program): \(error.localizedDescription)")
    }
  }

  /// The number of the process.
  var identifier: Int32 { process.processIdentifier }

  /// How it ended, for a person.
  var ending: String {
    process.terminationReason == .exit
      ? "with code \(process.terminationStatus)" : "by signal \(process.terminationStatus)"
  }

  /// Waits until it has ended.
  func ended() async { await exit.value }

  /// Asks it to end when its requests are answered, and ends it if that takes too long.
  func stop(within patience: Duration) async {
    process.terminate()
    let killing = Task { [process] in
      do { try await Task.sleep(for: patience) } catch { return }
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
    await ended()
    killing.cancel()
  }

  /// Waits until it answers a question on its private socket with success.
  ///
  /// - Returns: whether it did so in time.
  func answers(_ target: String, within patience: Duration) async -> Bool {
    let deadline = ContinuousClock.now + patience
    while process.isRunning, ContinuousClock.now < deadline, !Task.isCancelled {
      if await PrivateSocket.status(of: target, at: privatePath) == 200 { return true }
      do { try await Task.sleep(for: .milliseconds(50)) } catch { return false }
    }
    return false
  }
}
