import TestSupport

@testable import TieredCaching

/// A way to keep a value from a database in workers and in a tier that they share.
protocol CachingProtocol: AnyObject {
  /// Its name in the table.
  static var name: String { get }

  init(world: AnchorWorld)

  /// A worker answers a reader: with a version that it takes for current, or not at all.
  func read(_ worker: Int, serve: @escaping (Int) -> Void)

  /// A writer tells everybody of a commit; `done` is called when that has returned without a failure.
  func publish(_ version: Int, done: @escaping () -> Void)

  /// What a worker does four times a second.
  func beat(_ worker: Int)

  /// The shared tier loses everything.
  func flush()

  /// A replica of the shared tier takes over that is half a second behind.
  func failOver()

  /// Half a second has gone by for the replica.
  func replicate()
}

/// One value in a database, a shared tier, three workers, and messages that are late or lost: the same for every protocol.
///
/// What is promised is the same too: a read that begins later than ``bound`` after a publication has returned does not serve
/// an older version as current, and what a worker serves as current does not go back.
final class AnchorWorld {
  /// Whom one asks.
  enum Server {
    case shared, database
  }

  /// What came of a schedule.
  struct Outcome {
    /// Reads that were answered with a value taken for current.
    var reads = 0
    /// The first one that was answered with what had been replaced for longer than ``bound``.
    var stale: String?
    /// The first one that was answered with less than an earlier one.
    var backwards: String?
  }

  static let bound = Duration.seconds(1)
  static let workerCount = 3
  private static let patience = Duration.milliseconds(500)

  private(set) var now: Duration = .zero
  /// The version that the database has.
  private(set) var version = 0
  private var outcome = Outcome()
  /// How far the wall clock of each worker and, at the end, of the writer is off.
  let skews: [Duration]

  private var random: SplitMix64
  private var queue = EventQueue<() -> Void>()
  private let hasFaults: Bool
  /// What was published, and when its publication returned.
  private var published: [(version: Int, at: Duration)] = [(0, .zero)]
  private var served = Array(repeating: 0, count: workerCount)
  private var sharedDownUntil: Duration = .zero
  private var cutOffUntil = Array(repeating: Duration.zero, count: workerCount)
  private var pausedUntil = Array(repeating: Duration.zero, count: workerCount)

  private init(seed: UInt64, hasFaults: Bool) {
    var random = SplitMix64(seed: seed)
    skews = (0...Self.workerCount).map { _ in .milliseconds(Int.random(in: -2_000...2_000, using: &random)) }
    self.random = random
    self.hasFaults = hasFaults
  }

  /// Runs a protocol for ten seconds.
  static func run(_ make: any CachingProtocol.Type, seed: UInt64, hasFaults: Bool) -> Outcome {
    let world = AnchorWorld(seed: seed, hasFaults: hasFaults)
    let cache = make.init(world: world)
    world.start(cache)
    while let (at, event) = world.queue.popFirst(before: .seconds(10)) {
      world.now = at
      event()
    }
    // The events hold the world that holds them.
    world.queue = EventQueue()
    return world.outcome
  }

  private func start(_ cache: any CachingProtocol) {
    for worker in 0..<Self.workerCount {
      every({ .milliseconds(250) }, worker) { cache.beat(worker) }
      every({ self.milliseconds(20...200) }, worker) { self.read(worker, from: cache) }
    }
    every({ self.milliseconds(200...1_500) }, nil) { self.write(to: cache) }
    every({ .milliseconds(500) }, nil) { cache.replicate() }
    if hasFaults { every({ self.milliseconds(300...2_500) }, nil) { self.fail(cache) } }
  }

  private func every(_ pause: @escaping () -> Duration, _ worker: Int?, _ body: @escaping () -> Void) {
    after(pause(), at: worker) {
      body()
      self.every(pause, worker, body)
    }
  }

  // MARK: What protocols may use

  func milliseconds(_ range: ClosedRange<Int>) -> Duration {
    .milliseconds(range.lowerBound + Int(random.next() % UInt64(range.upperBound - range.lowerBound + 1)))
  }

  private func chance(_ oneIn: UInt64) -> Bool { random.next() % oneIn == 0 }

  /// Does something later; a worker that is paused then, when it goes on.
  func after(_ delay: Duration, at worker: Int?, _ body: @escaping () -> Void) {
    queue.insert({ self.awake(worker, body) }, at: now + delay)
  }

  private func awake(_ worker: Int?, _ body: @escaping () -> Void) {
    guard let worker, pausedUntil[worker] > now else { return body() }
    queue.insert({ self.awake(worker, body) }, at: pausedUntil[worker])
  }

  /// Asks a server; the answer is nil when the question or the answer was lost.
  ///
  /// - Parameter worker: who asks; nil for the writer.
  func ask<Answer>(
    _ server: Server, from worker: Int?, _ question: @escaping () -> Answer, then: @escaping (Answer?) -> Void
  ) {
    let asked = now
    let isSlow = chance(12)
    after(milliseconds(0...(isSlow ? 600 : 10)), at: nil) {
      let isReachable = server == .database || self.isSharedReachable(from: worker)
      guard isReachable, !(self.hasFaults && self.chance(25)) else {
        return self.after(max(.zero, asked + Self.patience - self.now), at: worker) { then(nil) }
      }
      let answer = question()
      let slow = server == .database ? 5...600 : 0...(self.chance(12) ? 600 : 10)
      let isLost = self.hasFaults && self.chance(25)
      self.after(self.milliseconds(slow), at: worker) { then(isLost ? nil : answer) }
    }
  }

  /// The shared tier tells a worker something; while the connection is broken it is lost, and nobody notices.
  func push(to worker: Int, _ body: @escaping () -> Void) {
    guard isSharedReachable(from: worker), !(hasFaults && chance(50)) else { return }
    after(milliseconds(0...10), at: worker, body)
  }

  private func isSharedReachable(from worker: Int?) -> Bool {
    sharedDownUntil <= now && worker.map { cutOffUntil[$0] <= now } ?? true
  }

  // MARK: Readers, writers and faults

  private func read(_ worker: Int, from cache: any CachingProtocol) {
    let required = published.last { $0.at + Self.bound <= now }?.version ?? 0
    let before = served[worker]
    let start = now
    cache.read(worker) { version in
      self.outcome.reads += 1
      if version < required, self.outcome.stale == nil {
        self.outcome.stale = "version \(version) to a read of \(start), when \(required) had long been published"
      }
      if version < before, self.outcome.backwards == nil {
        self.outcome.backwards = "version \(version) after version \(before) at \(self.now)"
      }
      self.served[worker] = max(self.served[worker], version)
    }
  }

  private func write(to cache: any CachingProtocol) {
    version += 1
    publish(version, to: cache, tries: 5)
  }

  private func publish(_ version: Int, to cache: any CachingProtocol, tries: Int) {
    var isDone = false
    cache.publish(version) {
      isDone = true
      self.published.append((max(version, self.published.last?.version ?? 0), self.now))
    }
    // A publication without an answer is made once more.
    after(.milliseconds(700), at: nil) {
      if !isDone, tries > 0 { self.publish(version, to: cache, tries: tries - 1) }
    }
  }

  private func fail(_ cache: any CachingProtocol) {
    let worker = Int(random.next() % UInt64(Self.workerCount))
    switch random.next() % 5 {
    case 0: cache.flush()
    case 1: cache.failOver()
    case 2: sharedDownUntil = now + milliseconds(100...2_000)
    case 3: cutOffUntil[worker] = now + milliseconds(100...4_000)
    default: pausedUntil[worker] = now + milliseconds(100...3_000)
    }
  }
}

/// A shared tier that is a value, with a replica that is behind.
struct Replicated<Value> {
  var value: Value
  private var replicas: [Value]
  private let empty: Value

  init(_ empty: Value) {
    self.empty = empty
    value = empty
    replicas = [empty]
  }

  mutating func flush() { value = empty }

  mutating func failOver() { value = replicas[0] }

  mutating func replicate() { replicas = replicas.suffix(1) + [value] }
}
