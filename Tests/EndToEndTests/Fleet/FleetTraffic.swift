import Foundation
import Synchronization
import Testing

/// One committed change.
struct Commit: Sendable {
  let probe: Probe
  let number: Int
  let change: Probe.Change
  /// When commit and publication had returned.
  let returned: ContinuousClock.Instant
}

/// One answer of a worker.
struct Sight: Sendable {
  let worker: Int
  let target: String
  let probe: Probe?
  let asked, answered: ContinuousClock.Instant
  /// 0 when there was no answer.
  let status: Int
  let failure: String?
  let number: Int?
  let version: String
  let isFresh: Bool
  let bodyHash: Int

  /// The same by another worker.
  func by(_ worker: Int) -> Sight {
    Sight(
      worker: worker, target: target, probe: probe, asked: asked, answered: answered, status: status,
      failure: failure, number: number, version: version, isFresh: isFresh, bodyHash: bodyHash)
  }

  /// The sum of revisions that it was made of.
  var sum: Int? { CatalogVersion.sum(version) }
}

/// Readers of all workers and writers of all probes, at work until they are told to stop.
final class FleetTraffic: Sendable {
  private let fleet: Fleet
  private let isWriting = Atomic(true)
  private let isReading = Atomic(true)
  private static let readersPerWorker = 2
  /// The worker that is stopped or killed, which no writer asks.
  private let victim: Int
  /// Whether a change that fails is tried again until it is made, as the database may be away.
  private let isPersistent: Bool

  init(_ fleet: Fleet, victim: Int = 0, isPersistent: Bool = false) {
    self.fleet = fleet
    self.victim = victim
    self.isPersistent = isPersistent
  }

  /// Lets the writers end after the change that they make.
  func stopWriting() { isWriting.store(false, ordering: .relaxed) }

  /// Lets everybody end.
  func stop() {
    stopWriting()
    isReading.store(false, ordering: .relaxed)
  }

  // MARK: Writers

  /// Changes all probes again and again; returns when they were told to stop.
  func write() async throws -> [Commit] {
    try await withThrowingTaskGroup(of: [Commit].self) { group in
      for probe in Probe.allCases { group.addTask { try await self.write(probe) } }
      return try await group.reduce(into: []) { $0 += $1 }
    }
  }

  private func write(_ probe: Probe) async throws -> [Commit] {
    let pause: Duration =
      switch probe {
      case .http: .milliseconds(150)
      case .command: .milliseconds(450)
      case .sql: .milliseconds(650)
      }
    let servers = fleet.workers.filter { $0.index != victim }.map(\.server)
    var commits: [Commit] = []
    while isWriting.load(ordering: .relaxed), !Task.isCancelled {
      let number = fleet.number(of: probe) + 1
      do {
        let change = try await probe.set(number, in: fleet, server: servers[number % servers.count])
        commits.append(Commit(probe: probe, number: number, change: change, returned: .now))
        fleet.note(number, of: probe)
      } catch  where isPersistent && !(error is CancellationError) {
        // The same number again: nobody knows whether it was made.
      }
      try await Task.sleep(for: pause)
    }
    return commits
  }

  // MARK: Readers

  /// Reads from all workers again and again; returns when they were told to stop.
  func read() async throws -> [Sight] {
    try await withThrowingTaskGroup(of: [Sight].self) { group in
      for worker in fleet.workers {
        for _ in 0..<Self.readersPerWorker { group.addTask { try await self.read(worker) } }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
  }

  private func read(_ worker: Fleet.Worker) async throws -> [Sight] {
    var sights: [Sight] = []
    let probes = Probe.allCases
    while isReading.load(ordering: .relaxed), !Task.isCancelled {
      let starts = fleet.starts(worker.index)
      if fleet.isKilled(worker.index) {
        try await Task.sleep(for: .milliseconds(20))
        continue
      }
      let count = sights.count
      let probe = probes[count % probes.count]
      let sight =
        switch count % 24 {
        case 3: try await Self.read(worker, "/v1/models/unique?limit=20", nil)
        case 7: try await Self.read(worker, "/v1/stats", nil)
        case 11: try await Self.read(worker, "/v1/models/search?q=probe", nil)
        case 15: try await Self.read(worker, "/v1/models", nil)
        case 20, 21, 22: try await Self.read(worker, probe.listPath, probe)
        default: try await Self.read(worker, probe.path, probe)
        }
      // What a killed worker had begun to answer is nobody's fault.
      let isInterrupted = fleet.isKilled(worker.index) || fleet.starts(worker.index) != starts
      if !isInterrupted || sight.status == 200 {
        sights.append(sight.by(worker.index + starts * fleet.workers.count))
      } else {
        try await Task.sleep(for: .milliseconds(20))
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    return sights
  }

  /// Asks a worker once.
  static func read(_ worker: Fleet.Worker, _ target: String, _ probe: Probe?) async throws -> Sight {
    let asked = ContinuousClock.now
    let answer: RunningServer.Answer
    do {
      answer = try await worker.server.get(target)
    } catch let error as URLError {
      return Sight(
        worker: worker.index, target: target, probe: probe, asked: asked, answered: .now, status: 0,
        failure: "\(error)", number: nil, version: "", isFresh: false, bodyHash: 0)
    }
    let answered = ContinuousClock.now
    let isGood = answer.status == 200
    return Sight(
      worker: worker.index, target: target, probe: probe, asked: asked, answered: answered, status: answer.status,
      failure: isGood ? nil : String(decoding: answer.body.prefix(300), as: UTF8.self),
      number: isGood ? try probe?.number(in: answer.body, isList: target == probe?.listPath) : nil,
      version: answer["x-catalog-version"], isFresh: answer["x-cache"].contains("state=fresh"),
      bodyHash: Array(answer.body).hashValue)
  }
}
