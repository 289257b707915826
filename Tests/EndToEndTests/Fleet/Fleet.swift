import Foundation
import Synchronization
import TestSupport
import Testing

/// Everything about several workers on one database and one Redis. One after the other, as time is measured.
@Suite(.serialized, .enabled(if: RedisServer.isInstalled, "redis-server is not installed"), .printsFaultTable)
enum FleetTests {}

/// What a worker promises its readers.
enum Coherence: String, Sendable { case strict, bounded }

/// Several `modelcatalog serve` on one database and one Redis.
struct Fleet: Sendable {
  /// How it is set up.
  struct Setup: Sendable {
    /// What each worker promises.
    var workers: [Coherence] = [.strict, .bounded, .strict]
    /// Settings of Redis beside the usual ones.
    var redisArguments: [String] = []
    /// Whether Redis runs when the workers start.
    var startsRedis = true
    /// Whether the workers reach Redis through a proxy.
    var usesProxy = false
  }

  /// One worker.
  struct Worker: Sendable {
    let index: Int
    let coherence: Coherence
    let process: ChildProcess
    let server: RunningServer

    /// How many lines of its log hold a text.
    func logLines(_ text: String) throws -> [Substring] {
      try process.errorsSoFar().split(whereSeparator: \.isNewline).filter { $0.contains(text) }
    }
  }

  /// What opens the admin routes.
  static let key = "a-key-that-nobody-guesses"

  let sandbox: Sandbox
  let redis: RedisServer
  let proxy: TCPProxy?
  let workers: [Worker]
  /// The variables that its commands run with.
  let environment: [String: String]
  private let disturbed = Disturbed()

  /// Workers that were stopped or killed, whose answers may be late or missing.
  private final class Disturbed: Sendable {
    let workers = Mutex<(stopped: Set<Int>, killed: Set<Int>)>(([], []))
  }

  fileprivate init(_ setup: Setup, _ sandbox: Sandbox, _ redis: RedisServer, _ proxy: TCPProxy?) async throws {
    self.sandbox = sandbox
    self.redis = redis
    self.proxy = proxy
    let environment = [
      "REDIS_URL": "redis://127.0.0.1:\(proxy?.port ?? redis.port)", "REDIS_KEY_PREFIX": "fleet:",
      "ADMIN_API_KEY": Self.key,
    ]
    self.environment = environment
    // All are started before the first is waited for.
    let processes = try setup.workers.map { coherence in
      let own = environment.merging(["MODEL_CACHE_COHERENCE": coherence.rawValue]) { $1 }
      return (coherence, try sandbox.start(Places.program, ["serve", "--port", "0"], environment: own))
    }
    var workers: [Worker] = []
    do {
      for (coherence, process) in processes {
        let server = try await RunningServer(process)
        workers.append(Worker(index: workers.count, coherence: coherence, process: process, server: server))
      }
    } catch {
      for (_, process) in processes { await process.killed() }
      throw error
    }
    self.workers = workers
  }

  /// Stops a worker for a while.
  func stop(_ worker: Worker, for time: Duration) async throws {
    disturbed.workers.withLock { _ = $0.stopped.insert(worker.index) }
    worker.process.send(SIGSTOP)
    defer { worker.process.send(SIGCONT) }
    try await Task.sleep(for: time)
  }

  /// Kills a worker.
  func kill(_ worker: Worker) async {
    disturbed.workers.withLock { _ = $0.killed.insert(worker.index) }
    await worker.process.killed()
  }

  /// Whether a worker was killed by the test.
  func isKilled(_ index: Int) -> Bool { disturbed.workers.withLock { $0.killed.contains(index) } }

  /// Whether a worker was never stopped nor killed.
  func isUndisturbed(_ index: Int) -> Bool {
    disturbed.workers.withLock { !$0.killed.contains(index) && !$0.stopped.contains(index) }
  }

  /// Workers that run.
  var living: [Worker] { workers.filter { !isKilled($0.index) } }

  /// Runs `modelcatalog` on the database and the Redis of the fleet; it has to succeed.
  func run(_ arguments: [String]) async throws -> ProcessResult {
    let result = try await sandbox.run(arguments, environment: environment, waitsForPlace: false)
    try #require(result.exitCode == 0, "\(arguments): \(result.errors)")
    return result
  }

  /// Runs a command that prints JSON.
  func json<Answer: Decodable>(_ arguments: [String], as type: Answer.Type = Answer.self) async throws -> Answer {
    try await sandbox.json(arguments, environment: environment, waitsForPlace: false)
  }

  fileprivate func end() async throws {
    for worker in living { worker.process.terminate() }
    for worker in living {
      let end = try await worker.process.result(within: .seconds(10))
      #expect(end.exitCode == 0, "worker \(worker.index) has to end gracefully; it wrote: … \(end.errors.suffix(600))")
    }
  }
}

/// Runs `body` with a fleet on a small database of its own.
func withFleet(_ setup: Fleet.Setup = Fleet.Setup(), _ body: (Fleet) async throws -> Void) async throws {
  try await withSandbox { sandbox in
    try await Probe.prepare(sandbox)
    let redis = try RedisServer(arguments: ["--enable-debug-command", "yes"] + setup.redisArguments)
    if setup.startsRedis { try await redis.start() }
    let proxy = setup.usesProxy ? try TCPProxy(to: redis.port) : nil
    do {
      let fleet = try await Fleet(setup, sandbox, redis, proxy)
      do { try await body(fleet) } catch {
        for worker in fleet.workers { await worker.process.killed() }
        throw error
      }
      try await fleet.end()
    } catch {
      proxy?.end()
      throw error
    }
    proxy?.end()
    try await redis.kill()
  }
}
