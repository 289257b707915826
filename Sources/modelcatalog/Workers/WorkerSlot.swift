import Logging

/// One of the workers: keeps a process running in its place.
actor WorkerSlot {
  /// How long a worker may take to answer what it has begun.
  static let drainTime = Duration.seconds(35)
  /// How long a new worker may take to have a catalog.
  private static let readyTime = Duration.seconds(60)
  /// The pauses between starts of a worker that keeps ending.
  private static let shortestPause = Duration.milliseconds(200)
  private static let longestPause = Duration.seconds(10)

  private let number: Int
  private let logger: Logger
  private let launch: @Sendable () throws -> WorkerProcess
  private var process: WorkerProcess?
  private var isStopping = false

  init(number: Int, logger: Logger, launch: @escaping @Sendable () throws -> WorkerProcess) {
    self.number = number
    self.logger = logger
    self.launch = launch
  }

  /// Starts the worker, and again whenever it ends, until ``stop()``.
  func keepRunning() async {
    var pause = Self.shortestPause
    while !isStopping {
      let startedAt = ContinuousClock.now
      do {
        let process = try process ?? launch()
        self.process = process
        await process.ended()
        // One that has been replaced was meant to end.
        guard self.process === process, !isStopping else { continue }
        self.process = nil
        logger.error("A worker ended and is started again", metadata: metadata(process, "ended \(process.ending)"))
      } catch {
        logger.error("A worker cannot be started", metadata: ["worker": "\(number)", "error": "\(error)"])
      }
      if startedAt.duration(to: .now) > Self.longestPause { pause = Self.shortestPause }
      do { try await Task.sleep(for: pause) } catch { return }
      pause = min(pause * 2, Self.longestPause)
    }
  }

  /// Waits until the worker answers requests.
  func waitUntilLive() async {
    while !isStopping {
      if await process?.answers("/health/live", within: .seconds(1)) == true { return }
      do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
    }
  }

  /// Puts a new process in the place of the running one, which ends when the new one serves.
  ///
  /// - Returns: whether the new one has come to serve; if not, the old one goes on.
  func replace() async -> Bool {
    guard !isStopping else { return false }
    do {
      let fresh = try launch()
      guard await fresh.answers("/health/ready", within: Self.readyTime), !isStopping else {
        logger.error("A new worker does not become ready", metadata: metadata(fresh, "ended"))
        await fresh.stop(within: .seconds(5))
        return false
      }
      let old = process
      process = fresh
      await old?.stop(within: Self.drainTime)
      logger.notice("A worker was replaced", metadata: metadata(fresh, "serving"))
      return true
    } catch {
      logger.error("A new worker cannot be started", metadata: ["worker": "\(number)", "error": "\(error)"])
      return false
    }
  }

  /// Lets the worker end when its requests are answered.
  func stop() async {
    isStopping = true
    await process?.stop(within: Self.drainTime)
  }

  private func metadata(_ process: WorkerProcess, _ state: String) -> Logger.Metadata {
    ["worker": "\(number)", "pid": "\(process.identifier)", "state": "\(state)"]
  }
}
