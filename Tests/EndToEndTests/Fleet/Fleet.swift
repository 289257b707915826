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
    /// The database of all workers; nil for one in a file.
    var postgres: PostgresServer?
    /// Settings of the workers beside the usual ones.
    var environment: [String: String] = [:]
  }

  /// One worker.
  struct Worker: Sendable {
    let index: Int
    let coherence: Coherence
    let server: RunningServer
    fileprivate let running: Running

    /// Its process, the latest one where it was started again.
    var process: ChildProcess { running.process.withLock { $0 } }

    fileprivate final class Running: Sendable {
      let process: Mutex<ChildProcess>

      init(_ process: ChildProcess) { self.process = Mutex(process) }
    }

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
  /// The database server, where there is one.
  let postgres: PostgresServer?
  let workers: [Worker]
  /// The variables that its commands run with.
  let environment: [String: String]
  private let disturbed = Disturbed()

  /// Workers that were stopped or killed, whose answers may be late or missing.
  private final class Disturbed: Sendable {
    let workers = Mutex<(stopped: Set<Int>, killed: Set<Int>)>(([], []))
    let starts = Mutex<[Int: Int]>([:])
    let numbers = Mutex<[Probe: Int]>([:])
  }

  fileprivate init(
    _ setup: Setup, _ sandbox: Sandbox, _ redis: RedisServer, _ proxy: TCPProxy?, _ database: [String: String]
  ) async throws {
    self.sandbox = sandbox
    self.redis = redis
    self.proxy = proxy
    postgres = setup.postgres
    let environment = database.merging(setup.environment) { $1 }.merging([
      "REDIS_URL": "redis://127.0.0.1:\(proxy?.port ?? redis.port)", "REDIS_KEY_PREFIX": "fleet:",
      "ADMIN_API_KEY": Self.key,
    ]) { $1 }
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
        workers.append(
          Worker(index: workers.count, coherence: coherence, server: server, running: Worker.Running(process)))
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

  /// Starts a worker that was killed again on the same port, and waits until it accepts requests.
  func restart(_ worker: Worker) async throws {
    let own = environment.merging(["MODEL_CACHE_COHERENCE": worker.coherence.rawValue]) { $1 }
    let arguments = ["serve", "--port", "\(worker.server.port)"]
    let process = try sandbox.start(Places.program, arguments, environment: own)
    worker.running.process.withLock { $0 = process }
    _ = try await RunningServer(process)
    disturbed.starts.withLock { $0[worker.index, default: 0] += 1 }
    disturbed.workers.withLock {
      $0.killed.remove(worker.index)
      // Its first readers wait for its first load.
      $0.stopped.insert(worker.index)
    }
  }

  /// How often a worker was started again. What it was before does not count for what it is now.
  func starts(_ index: Int) -> Int { disturbed.starts.withLock { $0[index, default: 0] } }

  /// Forgets which workers were stopped.
  func forgetDisturbances() { disturbed.workers.withLock { $0.stopped = [] } }

  /// The number of the last change of a probe.
  func number(of probe: Probe) -> Int { disturbed.numbers.withLock { $0[probe, default: 0] } }

  /// Remembers the number of the last change of a probe.
  func note(_ number: Int, of probe: Probe) { disturbed.numbers.withLock { $0[probe] = number } }

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
    guard result.exitCode == 0 else { throw ProcessFailure(description: "\(arguments): \(result.errors)") }
    return result
  }

  /// Runs SQL on the database of the fleet, as a person would.
  func psql(_ statement: String, _ server: PostgresServer) async throws {
    let result = try await sandbox.run(
      tool: "psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", environment["DATABASE_URL"] ?? "", "-c", statement],
      waitsForPlace: false)
    guard result.exitCode == 0 else { throw ProcessFailure(description: "psql: \(result.errors)") }
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
    let database = try setup.postgres.map { ["DATABASE_URL": try $0.makeDatabase()] } ?? [:]
    try await Probe.prepare(sandbox, environment: database)
    let redis = try RedisServer(arguments: ["--enable-debug-command", "yes"] + setup.redisArguments)
    if setup.startsRedis { try await redis.start() }
    let proxy = setup.usesProxy ? try TCPProxy(to: redis.port) : nil
    do {
      let fleet = try await Fleet(setup, sandbox, redis, proxy, database)
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
